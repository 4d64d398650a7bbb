// Frozen views: every database as it was at one instant, readable by any thread without locks while the owner
// of the keyspace goes on writing.
//
// Terms
//   epoch      a counter that advances whenever a view opens. A view sees what was born at or before its
//              epoch.
//   version    a segment of a table as it was between two changes of generation: while a view needs it, the
//              writer replaces the segment with a copy that links back to it (see keyspace/segment.h).
//   position   the top 48 bits of a hash, 0 .. 2^48: tables are ordered by it.
//   progress   of a view that is read once, in order: everything before it will not be read again.
//
// Ownership: Keyspace::open_view makes a view, Keyspace::close_view ends it; both on the owner thread. The
// thread that reads must have received the View pointer through something that orders memory (a queue, a
// mutex), and must have stopped reading before the view is closed. Entries reached through a view live until
// it is closed (or until progress is published past them). Take a reference on a Blob to keep a large string
// longer.
//
// A view does not judge expiry: readers compare Entry::expiry_ms with View::now().
//
// Cost: opening and closing do not depend on the number of keys. Walking runs at the speed of memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "keyspace/entry.h"
#include "keyspace/hash.h"
#include "memory/function_ref.h"

namespace redwing {

class Keyspace;
class Table;
struct Segment;
struct TableArray;

/// A key's bytes with its hash (Keyspace::key makes it). The bytes are borrowed.
struct Key {
  const uint8_t* data;
  uint32_t size;
  uint64_t hash;
};

constexpr int kAllDatabases = -1;
/// One past the last position of a database.
constexpr uint64_t kPositionEnd = uint64_t{1} << 48;

class View {
 public:
  /// Time of the keyspace (unix ms) at opening.
  int64_t now() const { return now_ms_; }
  uint64_t epoch() const { return epoch_; }
  int databases() const;
  /// Keys in a database at opening, expired ones that were not yet removed included.
  size_t size(int db) const { return sizes_[static_cast<size_t>(db)]; }
  /// Keys with an expiry at opening.
  size_t expires(int db) const { return expires_[static_cast<size_t>(db)]; }

  /// The entry of a key at the instant of opening, or nullptr. Any thread. Not behind published progress.
  const Entry* find(int db, const Key& key) const;
  /// The keyspace's hash of a key. Any thread.
  uint64_t hash(const uint8_t* data, size_t size) const { return hasher_(data, size); }

  /// Declares, from the reading thread, that nothing of the databases before `db`, nor of `db` below
  /// `position`, will be read again through this view, neither by walking nor by find. Never goes back.
  /// Position must be one that ViewWalker::position returned (or kPositionEnd): the end of a segment's
  /// version.
  void publish_progress(int db, uint64_t position);

 private:
  friend class Keyspace;
  friend class ViewRegistry;
  friend class ViewWalker;

  explicit View(const Hasher& hasher) : hasher_(hasher) {}
  // The version of the segment at a hash that this view sees.
  const Segment* version_at(const Table& table, uint64_t hash) const;
  const Table& table(int db) const;

  Hasher hasher_;
  uint64_t epoch_ = 0;
  int64_t now_ms_ = 0;
  TableArray* tables_ = nullptr;
  std::vector<size_t> sizes_, expires_;
  uint64_t handled_progress_ = 0;      // owner: up to where retired memory was released
  std::atomic<uint64_t> progress_{0};  // (db << 48) + position
};

/// Walks the entries of a view in hash order. One thread at a time; any number of walkers per view.
class ViewWalker {
 public:
  /// Over one database, or over all in turn.
  explicit ViewWalker(const View& view, int db = kAllDatabases);

  /// The next entry and its database; false at the end. Expired entries are included.
  bool next(const Entry** entry, int* db = nullptr);

  using Visitor = FunctionRef<void(int db, const Entry& entry)>;
  /// Visits all entries of the next segment version (at most about 2300); false when none was left. After it,
  /// db() and position() say how far the walk has come. Do not mix with next().
  bool next_segment(Visitor visit);

  /// Where the walk stands: everything before is done. Fit for View::publish_progress. With next(), entries
  /// up to the one last returned may belong to a segment not yet counted as done.
  int db() const { return db_; }
  uint64_t position() const { return position_; }

 private:
  bool enter_segment();
  void leave_segment();

  const View& view_;
  int db_;
  int db_end_;
  uint64_t position_ = 0;
  const Segment* segment_ = nullptr;
  uint32_t bucket_ = 0;
  uint32_t pending_ = 0;  // used slots of bucket_ not yet returned, one bit each
};

}  // namespace redwing
