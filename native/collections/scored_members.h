// ScoredMembers: a collection of different members with scores, as the algebra of sorted sets takes its
// inputs.
//
// A sorted set is one by itself; every member of a plain set has the score 1; an absent key has no members.
// Thread: whichever may read the collection.
#pragma once

#include <cstdint>

#include "memory/byte_view.h"
#include "memory/function_ref.h"

namespace redwing {

class ScoredMembers {
 public:
  virtual ~ScoredMembers() = default;
  virtual uint64_t size() const = 0;
  /// Whether there is such a member, and its score.
  virtual bool find(ByteView member, double* score) const = 0;

  /// Visits all members until one is answered with false. If bytes do not stay (see below) they hold during
  /// the call only.
  using Visit = FunctionRef<bool(ByteView member, double score)>;
  virtual void visit(Visit visit) const = 0;
  /// Whether the bytes that are shown stay as long as the collection is not changed.
  virtual bool bytes_stay() const = 0;
};

/// The members of an absent key.
class NoMembers final : public ScoredMembers {
 public:
  uint64_t size() const override { return 0; }
  bool find(ByteView, double*) const override { return false; }
  void visit(Visit) const override {}
  bool bytes_stay() const override { return true; }
};

}  // namespace redwing
