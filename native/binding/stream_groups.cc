// Operations on the consumer groups of streams. Groups and consumers are named by arguments; where a key or a
// group is missing, the status says which.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/stream_effects.h"
#include "binding/stream_reply.h"

namespace redwing {
namespace {

ByteView name_in(const Engine& e, int32_t argument) {
  const Bytes bytes = e.arenas.argument(argument);
  return {bytes.data, bytes.size};
}

// A group found for writing; made changeable by `open`.
struct GroupTarget {
  SlotRef slot;
  const ConsumerGroup* found = nullptr;

  // 0, kStatusNoKey, kStatusWrongType, kStatusNoGroup.
  int32_t find(Engine& e, int32_t key, int32_t group) {
    const Entry* entry = e.keyspace.find_for_write(e.db(), e.key(key), &slot);
    if (entry == nullptr) return kStatusNoKey;
    if (!is_stream(*entry)) return kStatusWrongType;
    found = stream_of(*entry).find_group(name_in(e, group));
    return found == nullptr ? kStatusNoGroup : 0;
  }
};

// What GroupTarget found, to be changed.
struct OpenGroup {
  OpenGroup(Engine& e, GroupTarget* target, ByteView name)
      : edit(e.keyspace.edit(&target->slot)),
        stream(writable_stream(e.keyspace, &target->slot, edit)),
        group(stream->writable_group(edit, name)) {}

  // The number of a consumer, who is added if there is none, and was seen now.
  uint32_t consumer(Engine& e, int32_t argument) {
    const ByteView name = name_in(e, argument);
    const Consumer* known = group->find_consumer(name);
    if (known == nullptr) {
      changes++;
      return group->add_consumer(edit, name, e.keyspace.now());
    }
    const uint32_t number = known->number;
    group->touch_consumer(edit, number, e.keyspace.now(), false);
    return number;
  }

  Edit edit;
  Stream* stream;
  ConsumerGroup* group;
  int32_t changes = 0;  // as the server counts them: a consumer that was added, and what the operation adds
};

// ---- groups and consumers ----

// findGroup(key, group, reading): 0, kStatusNoKey, kStatusWrongType, kStatusNoGroup; with `reading` 1 it
// counts as a reading of a key that is not there.
int32_t find_group(Engine& e, const int32_t (&a)[3]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  if (status == kStatusNoKey && a[2] != 0) e.count_read(e.key(a[0]), false);
  return status;
}

// How many entries a group has read, as the flags of making or moving it say.
int64_t entries_read(const Engine& e, int32_t flags) {
  return (flags & kGroupReadGiven) != 0 ? e.integer : ConsumerGroup::kNotKnown;
}

// createGroup(key, group, flags): a group that begins behind ids[0], or with kGroupAtLast behind the stream's
// last entry, and, with kGroupReadGiven, has read as many entries as the integer register says. An absent key
// becomes a stream. 1, 0: there is one of this name, kStatusWrongType.
int32_t create_group(Engine& e, const int32_t (&a)[3]) {
  const Key key = e.key(a[0]);
  const ByteView name = name_in(e, a[1]);
  SlotRef slot;
  const Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry != nullptr && !is_stream(*entry)) return kStatusWrongType;
  if (entry != nullptr && stream_of(*entry).find_group(name) != nullptr) return 0;
  const Edit edit = entry != nullptr ? e.keyspace.edit(&slot) : e.keyspace.edit_new(e.db(), key);
  Stream* stream =
      entry != nullptr ? writable_stream(e.keyspace, &slot, edit) : Stream::create(edit.heap(), edit.birth());
  const StreamId last_id = (a[2] & kGroupAtLast) != 0 ? stream->last_id : e.streams.ids[0];
  stream->add_group(edit, name, last_id, entries_read(e, a[2]));
  if (entry == nullptr)
    e.keyspace.put_root(e.db(), key, ValueKind::kStream, kStreamTree, stream, Expiry::none());
  return 1;
}

// moveGroup(key, group, flags): the same for a group that exists. 0 or a status as of findGroup.
int32_t move_group(Engine& e, const int32_t (&a)[3]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  if (status != 0) return status;
  const OpenGroup open(e, &target, name_in(e, a[1]));
  open.group->last_id = (a[2] & kGroupAtLast) != 0 ? open.stream->last_id : e.streams.ids[0];
  open.group->entries_read = entries_read(e, a[2]);
  return 0;
}

// destroyGroup(key, group): 1, 0: there was none; kStatusNoKey, kStatusWrongType.
int32_t destroy_group(Engine& e, const int32_t (&a)[2]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  if (status != 0) return status == kStatusNoGroup ? 0 : status;
  const Edit edit = e.keyspace.edit(&target.slot);
  writable_stream(e.keyspace, &target.slot, edit)->remove_group(edit, name_in(e, a[1]));
  return 1;
}

// createConsumer(key, group, consumer): 1, 0: there is one of this name; or a status.
int32_t create_consumer(Engine& e, const int32_t (&a)[3]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  if (status != 0) return status;
  const ByteView name = name_in(e, a[2]);
  if (target.found->find_consumer(name) != nullptr) return 0;
  OpenGroup open(e, &target, name_in(e, a[1]));
  open.group->add_consumer(open.edit, name, e.keyspace.now());
  return 1;
}

// hasConsumer(key, group, consumer): 1, 0, or a status.
int32_t has_consumer(Engine& e, const int32_t (&a)[3]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  return status != 0 ? status : target.found->find_consumer(name_in(e, a[2])) != nullptr;
}

// deleteConsumer(key, group, consumer): writes how many entries it had pending; 0 or a status.
int32_t delete_consumer(Engine& e, const int32_t (&a)[3]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  if (status != 0) return status;
  const Consumer* consumer = target.found->find_consumer(name_in(e, a[2]));
  uint64_t pending = 0;
  e.set_affected(consumer != nullptr);
  if (consumer != nullptr) {
    const uint32_t number = consumer->number;
    OpenGroup open(e, &target, name_in(e, a[1]));
    pending = open.group->remove_consumer(open.edit, number);
  }
  e.arenas.write_integer(static_cast<int64_t>(pending));
  return 0;
}

// ---- delivering ----

// readGroupFrom(key, group, argument, i, isNew): where the reading of the i-th stream begins: the id in an
// argument, or behind what the group has delivered. A status as of findGroup, or kStatusInvalid.
int32_t read_group_from(Engine& e, const int32_t (&a)[5]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  if (status == kStatusNoKey) e.count_read(e.key(a[0]), false);
  if (status != 0) return status;
  if (a[3] == 0) e.streams.from.clear();
  StreamId id = StreamId::max();
  if (a[4] == 0 && !parse_stream_id(name_in(e, a[2]), {}, &id, nullptr)) return kStatusInvalid;
  e.streams.from.push_back(id);
  return 0;
}

// What is replied of one stream, once all deliveries are done.
struct Delivery {
  int32_t key = 0;
  bool again = false;  // what the consumer had pending already: `ids`; otherwise a range of the stream
  StreamId from, to;   // of the range
  uint64_t count = 0;  // of entries in it
  std::vector<StreamId> ids{};  // some of which the stream may no longer hold
};

// New entries for a consumer; they become pending unless `no_ack`.
Delivery deliver_new(Engine& e, OpenGroup* open, uint32_t consumer, int32_t name, uint64_t limit, bool no_ack,
                     GroupEffects effects) {
  ConsumerGroup* group = open->group;
  Delivery delivery;
  delivery.from = delivery.to = group->last_id;
  delivery.from.increment();
  StreamCursor cursor(*open->stream, delivery.from, StreamId::max(), false);
  while (delivery.count < limit && cursor.next()) {
    delivery.to = cursor.entry().id;
    delivery.count++;
    open->stream->advance_group(group, delivery.to);
    if (no_ack) continue;
    const PendingEntry pending(delivery.to, consumer, e.keyspace.now(), 1);
    group->put_pending(open->edit, pending);
    effects.claim(*group, pending);
  }
  if (open->changes != 0 && (no_ack || delivery.count == 0)) effects.create_consumer(name);
  if (delivery.count != 0) effects.set_id(*group);
  if (delivery.count != 0 && !no_ack) group->touch_consumer(open->edit, consumer, e.keyspace.now(), true);
  return delivery;
}

// Entries that a consumer has pending behind an id, delivered to it once more.
Delivery deliver_again(Engine& e, OpenGroup* open, uint32_t consumer, StreamId behind, uint64_t limit) {
  ConsumerGroup* group = open->group;
  Delivery delivery;
  delivery.again = true;
  behind.increment();
  auto cursor = group->owned_from(consumer, behind);
  for (; delivery.ids.size() < limit && !cursor.at_end() && cursor.item().consumer == consumer;
       group->owned.next(&cursor)) {
    const StreamId id = cursor.item().id;
    delivery.ids.push_back(id);
    if (!open->stream->contains(id)) continue;
    group->put_pending(open->edit, group->find_pending(id)->redelivered(consumer, e.keyspace.now(), true));
  }
  return delivery;
}

void write_history(Arenas& out, const Stream& stream, const std::vector<StreamId>& ids) {
  out.write_array_header(ids.size());
  for (const StreamId id : ids) {
    StreamCursor at(stream, id, id, false);
    if (at.next()) {
      write_stream_entry(out, at);
      continue;
    }
    out.write_array_header(2);
    write_stream_id(out, id);
    write_null_array(out);
  }
}

// readGroups(first, count, group, consumer, noAck): delivers to a consumer, of each of `count` streams, what
// from[i] says (see readGroupFrom), at most numbers[A] entries (0: all), and writes it. 0; kStatusNoKey:
// there was nothing, nothing is written. Affected: the changes, one for each consumer that was added, and one
// for each stream with new entries.
int32_t read_groups(Engine& e, const int32_t (&a)[5]) {
  e.keyspace.begin_use();  // finding out where to begin was one, reading is another
  const double given = e.arenas.numbers()[kNumberA];
  const uint64_t limit = given <= 0 ? UINT64_MAX : count_from_register(given);
  std::vector<Delivery> deliveries;
  int32_t changes = 0;
  for (int32_t i = 0; i < a[1]; i++) {
    GroupTarget target;
    const int32_t status = target.find(e, a[0] + i, a[2]);
    RW_ASSERT(status == 0, "groups to read from exist");
    OpenGroup open(e, &target, name_in(e, a[2]));
    const uint32_t consumer = open.consumer(e, a[3]);
    const StreamId from = e.streams.from[static_cast<size_t>(i)];
    const bool history = from != StreamId::max();
    GroupEffects effects(e, a[0] + i, a[2]);
    changes += open.changes;
    e.set_affected(changes);
    const bool is_idle = open.stream->length == 0 || open.stream->last_live_id() <= open.group->last_id;
    if (open.changes != 0 && (history || is_idle)) effects.create_consumer(a[3]);
    if (!history && is_idle) continue;
    Delivery delivery = history ? deliver_again(e, &open, consumer, from, limit)
                                : deliver_new(e, &open, consumer, a[3], limit, a[4] != 0, effects);
    if (delivery.count != 0) e.set_affected(++changes);
    delivery.key = a[0] + i;
    deliveries.push_back(std::move(delivery));
  }
  if (deliveries.empty()) return kStatusNoKey;
  Arenas& out = e.arenas;
  write_typed_header(out, out.resp3() ? '%' : '*', deliveries.size());
  for (const Delivery& delivery : deliveries) {
    if (!out.resp3()) out.write_array_header(2);
    const Key key = e.key(delivery.key);
    out.write_bulk(key.data, key.size);
    const Stream& stream = stream_of(*e.keyspace.find(e.db(), key, false));
    if (delivery.again) {
      write_history(out, stream, delivery.ids);
    } else {
      write_stream_range(out, stream, delivery.from, delivery.to, delivery.count, false);
    }
  }
  return 0;
}

// acknowledge(key, group, first, count): the entries whose ids are in the arguments are pending no longer;
// writes how many were. 0, kStatusWrongType, kStatusInvalid: one is no id, nothing was done. A missing key or
// group has nothing pending. Affected: how many were.
int32_t acknowledge(Engine& e, const int32_t (&a)[4]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  e.count_read(e.key(a[0]), status != kStatusNoKey);
  if (status == kStatusWrongType) return status;
  int64_t done = 0;
  if (status == 0) {
    StreamId id;
    for (int32_t i = 0; i < a[3]; i++) {
      if (!parse_stream_id(name_in(e, a[2] + i), {}, &id, nullptr)) return kStatusInvalid;
    }
    OpenGroup open(e, &target, name_in(e, a[1]));
    for (int32_t i = 0; i < a[3]; i++) {
      parse_stream_id(name_in(e, a[2] + i), {}, &id, nullptr);
      done += open.group->acknowledge(open.edit, id) ? 1 : 0;
    }
  }
  e.arenas.write_integer(done);
  e.set_affected(static_cast<int32_t>(done));
  return 0;
}

// ---- claiming ----

void write_claimed(Arenas& out, const Stream& stream, const std::vector<StreamId>& ids, bool only_ids) {
  out.write_array_header(ids.size());
  for (const StreamId id : ids) {
    if (only_ids) {
      write_stream_id(out, id);
      continue;
    }
    StreamCursor cursor(stream, id, id, false);
    RW_ASSERT(cursor.next(), "a claimed entry exists");
    write_stream_entry(out, cursor);
  }
}

// claimEntries(key, group, consumer, first, count, flags): gives the pending entries whose ids are in the
// arguments, and which were delivered at least numbers[A] ms ago, to a consumer, and writes them (only their
// ids with kClaimOnlyIds). With kClaimForce also what is not pending; with kClaimTime as delivered at
// numbers[B]; with kClaimCount as delivered numbers[C] times. What the stream no longer holds is pending no
// longer. The group's last id becomes at least ids[0]. 0 or a status as of findGroup. Affected: the changes,
// one for a consumer that was added, for each entry, and for the last id if no entry was claimed.
int32_t claim_entries(Engine& e, const int32_t (&a)[6]) {
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  e.count_read(e.key(a[0]), status != kStatusNoKey);
  if (status != 0) return status;
  const double* numbers = e.arenas.numbers();
  const int32_t flags = a[5];
  const int64_t now = e.keyspace.now();
  const auto idle_min = integer_from_register(numbers[kNumberA]);
  int64_t time = (flags & kClaimTime) != 0 ? integer_from_register(numbers[kNumberB]) : now;
  if (time < 0 || time > now) time = now;
  OpenGroup open(e, &target, name_in(e, a[1]));
  const bool advances = e.streams.ids[0] > open.group->last_id;
  if (advances) open.group->last_id = e.streams.ids[0];
  const uint32_t consumer = open.consumer(e, a[2]);
  const bool is_new = open.changes != 0;
  GroupEffects effects(e, a[0], a[1]);
  std::vector<StreamId> claimed;
  bool told = false;
  for (int32_t i = 0; i < a[4]; i++) {
    StreamId id;
    parse_stream_id(name_in(e, a[3] + i), {}, &id, nullptr);
    const PendingEntry* entry = open.group->find_pending(id);
    if (!open.stream->contains(id)) {
      if (entry == nullptr) continue;
      effects.claim(*open.group, *entry, a[3] + i);
      told = true;
      open.changes += open.group->acknowledge(open.edit, id);
      continue;
    }
    if (entry == nullptr && (flags & kClaimForce) == 0) continue;
    if (entry != nullptr && idle_min > 0 && now - entry->delivered_ms() < idle_min) continue;
    const PendingEntry before = entry != nullptr ? *entry : PendingEntry(id, consumer, time, 1);
    const PendingEntry claim =
        (flags & kClaimCount) != 0
            ? PendingEntry(id, consumer, time, integer_from_register(numbers[kNumberC]))
            : before.redelivered(consumer, time, (flags & kClaimOnlyIds) == 0);
    open.group->put_pending(open.edit, claim);
    effects.claim(*open.group, claim, a[3] + i);
    claimed.push_back(id);
  }
  if (is_new && claimed.empty()) effects.create_consumer(a[2]);
  if (advances && claimed.empty() && !told) effects.set_id(*open.group);
  if (!claimed.empty()) open.group->touch_consumer(open.edit, consumer, now, true);
  write_claimed(e.arenas, *open.stream, claimed, (flags & kClaimOnlyIds) != 0);
  e.set_affected(open.changes + static_cast<int32_t>(claimed.size()) + (advances && claimed.empty()));
  return 0;
}

// claimIdle(key, group, consumer, count, onlyIds): looks through the pending entries from ids[0] on, gives up
// to `count` that were delivered at least numbers[A] ms ago to a consumer, and writes where to go on, what
// was claimed, and what was pending and no longer exists. 0 or a status as of findGroup. Affected: the
// changes, one for a consumer that was added and for each entry.
int32_t claim_idle(Engine& e, const int32_t (&a)[5]) {
  constexpr int64_t kAttemptsPerEntry = 10;
  GroupTarget target;
  const int32_t status = target.find(e, a[0], a[1]);
  e.count_read(e.key(a[0]), status != kStatusNoKey);
  if (status != 0) return status;
  const int64_t now = e.keyspace.now();
  const auto idle_min = integer_from_register(e.arenas.numbers()[kNumberA]);
  OpenGroup open(e, &target, name_in(e, a[1]));
  ConsumerGroup* group = open.group;
  const uint32_t consumer = open.consumer(e, a[2]);
  const bool is_new = open.changes != 0;
  GroupEffects effects(e, a[0], a[1]);
  std::vector<StreamId> claimed, gone;
  std::optional<StreamId> at = e.streams.ids[0];
  int64_t attempts = a[3] * kAttemptsPerEntry;
  auto cursor = group->pending_from(*at);
  for (; attempts > 0 && claimed.size() + gone.size() < static_cast<size_t>(a[3]) && !cursor.at_end();
       attempts--) {
    const PendingEntry entry = cursor.item();
    StreamId following = entry.id();
    following.increment();
    if (!open.stream->contains(entry.id())) {
      effects.claim(*group, entry);
      group->acknowledge(open.edit, entry.id());
      gone.push_back(entry.id());
    } else if (idle_min <= 0 || now - entry.delivered_ms() >= idle_min) {
      const PendingEntry claim = entry.redelivered(consumer, now, a[4] == 0);
      group->put_pending(open.edit, claim);
      effects.claim(*group, claim);
      claimed.push_back(entry.id());
    } else {
      group->pending.next(&cursor);
      continue;
    }
    // The change has moved what the cursor stood on.
    if (following == entry.id()) {
      cursor = group->pending.end();
    } else {
      cursor = group->pending_from(following);
    }
  }
  if (is_new && claimed.empty()) effects.create_consumer(a[2]);
  if (!claimed.empty()) group->touch_consumer(open.edit, consumer, now, true);
  e.arenas.write_array_header(3);
  write_stream_id(e.arenas, cursor.at_end() ? StreamId() : cursor.item().id());
  write_claimed(e.arenas, *open.stream, claimed, a[4] != 0);
  write_claimed(e.arenas, *open.stream, gone, true);
  e.set_affected(open.changes + static_cast<int32_t>(claimed.size() + gone.size()));
  return 0;
}

// ---- looking at what is pending ----

// A group that is read, by name.
struct GroupRead {
  std::string group;

  template <typename Keys>
  int32_t status(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return kStatusNoKey;
    if (!is_stream(*entry)) return kStatusWrongType;
    return find(keys) == nullptr ? kStatusNoGroup : 0;
  }
  template <typename Keys>
  const ConsumerGroup* find(Keys& keys) const {
    return stream_of(*keys.find(0)).find_group(view(group));
  }
  static ByteView view(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }
};

std::string text_in(const Engine& e, int32_t argument) {
  const Bytes bytes = e.arenas.argument(argument);
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

struct PendingSummaryRead : GroupRead {
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const int32_t missing = status(keys);
    return missing != 0 ? missing : static_cast<int64_t>(find(keys)->consumers.weight());
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const ConsumerGroup* found = find(keys);
    out.write_array_header(4);
    out.write_integer(static_cast<int64_t>(found->pending.weight()));
    if (found->pending.empty()) {
      out.write_null();
      out.write_null();
      return write_null_array(out);
    }
    write_stream_id(out, found->pending.begin().item().id());
    write_stream_id(out, found->pending.last().item().id());
    size_t owners = 0;
    found->consumers.for_each(
        [&owners](const Consumer& consumer) { owners += consumer.pending != 0 ? 1 : 0; });
    out.write_array_header(owners);
    found->by_name.for_each([&](const ConsumerGroup::NameRef& ref) {
      const Consumer* consumer = found->consumer(ref.name->number);
      if (consumer->pending == 0) return;
      out.write_array_header(2);
      write_bytes(out, ref.name->view());
      out.write_bulk_integer(consumer->pending);
    });
  }
};

// pendingSummary(key, group): writes how many entries are pending, the first and the last, and how many each
// consumer has. A read of reads.h; a status as of findGroup.
int32_t pending_summary(Engine& e, const int32_t (&a)[2]) {
  return run_read(e, a[0], 1, PendingSummaryRead{{text_in(e, a[1])}});
}

struct PendingRangeRead : GroupRead {
  std::optional<std::string> consumer;
  StreamId from, to;
  uint64_t count;
  int64_t idle_min;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const int32_t missing = status(keys);
    if (missing != 0) return missing;
    const ConsumerGroup* found = find(keys);
    if (from > to || count == 0) return 0;
    const uint64_t before = found->pending.rank(found->pending_from(from));
    StreamId behind = to;
    const uint64_t up_to =
        behind.increment() ? found->pending.rank(found->pending_from(behind)) : found->pending.weight();
    return static_cast<int64_t>(idle_min > 0 ? up_to - before : std::min(up_to - before, count));
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const int64_t now = keys.now();
    const ConsumerGroup* found = find(keys);
    uint64_t entries = 0;
    visit(*found, now, [&entries](const PendingEntry&) { entries++; });
    out.write_array_header(entries);
    visit(*found, now, [&](const PendingEntry& entry) {
      out.write_array_header(4);
      write_stream_id(out, entry.id());
      write_bytes(out, found->consumer(entry.consumer())->name->view());
      out.write_integer(std::max<int64_t>(now - entry.delivered_ms(), 0));
      out.write_integer(entry.deliveries());
    });
  }

 private:
  template <typename Visit>
  void visit(const ConsumerGroup& found, int64_t now, Visit&& each) const {
    uint64_t left = count;
    const auto take = [&](const PendingEntry& entry) {
      if (idle_min > 0 && now - entry.delivered_ms() < idle_min) return;
      each(entry);
      left--;
    };
    if (!consumer) {
      auto cursor = found.pending_from(from);
      for (; left > 0 && !cursor.at_end() && cursor.item().id() <= to; found.pending.next(&cursor))
        take(cursor.item());
      return;
    }
    const Consumer* owner = found.find_consumer(view(*consumer));
    if (owner == nullptr) return;
    auto cursor = found.owned_from(owner->number, from);
    for (; left > 0 && !cursor.at_end(); found.owned.next(&cursor)) {
      if (cursor.item().consumer != owner->number || cursor.item().id > to) return;
      take(*found.find_pending(cursor.item().id));
    }
  }
};

// pendingRange(key, group, consumer): writes the pending entries between ids[0] and ids[1], at most
// numbers[A], that were delivered at least numbers[B] ms ago, of all consumers (-1) or of one. A read of
// reads.h; a status as of findGroup.
int32_t pending_range(Engine& e, const int32_t (&a)[3]) {
  PendingRangeRead read{{text_in(e, a[1])},
                        std::nullopt,
                        e.streams.ids[0],
                        e.streams.ids[1],
                        count_from_register(e.arenas.numbers()[kNumberA]),
                        integer_from_register(e.arenas.numbers()[kNumberB])};
  if (a[2] >= 0) read.consumer = text_in(e, a[2]);
  return run_read(e, a[0], 1, std::move(read));
}

constexpr Operation kOperations[] = {
    operation<&find_group>("findGroup"),           operation<&create_group>("createGroup"),
    operation<&move_group>("moveGroup"),           operation<&destroy_group>("destroyGroup"),
    operation<&create_consumer>("createConsumer"), operation<&has_consumer>("hasConsumer"),
    operation<&delete_consumer>("deleteConsumer"), operation<&read_group_from>("readGroupFrom"),
    operation<&read_groups>("readGroups"),         operation<&acknowledge>("acknowledge"),
    operation<&claim_entries>("claimEntries"),     operation<&claim_idle>("claimIdle"),
    operation<&pending_summary>("pendingSummary"), operation<&pending_range>("pendingRange"),
};

}  // namespace

std::span<const Operation> stream_group_operations() { return kOperations; }

}  // namespace redwing
