// Streams against a simple model: appending, deleting and trimming, groups with pending entries, under views;
// and the bytes of blocks against what Redis writes.

#include "collections/stream/stream.h"

#include <map>
#include <string>
#include <vector>

#include "test/check.h"
#include "test/value_storm.h"

using namespace redwing;
using namespace redwing::test;

namespace {

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
std::string text_of(ByteView view) { return {reinterpret_cast<const char*>(view.data), view.size}; }
std::string text_of(const PackedValue& value) {
  std::string text(std::max(value.text_size(), kInt64TextMax), '\0');
  text.resize(value.write_text(reinterpret_cast<uint8_t*>(text.data())));
  return text;
}

using Fields = std::vector<std::string>;  // names and values in turn

void append(const Edit& edit, Stream* stream, StreamId id, const Fields& fields, StreamBlockLimits limits) {
  std::vector<PackedValue> pairs;
  size_t bytes = 0;
  for (const std::string& text : fields) {
    pairs.push_back(PackedValue::of(view_of(text)));
    bytes += text.size();
  }
  stream->append(edit, id, pairs, bytes, limits);
}

struct PendingModel {
  std::string consumer;
  int64_t time, count;
  bool operator==(const PendingModel&) const = default;
};
struct GroupModel {
  StreamId last_id;
  std::map<std::string, int64_t> consumers;  // when they were seen
  std::map<StreamId, PendingModel> pending;
};

struct Subject {
  struct Model {
    bool present = false;
    StreamId last_id;
    uint64_t added = 0;
    std::map<StreamId, Fields> entries;
    std::map<std::string, GroupModel> groups;
  };
  static constexpr ValueKind kKind = ValueKind::kStream;
  static const ValueType& type() { return stream_type(); }
  static bool is_absent(const Model& model) { return !model.present; }

  static Fields random_fields(Random& random) {
    static const char* const kNames[] = {"a", "temperature", "17", ""};
    Fields fields;
    const uint64_t count = random.one_in(8) ? 1 + random.below(5) : 2;
    for (uint64_t i = 0; i < count; i++) {
      fields.push_back(kNames[random.one_in(8) ? random.below(4) : i % 2]);
      fields.push_back(random.one_in(3) ? std::to_string(random.next() >> random.below(64))
                                        : std::string(random.below(random.one_in(50) ? 5000 : 40), 'v'));
    }
    return fields;
  }

  static StreamId random_id(const Model& model, Random& random) {
    if (model.entries.empty() || random.one_in(6))
      return {random.below(model.last_id.ms + 2), random.below(4)};
    auto place = model.entries.lower_bound({random.below(model.last_id.ms + 1), random.below(4)});
    return place == model.entries.end() ? model.entries.rbegin()->first : place->first;
  }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    SlotRef slot;
    if (keyspace.find_for_write(0, key, &slot) == nullptr) {
      Stream* made = Stream::create(keyspace.heap(), keyspace.edit_new(0, key).birth());
      keyspace.put_root(0, key, kKind, 0, made, Expiry::none());
      CHECK(keyspace.find_for_write(0, key, &slot) != nullptr);
      model.present = true;
    }
    Edit edit = keyspace.edit(&slot);
    Stream* stream = writable_stream(keyspace, &slot, edit);
    const uint64_t steps = 1 + random.below(60);
    const uint64_t mode = random.below(10);
    for (uint64_t i = 0; i < steps; i++) {
      if (mode < 5) {
        add(edit, stream, model, random);
      } else if (mode < 7) {
        const StreamId id = random_id(model, random);
        CHECK_EQ(stream->erase(edit, id), model.entries.erase(id) == 1);
      } else {
        change_group(edit, stream, model, random);
      }
    }
    if (random.one_in(12)) trim(edit, stream, model, random);
    if (random.one_in(4)) stream->check_invariants();
  }

  static void add(const Edit& edit, Stream* stream, Model& model, Random& random) {
    StreamId id = model.last_id;
    id.seq += 1 + random.below(2);
    if (random.one_in(3)) id = {id.ms + 1 + random.below(300), random.below(3)};
    static constexpr StreamBlockLimits kLimits[] = {{4096, 100}, {300, 0}, {0, 7}, {0, 0}, {4096, 200}};
    const Fields fields = random_fields(random);
    append(edit, stream, id, fields, kLimits[id.ms / 4096 % 5]);
    model.entries[id] = fields;
    model.last_id = id;
    model.added++;
  }

  static void trim(const Edit& edit, Stream* stream, Model& model, Random& random) {
    StreamTrim how;
    how.whole_blocks = random.one_in(2);
    how.limit = random.one_in(2) ? 0 : random.below(300);
    size_t excess = 0;
    if (random.one_in(2)) {
      how.length_max = random.below(model.entries.size() + 3);
      excess = model.entries.size() - std::min<size_t>(model.entries.size(), how.length_max);
    } else {
      how.strategy = StreamTrim::kId;
      how.id_min = random_id(model, random);
      excess =
          static_cast<size_t>(std::distance(model.entries.begin(), model.entries.lower_bound(how.id_min)));
    }
    const uint64_t taken = stream->trim(edit, how);
    CHECK(taken <= excess);
    if (!how.whole_blocks && how.limit == 0) CHECK_EQ(taken, excess);
    for (uint64_t i = 0; i < taken; i++) model.entries.erase(model.entries.begin());
  }

  static void change_group(const Edit& edit, Stream* stream, Model& model, Random& random) {
    const std::string name = "group" + std::to_string(random.below(3));
    auto found = model.groups.find(name);
    CHECK_EQ(stream->find_group(view_of(name)) != nullptr, found != model.groups.end());
    if (found == model.groups.end()) {
      const StreamId last = random_id(model, random);
      stream->add_group(edit, view_of(name), last, 0);
      model.groups[name].last_id = last;
      return;
    }
    if (random.one_in(100)) {
      CHECK(stream->remove_group(edit, view_of(name)));
      model.groups.erase(found);
      return;
    }
    change_members(edit, stream->writable_group(edit, view_of(name)), model, found->second, random);
  }

  static void change_members(const Edit& edit, ConsumerGroup* group, const Model& stream, GroupModel& model,
                             Random& random) {
    const std::string name(1 + random.below(2), static_cast<char>('a' + random.below(4)));
    const Consumer* consumer = group->find_consumer(view_of(name));
    CHECK_EQ(consumer != nullptr, model.consumers.contains(name));
    if (consumer == nullptr) {
      const auto time = static_cast<int64_t>(random.below(1000));
      group->add_consumer(edit, view_of(name), time);
      model.consumers[name] = time;
      return;
    }
    const uint32_t number = consumer->number;
    const StreamId id = random_id(stream, random);
    switch (random.below(40)) {
      case 0: {
        const uint64_t removed = group->remove_consumer(edit, number);
        CHECK_EQ(removed, std::erase_if(model.pending,
                                        [&name](const auto& item) { return item.second.consumer == name; }));
        model.consumers.erase(name);
        break;
      }
      case 1:
        model.consumers[name] = static_cast<int64_t>(random.below(1000));
        group->touch_consumer(edit, number, model.consumers[name], random.one_in(2));
        break;
      case 2:
        group->last_id = model.last_id = id;
        break;
      default:
        if (random.one_in(4)) {
          CHECK_EQ(group->acknowledge(edit, id), model.pending.erase(id) == 1);
        } else {
          const auto time = static_cast<int64_t>(random.next() >> 16);
          const auto count = static_cast<int64_t>(random.next() >> (17 + random.below(47)));
          group->put_pending(edit, {id, number, time, count});
          model.pending[id] = {name, time, count};
        }
    }
  }

  static void check(const Entry& entry, const Model& model) {
    const Stream& stream = stream_of(entry);
    CHECK_EQ(stream.length, model.entries.size());
    CHECK(stream.last_id == model.last_id);
    CHECK_EQ(stream.entries_added, model.added);
    check_walk(stream, model, StreamId::min(), StreamId::max());
    if (!model.entries.empty()) {
      Random random(stream.length);
      const StreamId a = random_id(model, random), b = random_id(model, random);
      check_walk(stream, model, std::min(a, b), std::max(a, b));
      CHECK_EQ(stream.contains(a), model.entries.contains(a));
      CHECK(stream.last_live_id() == model.entries.rbegin()->first);
    }
    auto group = stream.groups.begin();
    for (const auto& [name, expected] : model.groups) {
      CHECK(text_of(group.item().group->name()) == name);
      check_group(*group.item().group, expected);
      stream.groups.next(&group);
    }
    CHECK(group.at_end());
  }

  static void check_walk(const Stream& stream, const Model& model, StreamId from, StreamId to) {
    auto begin = model.entries.lower_bound(from), end = model.entries.upper_bound(to);
    StreamCursor forward(stream, from, to, false);
    uint64_t count = 0;
    for (auto at = begin; at != end; ++at, count++) {
      CHECK(forward.next());
      check_entry(forward, at->first, at->second);
    }
    CHECK(!forward.next());
    CHECK_EQ(stream.count_between(from, to), count);
    CHECK(stream.count_in_blocks(from, to) >= count && stream.count_in_blocks(from, to) <= stream.length);
    for (const uint64_t most : {uint64_t{0}, uint64_t{1}, count / 2, count + 1})
      CHECK_EQ(stream.count_between(from, to, most), std::min(most, count));
    StreamCursor backward(stream, from, to, true);
    for (auto at = end; at != begin;) {
      --at;
      CHECK(backward.next());
      check_entry(backward, at->first, at->second);
    }
    CHECK(!backward.next());
  }

  static void check_entry(const StreamCursor& cursor, StreamId id, const Fields& fields) {
    CHECK(cursor.entry().id == id);
    size_t at = 0;
    cursor.visit_fields([&](const PackedValue& field, const PackedValue& value) {
      CHECK(at < fields.size() && text_of(field) == fields[at] && text_of(value) == fields[at + 1]);
      at += 2;
    });
    CHECK_EQ(at, fields.size());
  }

  static void check_group(const ConsumerGroup& group, const GroupModel& model) {
    CHECK(group.last_id == model.last_id);
    CHECK_EQ(group.consumers.weight(), model.consumers.size());
    CHECK_EQ(group.pending.weight(), model.pending.size());
    auto name = group.by_name.begin();
    for (const auto& [text, seen] : model.consumers) {
      CHECK(text_of(name.item().name->view()) == text);
      CHECK_EQ(group.find_consumer(view_of(text))->seen_ms, seen);
      group.by_name.next(&name);
    }
    auto pending = group.pending.begin();
    for (const auto& [id, expected] : model.pending) {
      const PendingEntry& entry = pending.item();
      CHECK(entry.id() == id);
      CHECK(PendingModel(text_of(group.consumer(entry.consumer())->name->view()), entry.delivered_ms(),
                         entry.deliveries()) == expected);
      group.pending.next(&pending);
    }
    CHECK(pending.at_end());
  }
};

StreamId parsed(const std::string& text, bool* ok) {
  StreamId id;
  *ok = parse_stream_id(view_of(text), {.extremes = true, .any_sequence = false, .missing_seq = 9}, &id,
                        nullptr);
  return id;
}

void check_ids() {
  bool ok = false;
  CHECK(parsed("12", &ok) == StreamId(12, 9) && ok);
  CHECK(parsed("12-3", &ok) == StreamId(12, 3) && ok);
  CHECK(parsed("-", &ok) == StreamId::min() && ok);
  CHECK(parsed("+", &ok) == StreamId::max() && ok);
  CHECK(parsed("18446744073709551615-18446744073709551615", &ok) == StreamId::max() && ok);
  CHECK(parsed("007-+1", &ok) == StreamId(7, 1) && ok);
  for (const char* bad : {"", "a", "1-", "-1", "1--1", "18446744073709551616", "1-18446744073709551616",
                          "1-2-3", "1 ", "0x1", "1-*", "--"}) {
    parsed(bad, &ok);
    CHECK(!ok);
  }
  bool open = false;
  StreamId id;
  CHECK(parse_stream_id(view_of("5-*"), {.any_sequence = true}, &id, &open) && open && id == StreamId(5, 0));
  uint8_t text[kStreamIdTextMax];
  CHECK_EQ(format_stream_id(StreamId::max(), text), kStreamIdTextMax);
  id = {4, UINT64_MAX};
  CHECK(id.increment() && id == StreamId(5, 0) && id.decrement() && id == StreamId(4, UINT64_MAX));
  id = StreamId::max();
  CHECK(!id.increment());
  id = StreamId::min();
  CHECK(!id.decrement());
}

// The node that Redis 7.0 makes of: XADD s 5-1 f 1; XADD s 5-2 f x; XADD s 6-0 g 2 (as DUMP shows it).
void check_bytes() {
  Keyspace keyspace(1, {1, 2, 3});
  const std::string name = "s";
  const Key key = keyspace.key(view_of(name).data, name.size());
  const Edit edit = keyspace.edit_new(0, key);
  Stream* stream = Stream::create(keyspace.heap(), edit.birth());
  append(edit, stream, {5, 1}, {"f", "1"}, {4096, 100});
  append(edit, stream, {5, 2}, {"f", "x"}, {4096, 100});
  append(edit, stream, {6, 0}, {"g", "2"}, {4096, 100});
  static constexpr uint8_t kExpected[] = {
      55, 0, 0, 0, 22,   0,    3,    1,   0, 1,    1,   1, 0x81, 'f', 2, 0, 1,      // master
      2,  1, 0, 1, 0,    1,    1,    1,   4, 1,                                     // 5-1
      2,  1, 0, 1, 1,    1,    0x81, 'x', 2, 4,    1,                               // 5-2
      0,  1, 1, 1, 0xDF, 0xFF, 2,    1,   1, 0x81, 'g', 2, 2,    1,   6, 1, 0xFF};  // 6-0
  const uint8_t* list = stream->tail.block->list();
  CHECK_EQ(listpack::count(list), 22u);
  CHECK(std::memcmp(list, kExpected, sizeof(kExpected)) == 0);
  CHECK_EQ(listpack::bytes(list), sizeof(kExpected));
  stream_type().free(stream, 0, Releaser(keyspace.heap(), true));
}

// After last_id was set back, a greater entry that was deleted stands before lesser ones.
void check_set_back() {
  Keyspace keyspace(1, {1, 2, 3});
  const std::string name = "s";
  const Key key = keyspace.key(view_of(name).data, name.size());
  const Edit edit = keyspace.edit_new(0, key);
  Stream* stream = Stream::create(keyspace.heap(), edit.birth());
  append(edit, stream, {1, 0}, {"f", "1"}, {4096, 3});
  append(edit, stream, {9, 0}, {"f", "2"}, {4096, 3});
  CHECK(stream->erase(edit, {9, 0}));
  stream->last_id = {2, 0};
  for (uint64_t ms = 3; ms < 8; ms++) append(edit, stream, {ms, 0}, {"f", "3"}, {4096, 3});
  stream->check_invariants();
  CHECK_EQ(stream->count_between({2, 0}, {6, 0}), 4u);
  CHECK(!stream->contains({9, 0}) && stream->contains({3, 0}) && stream->last_live_id() == StreamId(7, 0));
  StreamCursor backwards(*stream, {1, 0}, {9, 0}, true);
  for (const uint64_t ms : {7, 6, 5, 4, 3, 1}) CHECK(backwards.next() && backwards.entry().id.ms == ms);
  CHECK(!backwards.next());
  CHECK_EQ(stream->trim(edit, {.strategy = StreamTrim::kId, .id_min = {6, 0}}), 4u);
  stream->check_invariants();
  stream_type().free(stream, 0, Releaser(keyspace.heap(), true));
}

// The count of deliveries ends at its greatest.
void check_deliveries() {
  const PendingEntry fresh({1, 2}, 7, 1000, 1);
  const PendingEntry again = fresh.redelivered(8, 2000, true);
  CHECK(again.id() == StreamId(1, 2) && again.consumer() == 8 && again.delivered_ms() == 2000);
  CHECK_EQ(again.deliveries(), 2);
  CHECK_EQ(fresh.redelivered(8, 2000, false).deliveries(), 1);
  const PendingEntry last({1, 2}, 7, 1000, PendingEntry::kCountMax - 1);
  CHECK_EQ(last.deliveries(), PendingEntry::kCountMax - 1);
  CHECK_EQ(last.redelivered(7, 1000, true).deliveries(), INT64_MAX);
  CHECK_EQ(last.redelivered(7, 1000, true).redelivered(7, 1000, true).deliveries(), INT64_MAX);
}

void check_memory() {
  Keyspace keyspace(1, {1, 2, 3});
  const std::string name = "s", value(16, 'x');
  const Key key = keyspace.key(view_of(name).data, name.size());
  const Edit edit = keyspace.edit_new(0, key);
  Stream* stream = Stream::create(keyspace.heap(), edit.birth());
  constexpr uint64_t kEntries = 100'000;
  for (uint64_t i = 0; i < kEntries; i++)
    append(edit, stream, {1'700'000'000'000 + i / 4, i % 4}, {"field", value}, {4096, 100});
  CHECK(stream->memory() < kEntries * 30);
  stream_type().free(stream, 0, Releaser(keyspace.heap(), true));
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  check_ids();
  check_bytes();
  check_set_back();
  check_deliveries();
  check_memory();
  ValueStorm<Subject>(random.next()).run(2'000);
  return 0;
}
