// ListType: what the keyspace must be able to do with a list as a whole.
#pragma once

#include "keyspace/entry.h"

namespace redwing {

/// The ValueType of lists; stateless.
class ListType final : public ValueType {
 public:
  void free(void* root, uint8_t encoding, const Releaser& releaser) const override;
  bool is_heavy(const void* root, uint8_t encoding) const override;
  size_t memory(const void* root, uint8_t encoding) const override;
  void* copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const override;
};

/// Aborts when an invariant of a list does not hold. O(elements); for tests.
void check_list(const void* root, uint8_t encoding);

}  // namespace redwing
