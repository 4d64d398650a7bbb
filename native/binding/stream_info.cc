// Descriptions of streams, their groups and consumers, as maps of labelled facts.
#include <algorithm>
#include <optional>
#include <string>

#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/stream_reply.h"

namespace redwing {
namespace {

// What a group has read and has yet to read, as far as it is known.
template <typename Out>
void write_progress(Out& out, const Stream& stream, const ConsumerGroup& group) {
  const std::optional<int64_t> lag = stream.lag(group);
  write_label(out, "entries-read");
  if (group.entries_read == ConsumerGroup::kNotKnown) {
    out.write_null();
  } else {
    out.write_integer(group.entries_read);
  }
  write_label(out, "lag");
  if (lag) return out.write_integer(*lag);
  out.write_null();
}

template <typename Out, size_t size>
void write_fact(Out& out, const char (&label)[size], uint64_t value) {
  write_label(out, label);
  out.write_integer(static_cast<int64_t>(value));
}

template <typename Out, size_t size>
void write_fact(Out& out, const char (&label)[size], StreamId id) {
  write_label(out, label);
  write_stream_id(out, id);
}

template <typename Out>
void write_stream_facts(Out& out, const Stream& stream) {
  write_fact(out, "length", stream.length);
  write_fact(out, "radix-tree-keys", stream.block_count);
  write_fact(out, "radix-tree-nodes", stream.block_count + 1);
  write_fact(out, "last-generated-id", stream.last_id);
  write_fact(out, "max-deleted-entry-id", stream.max_deleted_id);
  write_fact(out, "entries-added", stream.entries_added);
  write_fact(out, "recorded-first-entry-id", stream.first_id);
}
constexpr size_t kStreamFacts = 7;

// An entry, or a null.
template <typename Out>
void write_edge(Out& out, const Stream& stream, bool last) {
  StreamCursor cursor(stream, StreamId::min(), StreamId::max(), last);
  if (cursor.next()) return write_stream_entry(out, cursor);
  out.write_null();
}

// Of a group's pending entries the first `limit`, with their owners.
template <typename Out>
void write_group_pending(Out& out, const ConsumerGroup& group, uint64_t limit) {
  const uint64_t count = std::min(limit, group.pending.weight());
  out.write_array_header(count);
  auto cursor = group.pending.begin();
  for (uint64_t i = 0; i < count; i++, group.pending.next(&cursor)) {
    const PendingEntry& entry = cursor.item();
    out.write_array_header(4);
    write_stream_id(out, entry.id());
    write_bytes(out, group.consumer(entry.consumer())->name->view());
    out.write_integer(entry.delivered_ms());
    out.write_integer(entry.deliveries());
  }
}

template <typename Out>
void write_consumer_in_full(Out& out, const ConsumerGroup& group, const Consumer& consumer, uint64_t limit) {
  write_map_header(out, 5);
  write_label(out, "name");
  write_bytes(out, consumer.name->view());
  write_fact(out, "seen-time", static_cast<uint64_t>(consumer.seen_ms));
  write_label(out, "active-time");
  out.write_integer(consumer.active_ms);
  write_fact(out, "pel-count", consumer.pending);
  write_label(out, "pending");
  const uint64_t count = std::min<uint64_t>(limit, consumer.pending);
  out.write_array_header(count);
  auto cursor = group.owned_from(consumer.number, StreamId::min());
  for (uint64_t i = 0; i < count; i++, group.owned.next(&cursor)) {
    const PendingEntry* entry = group.find_pending(cursor.item().id);
    out.write_array_header(3);
    write_stream_id(out, entry->id());
    out.write_integer(entry->delivered_ms());
    out.write_integer(entry->deliveries());
  }
}

template <typename Out>
void write_group_in_full(Out& out, const Stream& stream, const ConsumerGroup& group, uint64_t limit) {
  write_map_header(out, 7);
  write_label(out, "name");
  write_bytes(out, group.name());
  write_fact(out, "last-delivered-id", group.last_id);
  write_progress(out, stream, group);
  write_fact(out, "pel-count", group.pending.weight());
  write_label(out, "pending");
  write_group_pending(out, group, limit);
  write_label(out, "consumers");
  out.write_array_header(group.consumers.weight());
  group.by_name.for_each([&](const ConsumerGroup::NameRef& ref) {
    write_consumer_in_full(out, group, *group.consumer(ref.name->number), limit);
  });
}

// The status of a key that is to be described.
template <typename Keys>
int32_t stream_status(Keys& keys) {
  const Entry* entry = keys.find(0);
  if (entry == nullptr) return kStatusNoKey;
  return is_stream(*entry) ? 0 : kStatusWrongType;
}

// describeStream(key): writes facts on a stream, its first and its last entry; 0, kStatusNoKey,
// kStatusWrongType.
int32_t describe_stream(Engine& e, const int32_t (&a)[1]) {
  LoopKeys keys(e, a[0], 1);
  const int32_t status = stream_status(keys);
  if (status != 0) return status;
  const Stream& stream = stream_of(*keys.find(0));
  Arenas& out = e.arenas;
  write_map_header(out, kStreamFacts + 3);
  write_stream_facts(out, stream);
  write_fact(out, "groups", stream.groups.weight());
  write_label(out, "first-entry");
  write_edge(out, stream, false);
  write_label(out, "last-entry");
  write_edge(out, stream, true);
  return 0;
}

struct FullRead {
  uint64_t limit;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const int32_t status = stream_status(keys);
    if (status != 0) return status;
    const Stream& stream = stream_of(*keys.find(0));
    int64_t sum = cost_of_entries(stream, std::min(limit, stream.length));
    stream.groups.for_each([&](const Stream::GroupRef& ref) {
      const uint64_t pending = ref.group->pending.weight();
      const uint64_t consumers = ref.group->consumers.weight();
      // Each pending entry once in the group's list; of each consumer at most `limit` once more.
      const uint64_t owned = limit < pending ? std::min(pending, limit * consumers) : pending;
      sum += static_cast<int64_t>(consumers + std::min(pending, limit) + owned);
    });
    return sum;
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Stream& stream = stream_of(*keys.find(0));
    write_map_header(out, kStreamFacts + 2);
    write_stream_facts(out, stream);
    write_label(out, "entries");
    write_stream_range(out, stream, StreamId::min(), StreamId::max(), limit, false);
    write_label(out, "groups");
    out.write_array_header(stream.groups.weight());
    stream.groups.for_each(
        [&](const Stream::GroupRef& ref) { write_group_in_full(out, stream, *ref.group, limit); });
  }
};

// describeStreamInFull(key): writes facts on a stream, its first entries, and all groups and consumers with
// the first of what they have pending; at most numbers[A] of each (0: all). A read of reads.h; kStatusNoKey,
// kStatusWrongType.
int32_t describe_stream_in_full(Engine& e, const int32_t (&a)[1]) {
  const double limit = e.arenas.numbers()[kNumberA];
  return run_read(e, a[0], 1, FullRead{limit <= 0 ? UINT64_MAX : count_from_register(limit)});
}

struct GroupsRead {
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const int32_t status = stream_status(keys);
    return status != 0 ? status : static_cast<int64_t>(stream_of(*keys.find(0)).groups.weight());
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Stream& stream = stream_of(*keys.find(0));
    out.write_array_header(stream.groups.weight());
    stream.groups.for_each([&](const Stream::GroupRef& ref) {
      const ConsumerGroup& group = *ref.group;
      write_map_header(out, 6);
      write_label(out, "name");
      write_bytes(out, group.name());
      write_fact(out, "consumers", group.consumers.weight());
      write_fact(out, "pending", group.pending.weight());
      write_fact(out, "last-delivered-id", group.last_id);
      write_progress(out, stream, group);
    });
  }
};

// describeGroups(key): writes facts on all groups. A read of reads.h; kStatusNoKey, kStatusWrongType.
int32_t describe_groups(Engine& e, const int32_t (&a)[1]) { return run_read(e, a[0], 1, GroupsRead{}); }

struct ConsumersRead {
  std::string name;

  template <typename Keys>
  const ConsumerGroup* find(Keys& keys) const {
    return stream_of(*keys.find(0)).find_group({reinterpret_cast<const uint8_t*>(name.data()), name.size()});
  }
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const int32_t status = stream_status(keys);
    if (status != 0) return status;
    const ConsumerGroup* group = find(keys);
    return group == nullptr ? kStatusNoGroup : static_cast<int64_t>(group->consumers.weight());
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const ConsumerGroup* group = find(keys);
    const int64_t now = keys.now();
    out.write_array_header(group->consumers.weight());
    group->by_name.for_each([&](const ConsumerGroup::NameRef& ref) {
      const Consumer* consumer = group->consumer(ref.name->number);
      write_map_header(out, 4);
      write_label(out, "name");
      write_bytes(out, ref.name->view());
      write_fact(out, "pending", consumer->pending);
      write_fact(out, "idle", static_cast<uint64_t>(std::max<int64_t>(now - consumer->seen_ms, 0)));
      write_label(out, "inactive");
      const bool active = consumer->active_ms != Consumer::kNeverActive;
      out.write_integer(active ? std::max<int64_t>(now - consumer->active_ms, 0) : Consumer::kNeverActive);
    });
  }
};

// describeConsumers(key, group): writes facts on a group's consumers. A read of reads.h; kStatusNoKey,
// kStatusWrongType, kStatusNoGroup.
int32_t describe_consumers(Engine& e, const int32_t (&a)[2]) {
  const Bytes name = e.arenas.argument(a[1]);
  return run_read(e, a[0], 1, ConsumersRead{{reinterpret_cast<const char*>(name.data), name.size}});
}

constexpr Operation kOperations[] = {
    operation<&describe_stream>("describeStream"),
    operation<&describe_stream_in_full>("describeStreamInFull"),
    operation<&describe_groups>("describeGroups"),
    operation<&describe_consumers>("describeConsumers"),
};

}  // namespace

std::span<const Operation> stream_info_operations() { return kOperations; }

}  // namespace redwing
