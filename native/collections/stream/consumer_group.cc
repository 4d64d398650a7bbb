#include "collections/stream/consumer_group.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "memory/assert.h"

namespace redwing {

namespace {

auto number_before(uint32_t number) {
  return [number](const Consumer& consumer) { return consumer.number < number; };
}

ConsumerName* make_name(Heap& heap, uint64_t birth, uint32_t number, ByteView name) {
  auto* made = ::new (heap.alloc(sizeof(ConsumerName) + name.size))
      ConsumerName{birth, number, static_cast<uint32_t>(name.size)};
  if (name.size != 0) std::memcpy(made + 1, name.data, name.size);
  return made;
}

}  // namespace

bool name_before(ByteView a, ByteView b) {
  const size_t common = std::min(a.size, b.size);
  const int order = common == 0 ? 0 : std::memcmp(a.data, b.data, common);
  return order != 0 ? order < 0 : a.size < b.size;
}

PendingEntry::PendingEntry(StreamId id, uint32_t consumer, int64_t delivered_ms, int64_t deliveries)
    : ms_(id.ms), seq_(id.seq) {
  const auto count = static_cast<uint64_t>(std::clamp<int64_t>(deliveries, 0, kCountMax));
  const auto time = static_cast<uint64_t>(std::max<int64_t>(delivered_ms, 0));
  time_ = std::min(time, kTimeMask) | count << 48;
  owner_ = consumer | count >> 16 << 32;
}

// ---- the group as a whole ----

ConsumerGroup* ConsumerGroup::create(Heap& heap, uint64_t birth, ByteView name) {
  auto* group = ::new (heap.alloc(sizeof(ConsumerGroup) + name.size)) ConsumerGroup();
  group->birth = birth;
  group->name_size = static_cast<uint32_t>(name.size);
  if (name.size != 0) std::memcpy(group + 1, name.data, name.size);
  return group;
}

ConsumerGroup* ConsumerGroup::writable(const Edit& edit) {
  if (edit.may_change(birth)) [[likely]]
    return this;
  ConsumerGroup* copy = create(edit.heap(), edit.birth(), name());
  const uint64_t copy_birth = copy->birth;
  *copy = *this;
  copy->birth = copy_birth;
  edit.release(this, sizeof(ConsumerGroup) + name_size, birth);
  return copy;
}

void ConsumerGroup::discard(const Edit& edit) {
  // A view may see the group: its nodes are let go of through copies of the trees' roots.
  OwnedTree(owned).release_all(edit, [](const OwnedEntry&) {});
  PendingTree(pending).release_all(edit, [](const PendingEntry&) {});
  NameTree(by_name).release_all(edit, [](const NameRef&) {});
  ConsumerTree(consumers).release_all(edit, [&edit](const Consumer& consumer) {
    edit.release(consumer.name, consumer.name->bytes(), consumer.name->birth);
  });
  edit.release(this, sizeof(ConsumerGroup) + name_size, birth);
}

void ConsumerGroup::free_all(const Releaser& releaser) {
  owned.free_all(releaser, [](OwnedEntry&) {});
  pending.free_all(releaser, [](PendingEntry&) {});
  by_name.free_all(releaser, [](NameRef&) {});
  consumers.free_all(
      releaser, [&releaser](Consumer& consumer) { releaser.free(consumer.name, consumer.name->bytes()); });
  releaser.free(this, sizeof(ConsumerGroup) + name_size);
}

ConsumerGroup* ConsumerGroup::deep_copy(Heap& heap, uint64_t copy_birth) const {
  ConsumerGroup* copy = create(heap, copy_birth, name());
  copy->next_number = next_number;
  copy->last_id = last_id;
  copy->entries_read = entries_read;
  copy->names_bytes = names_bytes;
  copy->consumers.copy_from(consumers, heap, copy_birth, [&heap, copy_birth](Consumer consumer) {
    consumer.name = make_name(heap, copy_birth, consumer.number, consumer.name->view());
    return consumer;
  });
  copy->by_name.copy_from(by_name, heap, copy_birth, [copy](const NameRef& ref) {
    return NameRef{copy->consumer(ref.name->number)->name};
  });
  copy->pending.copy_from(pending, heap, copy_birth, [](const PendingEntry& entry) { return entry; });
  copy->owned.copy_from(owned, heap, copy_birth, [](const OwnedEntry& entry) { return entry; });
  return copy;
}

size_t ConsumerGroup::memory() const {
  return Heap::class_size(sizeof(ConsumerGroup) + name_size) + names_bytes + by_name.bytes() +
         consumers.bytes() + pending.bytes() + owned.bytes();
}

// ---- consumers ----

const Consumer* ConsumerGroup::find_consumer(ByteView name) const {
  auto cursor =
      by_name.lower_bound([name](const NameRef& ref) { return name_before(ref.name->view(), name); });
  if (cursor.at_end()) return nullptr;
  const ConsumerName* found = cursor.item().name;
  return name_before(name, found->view()) ? nullptr : consumer(found->number);
}

const Consumer* ConsumerGroup::consumer(uint32_t number) const {
  auto cursor = consumers.lower_bound(number_before(number));
  return cursor.at_end() || cursor.item().number != number ? nullptr : &cursor.item();
}

uint32_t ConsumerGroup::add_consumer(const Edit& edit, ByteView name, int64_t now_ms) {
  while (consumer(next_number) != nullptr) next_number++;  // only after it has wrapped around
  const uint32_t number = next_number++;
  ConsumerName* made = make_name(edit.heap(), edit.birth(), number, name);
  names_bytes += Heap::class_size(made->bytes());
  auto place =
      by_name.lower_bound([name](const NameRef& ref) { return name_before(ref.name->view(), name); });
  by_name.insert(edit, &place, NameRef{made});
  auto cursor = consumers.lower_bound(number_before(number));
  consumers.insert(edit, &cursor, Consumer{made, number, 0, now_ms, Consumer::kNeverActive});
  return number;
}

uint64_t ConsumerGroup::remove_consumer(const Edit& edit, uint32_t number) {
  auto cursor = consumers.lower_bound(number_before(number));
  RW_ASSERT(!cursor.at_end() && cursor.item().number == number, "a consumer to remove exists");
  const Consumer consumer = cursor.item();
  for (uint32_t i = 0; i < consumer.pending; i++) {
    auto first = owned_from(number, StreamId::min());
    auto entry = pending_from(first.item().id);
    pending.erase(edit, &entry);
    owned.erase(edit, &first);
  }
  consumers.erase(edit, &cursor);
  const ByteView name = consumer.name->view();
  auto place =
      by_name.lower_bound([name](const NameRef& ref) { return name_before(ref.name->view(), name); });
  by_name.erase(edit, &place);
  names_bytes -= Heap::class_size(consumer.name->bytes());
  edit.release(consumer.name, consumer.name->bytes(), consumer.name->birth);
  return consumer.pending;
}

void ConsumerGroup::touch_consumer(const Edit& edit, uint32_t number, int64_t now_ms, bool active) {
  auto cursor = consumers.lower_bound(number_before(number));
  Consumer consumer = cursor.item();
  if (consumer.seen_ms == now_ms && (!active || consumer.active_ms == now_ms)) return;
  consumer.seen_ms = now_ms;
  if (active) consumer.active_ms = now_ms;
  consumers.replace(edit, &cursor, consumer);
}

void ConsumerGroup::count_pending(const Edit& edit, uint32_t number, int change) {
  auto cursor = consumers.lower_bound(number_before(number));
  RW_ASSERT(!cursor.at_end() && cursor.item().number == number, "an owner of pending entries exists");
  Consumer consumer = cursor.item();
  consumer.pending += static_cast<uint32_t>(change);
  consumers.replace(edit, &cursor, consumer);
}

// ---- pending entries ----

const PendingEntry* ConsumerGroup::find_pending(StreamId id) const {
  auto cursor = pending_from(id);
  return cursor.at_end() || cursor.item().id() != id ? nullptr : &cursor.item();
}

void ConsumerGroup::put_pending(const Edit& edit, const PendingEntry& entry) {
  auto cursor = pending_from(entry.id());
  if (cursor.at_end() || cursor.item().id() != entry.id()) {
    pending.insert(edit, &cursor, entry);
  } else {
    const uint32_t former = cursor.item().consumer();
    pending.replace(edit, &cursor, entry);
    if (former == entry.consumer()) return;
    auto place = owned_from(former, entry.id());
    owned.erase(edit, &place);
    count_pending(edit, former, -1);
  }
  auto place = owned_from(entry.consumer(), entry.id());
  owned.insert(edit, &place, OwnedEntry{entry.consumer(), entry.id()});
  count_pending(edit, entry.consumer(), 1);
}

bool ConsumerGroup::acknowledge(const Edit& edit, StreamId id) {
  auto cursor = pending_from(id);
  if (cursor.at_end() || cursor.item().id() != id) return false;
  const uint32_t owner = cursor.item().consumer();
  pending.erase(edit, &cursor);
  auto place = owned_from(owner, id);
  owned.erase(edit, &place);
  count_pending(edit, owner, -1);
  return true;
}

void ConsumerGroup::check_invariants() const {
  by_name.check_invariants();
  consumers.check_invariants();
  pending.check_invariants();
  owned.check_invariants();
  RW_ASSERT(by_name.weight() == consumers.weight() && pending.weight() == owned.weight(), "a group counts");
  size_t bytes = 0;
  consumers.for_each([&](const Consumer& consumer) {
    RW_ASSERT(find_consumer(consumer.name->view()) == &*this->consumer(consumer.number), "a name leads");
    bytes += Heap::class_size(consumer.name->bytes());
    uint32_t count = 0;
    auto cursor = owned_from(consumer.number, StreamId::min());
    for (; !cursor.at_end() && cursor.item().consumer == consumer.number; owned.next(&cursor), count++) {
      const PendingEntry* entry = find_pending(cursor.item().id);
      RW_ASSERT(entry != nullptr && entry->consumer() == consumer.number, "an owned entry is pending");
    }
    RW_ASSERT(count == consumer.pending, "a consumer counts what it has pending");
  });
  RW_ASSERT(bytes == names_bytes, "a group counts the bytes of names");
}

}  // namespace redwing
