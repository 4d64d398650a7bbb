// A naive keyspace, and how to compare the real one and views of it with it.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "keyspace/keyspace.h"
#include "test/check.h"

namespace redwing::test {

struct ModelValue {
  std::string bytes;
  int64_t at_ms = kNoExpiry;
  bool operator==(const ModelValue&) const = default;
};
using ModelDatabase = std::unordered_map<std::string, ModelValue>;
using Model = std::vector<ModelDatabase>;

// The bytes are borrowed: of a literal, a variable, or a temporary within one expression.
inline Key key_of(const Keyspace& keyspace, std::string_view key) {
  return keyspace.key(reinterpret_cast<const uint8_t*>(key.data()), key.size());
}

inline std::string text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data), bytes.size}; }

inline std::string value_of(const Entry& entry) {
  return entry.is_int() ? std::to_string(entry.integer()) : text_of(entry.string());
}

inline Entry* put(Keyspace& keyspace, int db, const std::string& key, const std::string& value,
                  Expiry expiry = Expiry::none()) {
  return keyspace.put_string(db, key_of(keyspace, key), reinterpret_cast<const uint8_t*>(value.data()),
                             value.size(), expiry);
}

/// A keyspace and its model, changed together by random operations.
class Pair {
 public:
  Pair(int databases, Random& random, size_t key_space)
      : random_(random),
        key_space_(key_space),
        model_(static_cast<size_t>(databases)),
        keyspace_(databases, {random.next(), random.next(), random.next()}) {
    keyspace_.set_now(now_ms_);
  }

  Keyspace& keyspace() { return keyspace_; }
  Model& model() { return model_; }
  int64_t now() const { return now_ms_; }

  std::string random_key() {
    uint64_t n = random_.below(key_space_);
    if (n % 97 == 0) return "long:" + std::string(300, 'k') + std::to_string(n);
    return "k" + std::to_string(n * n % 1'000'003) + ":" + std::to_string(n);
  }

  std::string random_value() {
    switch (random_.below(24)) {
      case 0:
        return "";
      case 1:
        return random_.bytes(3000 + random_.below(3000));
      case 2:
        return random_.bytes(100 + random_.below(400));
      case 3:
        return "-0";
      case 4:
        return "9223372036854775808";
      case 5:
        return "-9223372036854775808";
      case 6:
      case 7:
      case 8:
        return std::to_string(static_cast<int64_t>(random_.next()) >> random_.below(64));
      case 9:
        return random_.one_in(20) ? random_.bytes(70'000) : "012";
      default:
        return random_.bytes(random_.below(60));
    }
  }

  Expiry random_expiry() {
    switch (random_.below(4)) {
      case 0:
        return Expiry::keep();
      case 1:
        return Expiry::at(now_ms_ + 1 + static_cast<int64_t>(random_.below(20'000)));
      case 2:
        return random_.one_in(30) ? Expiry::at(now_ms_ - 5) : Expiry::none();
      default:
        return Expiry::none();
    }
  }

  void advance(int64_t ms) {
    now_ms_ += ms;
    keyspace_.set_now(now_ms_);
  }

  /// What the model has of a key that is not expired.
  ModelValue* lookup(int db, const std::string& key) {
    auto& database = model_[static_cast<size_t>(db)];
    auto at = database.find(key);
    if (at == database.end()) return nullptr;
    if (at->second.at_ms != kNoExpiry && at->second.at_ms <= now_ms_) return nullptr;
    return &at->second;
  }

  /// One random operation on both. Expired keys stay in the model until an operation meets them, as in the
  /// keyspace.
  void step() {
    int db = random_db();
    std::string key = random_key();
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return set(db, key);
      case 5:
      case 6:
        return check_get(db, key);
      case 7:
        return erase(db, key);
      case 8:
        return increment(db, key);
      case 9:
      case 10:
        return edit(db, key);
      case 11:
        return expire(db, key);
      case 12:
        return rename(db, key, random_key());
      case 13:
        return copy(db, key, random_db(), random_key());
      case 14:
        return move(db, key, random_db());
      default:
        return check_get(db, key);
    }
  }

  void set(int db, const std::string& key) {
    std::string value = random_value();
    Expiry expiry = random_expiry();
    const ModelValue* old = lookup(db, key);
    int64_t at_ms = kNoExpiry;
    if (expiry.kind == Expiry::kAt) at_ms = expiry.at_ms;
    if (expiry.kind == Expiry::kKeep && old != nullptr) at_ms = old->at_ms;
    drop_expired(db, key);
    const Entry* entry = put(keyspace_, db, key, value, expiry);
    CHECK_EQ(value_of(*entry), value);
    CHECK_EQ(entry->expiry_ms(), at_ms);
    model_[static_cast<size_t>(db)][key] = {value, at_ms};
  }

  void check_get(int db, const std::string& key) {
    const ModelValue* expected = lookup(db, key);
    Entry* entry = keyspace_.find(db, key_of(keyspace_, key));
    CHECK((entry != nullptr) == (expected != nullptr));
    drop_expired(db, key);
    if (entry == nullptr) return;
    CHECK_EQ(value_of(*entry), expected->bytes);
    CHECK_EQ(entry->expiry_ms(), expected->at_ms);
  }

  void erase(int db, const std::string& key) {
    bool present = lookup(db, key) != nullptr;
    CHECK_EQ(keyspace_.erase(db, key_of(keyspace_, key)), present);
    model_[static_cast<size_t>(db)].erase(key);
  }

  void increment(int db, const std::string& key) {
    ModelValue* expected = lookup(db, key);
    SlotRef slot;
    Entry* entry = keyspace_.find_for_write(db, key_of(keyspace_, key), &slot);
    CHECK((entry != nullptr) == (expected != nullptr));
    drop_expired(db, key);
    if (entry == nullptr || !entry->is_int()) return;
    int64_t next = static_cast<int64_t>(static_cast<uint64_t>(entry->integer()) + 7);
    CHECK_EQ(keyspace_.write_integer(slot, next)->integer(), next);
    expected->bytes = std::to_string(next);
  }

  void edit(int db, const std::string& key) {
    ModelValue* expected = lookup(db, key);
    drop_expired_before(db, key);
    std::string before = expected != nullptr ? expected->bytes : "";
    size_t size = before.size() + random_.below(30);
    if (random_.one_in(10)) size = random_.below(9000);
    uint8_t* bytes = keyspace_.edit_string(db, key_of(keyspace_, key), size);
    before.resize(size, '\0');
    CHECK(std::memcmp(bytes, before.data(), size) == 0);
    if (size != 0) {
      size_t at = random_.below(size);
      bytes[at] = static_cast<uint8_t>(random_.next());
      before[at] = static_cast<char>(bytes[at]);
    }
    ModelValue& stored = model_[static_cast<size_t>(db)][key];
    stored.bytes = before;
    const Entry* entry = keyspace_.find(db, key_of(keyspace_, key));
    CHECK_EQ(static_cast<int>(entry->encoding()), static_cast<int>(StringEncoding::kRaw));
    CHECK_EQ(value_of(*entry), before);
  }

  void expire(int db, const std::string& key) {
    ModelValue* expected = lookup(db, key);
    int64_t at_ms = random_.one_in(3) ? kNoExpiry : now_ms_ + 1 + static_cast<int64_t>(random_.below(20'000));
    if (random_.one_in(50)) at_ms = INT64_MAX;
    CHECK_EQ(keyspace_.set_expiry(db, key_of(keyspace_, key), at_ms), expected != nullptr);
    if (expected != nullptr) expected->at_ms = at_ms;
    drop_expired(db, key);
  }

  void rename(int db, const std::string& from, const std::string& to) { transfer(db, from, db, to, false); }

  void move(int db, const std::string& key, int to_db) {
    ModelValue* source = lookup(db, key);
    CHECK_EQ(keyspace_.move(db, key_of(keyspace_, key), to_db), source != nullptr);
    finish_transfer(db, key, to_db, key, source, false);
  }

  void copy(int db, const std::string& from, int to_db, const std::string& to) {
    transfer(db, from, to_db, to, true);
  }

  /// Compares everything, and the counts.
  void compare() {
    for (int db = 0; db < keyspace_.databases(); db++) {
      size_t seen = 0;
      const ModelDatabase& database = model_[static_cast<size_t>(db)];
      ExpiryMode mode = keyspace_.expiry_mode();
      keyspace_.set_expiry_mode(ExpiryMode::kIgnore);
      keyspace_.scan(db, 0, SIZE_MAX / 16, [&](const Entry& entry) {
        auto at = database.find(text_of(entry.key()));
        CHECK(at != database.end());
        CHECK_EQ(value_of(entry), at->second.bytes);
        CHECK_EQ(entry.expiry_ms(), at->second.at_ms);
        seen++;
      });
      keyspace_.set_expiry_mode(mode);
      CHECK_EQ(seen, database.size());
      CHECK_EQ(keyspace_.size(db), database.size());
    }
    keyspace_.check_invariants();
  }

  /// The real keyspace may have dropped expired keys on its own (expire_cycle): drop those that are due.
  size_t drop_all_expired() {
    size_t dropped = 0;
    for (auto& database : model_) {
      dropped += std::erase_if(database, [this](const auto& item) {
        return item.second.at_ms != kNoExpiry && item.second.at_ms <= now_ms_;
      });
    }
    return dropped;
  }

 private:
  int random_db() { return static_cast<int>(random_.below(model_.size())); }

  void drop_expired(int db, const std::string& key) {
    if (lookup(db, key) == nullptr) model_[static_cast<size_t>(db)].erase(key);
  }
  void drop_expired_before(int db, const std::string& key) { drop_expired(db, key); }

  void transfer(int db, const std::string& from, int to_db, const std::string& to, bool copies) {
    ModelValue* source = lookup(db, from);
    Key from_key = key_of(keyspace_, from), to_key = key_of(keyspace_, to);
    bool done = copies ? keyspace_.copy(db, from_key, to_db, to_key) : keyspace_.rename(db, from_key, to_key);
    CHECK_EQ(done, source != nullptr);
    finish_transfer(db, from, to_db, to, source, copies);
  }

  void finish_transfer(int db, const std::string& from, int to_db, const std::string& to,
                       const ModelValue* source, bool copies) {
    if (source == nullptr) return drop_expired(db, from);
    if (db == to_db && from == to) return;
    ModelValue value = *source;
    if (!copies) model_[static_cast<size_t>(db)].erase(from);
    model_[static_cast<size_t>(to_db)][to] = value;
  }

  Random& random_;
  size_t key_space_;
  int64_t now_ms_ = 1'700'000'000'000;
  Model model_;
  Keyspace keyspace_;
};

}  // namespace redwing::test
