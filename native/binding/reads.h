// Reads of values that are short on the loop and long on a worker, written once.
//
// A read is a small copyable object:
//   template <typename Keys> int64_t cost(Keys&) const;
//       About how many elements it will touch; or a negative Status..., for which nothing is written.
//   template <typename Keys, typename Out> void write(Keys&, Out&) const;
//       Writes the reply. What it needs beside the keys (patterns, bounds) it owns, for a worker runs it
//       after the turn is over. It may return an int32_t instead: 0, or a negative Status... if only the
//       reading itself shows that there is an error; then it has written nothing.
// `Keys` gives its entries: `find(i)`, the entry of its i-th key or nullptr, `find_named(name)`, that of a
// key whose name follows from the data, and `now()` in unix ms; `Out` is Arenas or ChunkedReply, and
// binding/reply.h writes what both have no word for.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "binding/engine.h"
#include "binding/long_reads.h"

namespace redwing {

/// What a look at a command's keys counts as.
enum class Counts : uint8_t {
  kReading,  // a client's reading of them
  kNothing   // it is a write's, or was counted before
};

/// Keys of a command on the loop: `count` arguments from `first` on.
class LoopKeys {
 public:
  LoopKeys(Engine& engine, int32_t first, int32_t count, Counts counts = Counts::kReading)
      : engine_(engine), first_(first), count_(count), counts_(counts) {}
  int32_t count() const { return count_; }
  int64_t now() const { return engine_.keyspace.now(); }
  /// Up to this cost a read stays on the loop: whoever knows that his is less need not tell it exactly.
  int64_t short_cost() const { return engine_.arenas.control()[kLongReadElements]; }
  const Keyspace& keyspace() const { return engine_.keyspace; }
  /// The same entry, and counted once, however often it is asked for.
  const Entry* find(int32_t i) {
    if (i < kKept && kept_[i].known) return kept_[i].entry;
    const Key key = engine_.key(first_ + i);
    const bool is_first = i < kKept || !counted_;
    const bool counts = counts_ == Counts::kReading && is_first;
    const Entry* entry = counts ? engine_.read(key) : engine_.keyspace.find(engine_.db(), key, is_first);
    if (i < kKept) kept_[i] = {entry, true};
    return entry;
  }
  /// The entry of any key. Entries found before stay valid.
  const Entry* find_named(ByteView name) {
    engine_.keyspace.begin_use();
    return engine_.read(engine_.keyspace.key(name.data, name.size));
  }
  /// Called between cost and write: keys from now on are known to have been counted.
  void mark_counted() { counted_ = true; }

 private:
  static constexpr int32_t kKept = 8;
  struct Kept {
    const Entry* entry = nullptr;
    bool known = false;
  };
  Engine& engine_;
  int32_t first_, count_;
  Counts counts_;
  bool counted_ = false;
  Kept kept_[kKept];
};

/// The same keys in a frozen view.
class ViewKeys {
 public:
  ViewKeys(const View& view, int db, const std::vector<std::string>& names)
      : view_(view), db_(db), names_(names) {}
  int32_t count() const { return static_cast<int32_t>(names_.size()); }
  int64_t now() const { return view_.now(); }
  const Entry* find(int32_t i) const {
    const std::string& name = names_[static_cast<size_t>(i)];
    return find_named({reinterpret_cast<const uint8_t*>(name.data()), name.size()});
  }
  const Entry* find_named(ByteView name) const {
    const Key key{name.data, static_cast<uint32_t>(name.size), view_.hash(name.data, name.size)};
    const Entry* entry = view_.find(db_, key);
    return entry == nullptr || entry->is_expired(view_.now()) ? nullptr : entry;
  }

 private:
  const View& view_;
  int db_;
  const std::vector<std::string>& names_;
};

/// The status of a read's write: 0 where it has none.
template <typename Read, typename Keys, typename Out>
int32_t write_read(const Read& read, Keys& keys, Out& out) {
  if constexpr (std::is_void_v<decltype(read.write(keys, out))>) {
    read.write(keys, out);
    return 0;
  } else {
    return read.write(keys, out);
  }
}

/// Whether so much is read on the loop.
inline bool is_short_read(const Engine& e, int64_t cost) {
  return cost <= e.arenas.control()[kLongReadElements] || e.long_reads == nullptr;
}

/// Runs a read over the keys in `count` arguments from `first` on: 0 done, kStatusDeferred begun (its number
/// is in numbers[A]), or the negative status of its cost or its write.
template <typename Read>
int32_t run_read(Engine& e, int32_t first, int32_t count, Read read, Counts counts = Counts::kReading) {
  LoopKeys keys(e, first, count, counts);
  const int64_t cost = read.cost(keys);
  if (cost < 0) return static_cast<int32_t>(cost);
  keys.mark_counted();
  if (is_short_read(e, cost)) [[likely]]
    return write_read(read, keys, e.arenas);
  std::vector<std::string> names;
  for (int32_t i = 0; i < count; i++) {
    Bytes name = e.arenas.argument(first + i);
    names.emplace_back(reinterpret_cast<const char*>(name.data), name.size);
  }
  auto work = [read = std::move(read), names = std::move(names), db = e.db()](const View& view,
                                                                              ChunkedReply& reply) {
    ViewKeys frozen(view, db, names);
    reply.set_status(write_read(read, frozen, reply));
  };
  e.arenas.numbers()[kNumberA] = e.long_reads->begin(std::move(work));
  return kStatusDeferred;
}

/// The same for one of a run of commands: done if it is short and can be, true; otherwise nothing was written
/// or counted, and it is run by itself. Its write must not fail.
template <typename Read>
bool run_if_short(Engine& e, int32_t key, const Read& read) {
  LoopKeys keys(e, key, 1, Counts::kNothing);
  static_assert(std::is_void_v<decltype(read.write(keys, e.arenas))>);
  const int64_t cost = read.cost(keys);
  if (cost < 0 || !is_short_read(e, cost)) return false;
  e.count_read(e.key(key), keys.find(0) != nullptr);
  read.write(keys, e.arenas);
  return true;
}

}  // namespace redwing
