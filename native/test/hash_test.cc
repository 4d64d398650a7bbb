// Hashes against a map: all forms, conversions, times to live, under views; and the keyspace's expiry cycle
// over hashes that are renamed, copied, moved and deleted meanwhile.

#include "collections/hash/hash.h"

#include <map>
#include <string>
#include <vector>

#include "collections/hash/hash_fields.h"
#include "collections/hash/hash_writer.h"
#include "collections/random_choice.h"
#include "test/check.h"
#include "test/value_storm.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr HashLimits kLimits{24, 20};

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
std::string text_of(const PackedValue& value) {
  std::string text(value.text_size() + kInt64TextMax, '\0');
  text.resize(value.write_text(reinterpret_cast<uint8_t*>(text.data())));
  return text;
}

struct Field {
  std::string value;
  int64_t expiry_ms = kNoExpiry;
  bool operator==(const Field&) const = default;
};
using Fields = std::map<std::string, Field>;

// Invariants that only a look inside shows.
void check_inside(const Entry& entry) {
  const Hash hash(entry);
  if (hash.is_packed()) {
    CHECK(listpack::validate(hash.block(), listpack::bytes(hash.block())));
    int64_t last_ms = 0;
    for (uint32_t at = listpack::first(); hash.stride() == 3 && at != listpack::end(hash.block());) {
      at = listpack::next(hash.block(), listpack::next(hash.block(), at));
      int64_t at_ms = listpack::get(hash.block(), at).integer;
      at_ms = at_ms == 0 ? kNeverDue : at_ms;
      CHECK(at_ms >= last_ms);
      last_ms = at_ms;
      at = listpack::next(hash.block(), at);
    }
    return;
  }
  const HashTable& table = hash.table();
  size_t bytes = 0, expiring = 0;
  table.members.for_each([&](const Entry* member) {
    bytes += member_bytes(*member);
    expiring += member->has_expiry();
  });
  CHECK_EQ(bytes, table.member_bytes);
  CHECK_EQ(expiring, table.schedule.weight());
  CHECK_EQ(hash.is_expiring(), expiring != 0);
}

struct Subject {
  using Model = Fields;
  static constexpr ValueKind kKind = ValueKind::kHash;
  static const ValueType& type() {
    static const HashType type;
    return type;
  }
  static bool is_absent(const Model& model) { return model.empty(); }

  static std::string random_name(Random& random, uint64_t range) {
    const uint64_t n = random.below(range);
    if (n % 11 == 0) return std::to_string(n);
    if (n % 131 == 1) return std::string(21, 'l') + std::to_string(n);
    return "field " + std::to_string(n);
  }
  static std::string random_value(Random& random) {
    if (random.one_in(4)) return std::to_string(static_cast<int64_t>(random.next()) >> random.below(64));
    return random.bytes(random.below(random.one_in(100) ? 600 : 20));
  }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    SlotRef slot;
    keyspace.find_for_write(0, key, &slot);
    CHECK_EQ(slot.entry == nullptr, model.empty());
    const bool small = model.size() <= kLimits.fields && random.one_in(2);
    const uint64_t range = small ? 20 : 3'000;
    const uint64_t steps = 1 + random.below(random.one_in(10) ? 120 : 5);
    const bool removes = random.one_in(3);
    {
      HashWriter writer(keyspace, 0, key, &slot, kLimits);
      if (random.one_in(8)) writer.expect(steps, steps * 20);
      for (uint64_t i = 0; i < steps; i++) {
        std::string name = random_name(random, range);
        auto at = model.lower_bound(name);
        if (at != model.end() && random.one_in(2)) name = at->first;
        one_change(writer, model, name, removes, random);
      }
      if (random.one_in(10)) {
        keyspace.set_now(keyspace.now() + static_cast<int64_t>(random.below(100)));
        writer.expire_due(INT64_MAX);
        std::erase_if(model, [&](const auto& field) {
          return field.second.expiry_ms != kNoExpiry && field.second.expiry_ms <= keyspace.now();
        });
      }
      CHECK_EQ(writer.size(), model.size());
      writer.finish();
    }
    CHECK_EQ(slot.entry == nullptr, model.empty());
    const Entry* entry = keyspace.find(0, key);
    CHECK_EQ(entry, slot.entry);
    if (entry != nullptr && random.one_in(4)) {
      check_inside(*entry);
      if (!Hash(*entry).is_packed()) Hash(*entry).table().members.check_invariants();
    }
    if (random.one_in(100)) keyspace.check_invariants();
  }

  static void one_change(HashWriter& writer, Model& model, const std::string& name, bool removes,
                         Random& random) {
    const FieldPlace place = writer.find(view_of(name));
    CHECK_EQ(place.found, model.contains(name));
    if (place.found) {
      CHECK_EQ(text_of(place.value), model[name].value);
      CHECK_EQ(place.expiry_ms, model[name].expiry_ms);
    }
    if (removes) {
      if (place.found) writer.erase(place);
      model.erase(name);
      return;
    }
    int64_t expiry_ms = kNoExpiry;
    if (random.one_in(3)) expiry_ms = 1 + static_cast<int64_t>(random.below(20'000));
    if (place.found && random.one_in(3)) {
      writer.set_expiry(place, view_of(name), expiry_ms);
      model[name].expiry_ms = expiry_ms;
      return;
    }
    const std::string value = random_value(random);
    if (place.found) {
      writer.replace(place, view_of(name), view_of(value), expiry_ms);
    } else {
      writer.insert(view_of(name), view_of(value), expiry_ms);
    }
    model[name] = {value, expiry_ms};
  }

  static void check(const Entry& entry, const Model& model) {
    const Hash hash(entry);
    CHECK_EQ(hash.size(), model.size());
    size_t visited = 0;
    int64_t least_ms = kNeverDue;
    hash.for_each(kBeforeAll, [&](const PackedValue& name, const PackedValue& value) {
      auto at = model.find(text_of(name));
      CHECK(at != model.end());
      CHECK_EQ(text_of(value), at->second.value);
      visited++;
    });
    CHECK_EQ(visited, model.size());
    size_t n = 0, live = 0;
    for (const auto& [name, field] : model) {
      if (field.expiry_ms != kNoExpiry) least_ms = std::min(least_ms, field.expiry_ms);
      if (field.expiry_ms == kNoExpiry || field.expiry_ms > 5'000) live++;
      if (n++ % 7 != 0) continue;
      PackedValue value;
      CHECK(hash.find(view_of(name), kBeforeAll, &value) == Hash::Found::kYes);
      CHECK_EQ(text_of(value), field.value);
      const bool expired = field.expiry_ms != kNoExpiry && field.expiry_ms <= 5'000;
      CHECK(hash.find(view_of(name), 5'000, &value) == (expired ? Hash::Found::kExpired : Hash::Found::kYes));
      CHECK(hash.find(view_of(name + "?"), 0, &value) == Hash::Found::kNo);
      CHECK(hash.expiry_of(view_of(name)) == field.expiry_ms);
      CHECK(!hash.expiry_of(view_of(name + "?")));
    }
    CHECK_EQ(hash.next_expiry_ms(), least_ms);
    CHECK_EQ(hash.live_size(5'000), live);
  }
};

// ---- The cycle ----

struct Cycle {
  explicit Cycle(Random& random) : random(random), keyspace(2, {random.next(), 2, 3}) {
    keyspace.register_type(ValueKind::kHash, &type);
    keyspace.set_now(10'000);
    models.resize(2);
  }
  static constexpr size_t kKeys = 40;

  Key key(const std::string& name) const {
    return keyspace.key(reinterpret_cast<const uint8_t*>(name.data()), name.size());
  }
  std::string name() { return "h" + std::to_string(random.below(kKeys)); }

  void write(int db, const std::string& name) {
    Fields& model = models[static_cast<size_t>(db)][name];
    SlotRef slot;
    const Key k = key(name);
    keyspace.find_for_write(db, k, &slot);
    HashWriter writer(keyspace, db, k, &slot, kLimits);
    const uint64_t steps = 1 + random.below(random.one_in(5) ? 60 : 4);
    for (uint64_t i = 0; i < steps; i++) {
      const std::string field = std::to_string(random.below(200));
      const FieldPlace place = writer.find(view_of(field));
      int64_t expiry_ms = kNoExpiry;
      if (!random.one_in(3)) expiry_ms = keyspace.now() + 1 + static_cast<int64_t>(random.below(3'000));
      if (random.one_in(30)) expiry_ms = keyspace.now() + 10'000'000;
      if (place.found) {
        writer.replace(place, view_of(field), view_of(name), expiry_ms);
      } else {
        writer.insert(view_of(field), view_of(name), expiry_ms);
      }
      model[field] = {name, expiry_ms};
    }
    writer.finish();
  }

  void shuffle() {
    const int db = static_cast<int>(random.below(2));
    const std::string a = name(), b = name();
    auto& from = models[static_cast<size_t>(db)];
    switch (random.below(12)) {
      case 0:
        keyspace.erase(db, key(a));
        from.erase(a);
        break;
      case 1:
        if (a != b && keyspace.rename(db, key(a), key(b))) {
          from[b] = from[a];
          from.erase(a);
        }
        break;
      case 2:
        if (keyspace.copy(db, key(a), 1 - db, key(b))) models[static_cast<size_t>(1 - db)][b] = from[a];
        break;
      case 3:
        if (keyspace.move(db, key(a), 1 - db)) {
          models[static_cast<size_t>(1 - db)][a] = from[a];
          from.erase(a);
        }
        break;
      case 4:
        if (random.one_in(10)) {
          keyspace.swap(0, 1);
          std::swap(models[0], models[1]);
        }
        break;
      case 5:
        if (random.one_in(40)) {
          keyspace.flush(db);
          from.clear();
        }
        break;
      case 6:
        keyspace.set_expiry(db, key(a), random.one_in(2) ? kNoExpiry : INT64_MAX / 4);
        break;
      case 7:
        if (random.one_in(8)) {
          if (view != nullptr) keyspace.close_view(view);
          view = view == nullptr ? keyspace.open_view() : nullptr;
        }
        break;
      default:
        write(db, a);
    }
  }

  // Half a second after the last cycle at the latest, what is due is gone.
  void expire() {
    for (int i = 0; i < 6; i++) keyspace.expire_cycle(keyspace.now() + 200, 1'000'000);
    const int64_t due_ms = keyspace.now() - 400;
    size_t alive = 0;
    for (int db = 0; db < 2; db++) {
      auto& model = models[static_cast<size_t>(db)];
      for (auto& [name, fields] : model) {
        std::erase_if(fields, [&](const auto& field) {
          return field.second.expiry_ms != kNoExpiry && field.second.expiry_ms <= keyspace.now();
        });
        const Entry* entry = keyspace.find(db, key(name));
        if (entry == nullptr) {
          CHECK(fields.empty());
          continue;
        }
        alive++;
        check_inside(*entry);
        const Hash hash(*entry);
        CHECK(hash.next_expiry_ms() > due_ms);
        CHECK_EQ(hash.live_size(keyspace.now()), fields.size());
      }
      std::erase_if(model, [](const auto& one) { return one.second.empty(); });
    }
    CHECK_EQ(alive, keyspace.size(0) + keyspace.size(1));
    keyspace.check_invariants();
  }

  void run() {
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 60; i++) shuffle();
      expire();
    }
    if (view != nullptr) keyspace.close_view(view);
    CHECK(keyspace.expired_members() > 1'000);
  }

  Random& random;
  HashType type;
  Keyspace keyspace;
  View* view = nullptr;
  std::vector<std::map<std::string, Fields>> models;
};

// A large hash expires in slices, and the cycle ends when nothing is left.
void test_slices(Random& random) {
  HashType type;
  Keyspace keyspace(1, {random.next(), 2, 3});
  keyspace.register_type(ValueKind::kHash, &type);
  keyspace.set_now(1'000);
  const std::string name = "large";
  const Key key = keyspace.key(reinterpret_cast<const uint8_t*>(name.data()), name.size());
  SlotRef slot;
  keyspace.find_for_write(0, key, &slot);
  HashWriter writer(keyspace, 0, key, &slot, kLimits);
  constexpr size_t kFields = 20'000;
  for (size_t i = 0; i < kFields; i++) {
    const std::string field = std::to_string(i);
    writer.insert(view_of(field), view_of(field), 2'000 + static_cast<int64_t>(i % 50));
  }
  writer.finish();
  CHECK_EQ(keyspace.member_expires(0), size_t{1});
  CHECK_EQ(keyspace.expire_cycle(1'999, 1'000'000), size_t{0});
  size_t slices = 0;
  for (int64_t now_ms = 2'100; keyspace.size(0) != 0; now_ms += 100, slices++) {
    keyspace.expire_cycle(now_ms, 20);
    CHECK(slices < kFields);
  }
  CHECK(slices > 2);
  CHECK_EQ(keyspace.expired_members(), kFields);
  CHECK_EQ(keyspace.member_expires(0), size_t{0});
}

// A hash that loses its last field within a change loses its key's time to live, whatever is put in then.
void test_emptied(Random& random) {
  const std::string long_name(100, 'f');
  for (const std::string& name : {std::string("f"), long_name}) {  // packed, and a table
    for (const bool has_other : {false, true}) {
      for (const bool renews : {false, true}) {
        HashType type;
        Keyspace keyspace(1, {random.next(), 2, 3});
        keyspace.register_type(ValueKind::kHash, &type);
        const Key key = keyspace.key(reinterpret_cast<const uint8_t*>("key"), 3);
        keyspace.set_now(1'000);
        SlotRef slot;
        keyspace.find_for_write(0, key, &slot);
        HashWriter first(keyspace, 0, key, &slot, kLimits);
        first.insert(view_of(name), view_of("1"), 2'000);
        if (has_other) first.insert(view_of("g"), view_of("1"), 3'000);
        first.finish();
        keyspace.set_expiry(0, key, 9'000);
        keyspace.set_now(5'000);
        keyspace.find_for_write(0, key, &slot);
        HashWriter second(keyspace, 0, key, &slot, kLimits);
        if (renews) {
          second.renew(second.find(view_of(name)), view_of(name), view_of("2"));
        } else {
          second.expire(second.find(view_of(name)));
          second.insert(view_of(name), view_of("2"), 6'000);
        }
        second.finish();
        CHECK(slot.entry == keyspace.find(0, key, false));
        CHECK_EQ(slot.entry->expiry_ms(), has_other ? int64_t{9'000} : kNoExpiry);
        CHECK_EQ(Hash(*slot.entry).size(), size_t{has_other ? 2u : 1u});
        check_inside(*slot.entry);
        keyspace.check_invariants();
        for (int64_t ms = 7'000; ms < 8'500; ms += 200) keyspace.expire_cycle(ms, 1'000'000);
        CHECK_EQ(keyspace.size(0), size_t{renews});
      }
    }
  }
}

// Draws of a hash with `fields` fields, of which every third has expired: each is of a live one, distinct
// where that was asked for, and as many as there should be.
void test_draws(Random& random, size_t fields) {
  HashType type;
  Keyspace keyspace(1, {random.next(), 2, 3});
  keyspace.register_type(ValueKind::kHash, &type);
  keyspace.set_now(1'000);
  const std::string name = "draws";
  const Key key = keyspace.key(reinterpret_cast<const uint8_t*>(name.data()), name.size());
  for (const bool expires : {false, true}) {
    keyspace.erase(0, key);
    SlotRef slot;
    keyspace.find_for_write(0, key, &slot);
    HashWriter writer(keyspace, 0, key, &slot, kLimits);
    size_t live = 0;
    for (size_t i = 0; i < fields; i++) {
      const std::string field = std::to_string(i);
      const bool expired = expires && i % 3 == 2;
      writer.insert(view_of(field), view_of("value " + field), expired ? 900 : kNoExpiry);
      live += !expired;
    }
    writer.finish();
    const HashFields source(*slot.entry, 1'000);
    CHECK_EQ(source.size(), live);
    SplitMix64 generator(random.next());
    for (const int64_t count : {0, 1, 2, 5, 40, 700, 2'999, 100'000, -1, -7, -5'000}) {
      std::map<std::string, size_t> drawn;
      size_t draws = 0;
      auto visit = [&](const HashFields::Item& field) {
        const std::string text = text_of(field.name);
        CHECK_EQ(text_of(field.value), "value " + text);
        CHECK(!expires || std::stoul(text) % 3 != 2);
        drawn[text]++;
        draws++;
      };
      choose_at_random(source, RandomChoice::of(count), generator, visit);
      CHECK_EQ(draws, RandomChoice::of(count).among(live));
      if (count > 0) CHECK_EQ(drawn.size(), draws);
      if (count == -5'000 && fields <= 100) CHECK_EQ(drawn.size(), live);
    }
  }
}

// What a field takes, all in.
void test_memory(Random& random) {
  HashType type;
  Keyspace keyspace(1, {random.next(), 2, 3});
  keyspace.register_type(ValueKind::kHash, &type);
  const std::string name = "large";
  const Key key = keyspace.key(reinterpret_cast<const uint8_t*>(name.data()), name.size());
  SlotRef slot;
  keyspace.find_for_write(0, key, &slot);
  const size_t before = keyspace.used_bytes();
  HashWriter writer(keyspace, 0, key, &slot, {512, 64});
  constexpr size_t kFields = 200'000;
  for (size_t i = 0; i < kFields; i++) {
    std::string field = "field:" + std::to_string(1'000'000'000 + i);
    writer.insert(view_of(field), view_of(field));
  }
  writer.finish();
  const double each = static_cast<double>(keyspace.used_bytes() - before) / kFields;
  std::printf("%.1f bytes for each field\n", each);
  CHECK(each < 54);
  const size_t told = type.memory(slot.entry->root(), slot.entry->encoding());
  CHECK(told > 0.98 * each * kFields && told < 1.02 * each * kFields);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  ValueStorm<Subject>(random.next()).run(6'000);
  ValueStorm<Subject>(random.next()).run(6'000);
  Cycle(random).run();
  test_slices(random);
  test_emptied(random);
  test_draws(random, 3);
  test_draws(random, 100);
  test_draws(random, 3'000);
  test_memory(random);
  return 0;
}
