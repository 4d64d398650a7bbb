// CreationLog: which keys came to be, kept until whoever reports them asks. Commands that set a key do not
// learn whether it was there; the notification of a new key needs to, and only while somebody listens for it.
//
// Ownership: the owner thread of its keyspace. Cost: nothing while it is off; an append else. `take` is O(1)
// in the order of creation, O(what is left) otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace redwing {

class CreationLog {
 public:
  /// Off forgets what was kept.
  void turn(bool on) {
    is_on_ = on;
    clear();
  }
  void add(int db, uint64_t hash) {
    if (!is_on_) [[likely]]
      return;
    // Nobody asks for all that loading or copying in bulk creates.
    if (keys_.size() >= kKeysMax) clear();
    keys_.push_back({hash, db});
  }
  /// Whether a key of this hash came to be; asked once for each.
  bool take(int db, uint64_t hash) {
    for (size_t i = first_; i < keys_.size(); i++) {
      if (keys_[i].hash != hash || keys_[i].db != db) continue;
      keys_[i] = keys_[first_];
      if (++first_ == keys_.size()) clear();
      return true;
    }
    return false;
  }

  /// Forgets what was not asked for.
  void clear() {
    keys_.clear();
    first_ = 0;
  }

 private:
  static constexpr size_t kKeysMax = size_t{1} << 20;
  struct Created {
    uint64_t hash;
    int db;
  };

  bool is_on_ = false;
  std::vector<Created> keys_;
  size_t first_ = 0;
};

}  // namespace redwing
