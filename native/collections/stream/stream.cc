#include "collections/stream/stream.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "memory/assert.h"

namespace redwing {

namespace {

/// What a block behind others begins with.
constexpr size_t kBlockBytesFirst = 1024;

// Room for a listpack of so many bytes: the rest of the memory that they take anyway.
size_t capacity_for(size_t bytes) {
  return Heap::class_size(sizeof(StreamBlock) + bytes) - sizeof(StreamBlock);
}

auto name_is_before(ByteView name) {
  return [name](const Stream::GroupRef& ref) { return name_before(ref.group->name(), name); };
}

}  // namespace

Stream* Stream::create(Heap& heap, uint64_t birth) {
  auto* stream = ::new (heap.alloc(sizeof(Stream))) Stream();
  stream->birth = birth;
  return stream;
}

Stream* writable_stream(Keyspace& keyspace, SlotRef* slot, const Edit& edit) {
  auto* stream = static_cast<Stream*>(slot->entry->root());
  if (edit.may_change(stream->birth)) [[likely]]
    return stream;
  auto* copy = ::new (edit.alloc(sizeof(Stream))) Stream(*stream);
  copy->birth = edit.birth();
  edit.release(stream, sizeof(Stream), stream->birth);
  keyspace.set_root(slot, copy, slot->entry->encoding(), false);
  return copy;
}

// ---- blocks ----

Stream::BlockTree::Cursor Stream::block_of(StreamId id) const {
  auto cursor = blocks.lower_bound([id](const StreamBlockRef& ref) { return ref.master <= id; });
  blocks.previous(&cursor);
  return cursor;
}

void Stream::release_block(const Edit& edit, const StreamBlockRef& ref) {
  block_bytes -= Heap::class_size(ref.allocation());
  edit.release(ref.block, ref.allocation(), ref.block->birth);
}

void Stream::own_block(const Edit& edit, StreamBlockRef* ref, size_t bytes, size_t capacity_min) {
  if (bytes <= ref->capacity && edit.may_change(ref->block->birth)) [[likely]]
    return;
  size_t capacity = ref->capacity;
  if (bytes > capacity) capacity = capacity_for(std::max(bytes, capacity_min));
  auto* fresh = ::new (edit.alloc(sizeof(StreamBlock) + capacity)) StreamBlock{edit.birth()};
  std::memcpy(fresh->list(), ref->block->list(), listpack::bytes(ref->block->list()));
  release_block(edit, *ref);
  ref->block = fresh;
  ref->capacity = static_cast<uint32_t>(capacity);
  block_bytes += Heap::class_size(ref->allocation());
}

void Stream::begin_block(const Edit& edit, StreamId id, stream_block::Pairs pairs, size_t bytes) {
  const size_t capacity = capacity_for(blocks.empty() ? bytes : std::max(bytes, kBlockBytesFirst));
  auto* block = ::new (edit.alloc(sizeof(StreamBlock) + capacity)) StreamBlock{edit.birth()};
  stream_block::begin(block, pairs);
  tail = {id, block, 0, static_cast<uint32_t>(capacity)};
  block_bytes += Heap::class_size(tail.allocation());
  block_count++;
}

void Stream::close_tail(const Edit& edit) {
  const size_t needed = capacity_for(listpack::bytes(tail.block->list()));
  if (needed < tail.capacity) {
    auto* trimmed = ::new (edit.alloc(sizeof(StreamBlock) + needed)) StreamBlock{edit.birth()};
    std::memcpy(trimmed->list(), tail.block->list(), listpack::bytes(tail.block->list()));
    release_block(edit, tail);
    tail.block = trimmed;
    tail.capacity = static_cast<uint32_t>(needed);
    block_bytes += Heap::class_size(tail.allocation());
  }
  auto cursor = blocks.end();
  blocks.insert(edit, &cursor, tail);
  tail = {};
}

void Stream::restore_tail(const Edit& edit) {
  tail = {};
  if (blocks.empty()) return;
  auto cursor = blocks.last();
  tail = cursor.item();
  blocks.erase(edit, &cursor);
}

// ---- entries ----

bool Stream::next_id(int64_t now_ms, StreamId* id) const {
  if (static_cast<uint64_t>(now_ms) > last_id.ms) {
    *id = {static_cast<uint64_t>(now_ms), 0};
    return true;
  }
  *id = last_id;
  return id->increment();
}

void Stream::append(const Edit& edit, StreamId id, stream_block::Pairs pairs, size_t text_bytes,
                    const StreamBlockLimits& limits) {
  RW_ASSERT(id > last_id, "identifiers of a stream ascend");
  const size_t bytes_max =
      limits.bytes == 0 ? kBlockBytesMax : std::min<size_t>(limits.bytes, kBlockBytesMax);
  if (tail.block != nullptr) {
    const uint8_t* list = tail.block->list();
    const bool full = listpack::bytes(list) + text_bytes >= bytes_max ||
                      (limits.entries != 0 && tail.live + tail.block->deleted() >= limits.entries);
    if (full) close_tail(edit);
  }
  const size_t growth = stream_block::bytes_for(pairs);
  if (tail.block == nullptr) {
    begin_block(edit, id, pairs, growth);
  } else {
    const size_t doubled = std::min(tail.capacity * size_t{2}, capacity_for(bytes_max));
    own_block(edit, &tail, listpack::bytes(tail.block->list()) + growth, doubled);
  }
  stream_block::append(tail.block, tail.master, id, pairs);
  tail.live++;
  if (length++ == 0) first_id = id;
  entries_added++;
  last_id = id;
}

void Stream::append_block(const Edit& edit, StreamId master, const uint8_t* list, uint32_t live_entries,
                          StreamId last) {
  RW_ASSERT(live_entries != 0 && last >= master && (master > last_id || length == 0),
            "identifiers of a stream ascend");
  if (tail.block != nullptr) close_tail(edit);
  const size_t bytes = listpack::bytes(list), capacity = capacity_for(bytes);
  auto* block = ::new (edit.alloc(sizeof(StreamBlock) + capacity)) StreamBlock{edit.birth()};
  std::memcpy(block->list(), list, bytes);
  tail = {master, block, live_entries, static_cast<uint32_t>(capacity)};
  block_bytes += Heap::class_size(tail.allocation());
  block_count++;
  const bool was_empty = length == 0;
  length += live_entries;
  entries_added += live_entries;
  last_id = last;
  if (was_empty) find_first_id();
}

bool Stream::delete_in(const Edit& edit, StreamBlockRef* ref, StreamId id) {
  StreamBlockReader reader = ref->reader();
  for (uint32_t at = reader.first(); at != reader.end();) {
    const StreamEntry entry = reader.at(at);
    if (entry.deleted || entry.id < id) {
      at = reader.after(entry);
      continue;
    }
    if (entry.id != id) return false;
    if (--ref->live == 0) return true;  // the whole block goes
    own_block(edit, ref, listpack::bytes(ref->block->list()) + stream_block::kCountsGrowth, 0);
    stream_block::mark_deleted(ref->block, entry);
    stream_block::set_counts(ref->block, ref->live, ref->block->deleted() + 1);
    return true;
  }
  return false;
}

bool Stream::erase(const Edit& edit, StreamId id) {
  if (length == 0 || id < first_id || id > last_id) return false;
  if (in_tail(id)) {
    if (!delete_in(edit, &tail, id)) return false;
    if (tail.live == 0) {
      release_block(edit, tail);
      block_count--;
      restore_tail(edit);
    }
  } else {
    if (blocks.empty()) return false;
    auto cursor = block_of(id);
    StreamBlockRef ref = cursor.item();
    if (!delete_in(edit, &ref, id)) return false;
    if (ref.live == 0) {
      release_block(edit, ref);
      block_count--;
      blocks.erase(edit, &cursor);
    } else {
      blocks.replace(edit, &cursor, ref);
    }
  }
  length--;
  max_deleted_id = std::max(max_deleted_id, id);
  if (id == first_id) find_first_id();
  return true;
}

void Stream::find_first_id() {
  StreamCursor cursor(*this, StreamId::min(), StreamId::max(), false);
  first_id = cursor.next() ? cursor.entry().id : StreamId();
}

bool Stream::contains(StreamId id) const { return StreamCursor(*this, id, id, false).next(); }

StreamId Stream::last_live_id() const {
  StreamCursor cursor(*this, StreamId::min(), StreamId::max(), true);
  return cursor.next() ? cursor.entry().id : StreamId();
}

Stream::BlockPlace Stream::place_of(StreamId id) const {
  if (in_tail(id) || blocks.empty()) return {tail, blocks.weight()};
  const auto cursor = block_of(id);
  return {cursor.item(), blocks.rank(cursor)};
}

uint64_t Stream::count_before(StreamId id) const {
  if (id <= first_id || length == 0) return 0;
  if (id > last_id) return length;
  const BlockPlace place = place_of(id);
  const StreamBlockReader reader = place.ref.reader();
  uint64_t count = place.before;
  for (uint32_t at = reader.first(); at != reader.end();) {
    const StreamEntry entry = reader.at(at);
    if (!entry.deleted && entry.id >= id) break;
    count += entry.deleted ? 0 : 1;
    at = reader.after(entry);
  }
  return count;
}

uint64_t Stream::count_between(StreamId from, StreamId to, uint64_t most) const {
  if (from > to || length == 0) return 0;
  const BlockPlace first = place_of(from);
  const uint64_t behind_first = first.before + first.ref.live;
  const uint64_t before_last = to >= last_id ? length : place_of(to).before;
  if (before_last >= behind_first && before_last - behind_first >= most) return most;
  const uint64_t up_to = to.increment() ? count_before(to) : length;
  return std::min(most, up_to - count_before(from));
}

uint64_t Stream::count_in_blocks(StreamId from, StreamId to) const {
  if (from > to || length == 0) return 0;
  if (blocks.empty()) return length;
  const uint64_t before = in_tail(from) ? blocks.weight() : blocks.rank(block_of(from));
  if (in_tail(to)) return length - before;
  const auto last = block_of(to);
  return blocks.rank(last) + last.item().live - before;
}

// ---- groups ----

const ConsumerGroup* Stream::find_group(ByteView name) const {
  auto cursor = groups.lower_bound(name_is_before(name));
  if (cursor.at_end()) return nullptr;
  const ConsumerGroup* group = cursor.item().group;
  return name_before(name, group->name()) ? nullptr : group;
}

ConsumerGroup* Stream::writable_group(const Edit& edit, ByteView name) {
  auto cursor = groups.lower_bound(name_is_before(name));
  ConsumerGroup* group = cursor.item().group;
  ConsumerGroup* mine = group->writable(edit);
  if (mine != group) groups.replace(edit, &cursor, GroupRef{mine});
  return mine;
}

ConsumerGroup* Stream::add_group(const Edit& edit, ByteView name, StreamId group_last_id,
                                 int64_t entries_read) {
  ConsumerGroup* group = ConsumerGroup::create(edit.heap(), edit.birth(), name);
  group->last_id = group_last_id;
  group->entries_read = entries_read;
  auto cursor = groups.lower_bound(name_is_before(name));
  groups.insert(edit, &cursor, GroupRef{group});
  return group;
}

bool Stream::remove_group(const Edit& edit, ByteView name) {
  if (find_group(name) == nullptr) return false;
  auto cursor = groups.lower_bound(name_is_before(name));
  ConsumerGroup* group = cursor.item().group;
  groups.erase(edit, &cursor);
  group->discard(edit);
  return true;
}

// ---- progress of groups ----

bool Stream::has_deleted_from(StreamId from) const {
  return length != 0 && !max_deleted_id.is_zero() && from <= max_deleted_id;
}

int64_t Stream::entries_up_to(StreamId id) const {
  if (entries_added == 0) return 0;
  const auto added = static_cast<int64_t>(entries_added);
  if (length == 0 && id <= last_id) return added;
  if (!id.is_zero() && id < max_deleted_id) return ConsumerGroup::kNotKnown;
  if (id == last_id) return added;
  if (id > last_id) return ConsumerGroup::kNotKnown;
  if (max_deleted_id.is_zero() || max_deleted_id < first_id) {
    const auto before = added - static_cast<int64_t>(length);
    if (id < first_id) return before;
    if (id == first_id) return before + 1;
  }
  return ConsumerGroup::kNotKnown;
}

std::optional<int64_t> Stream::lag(const ConsumerGroup& group) const {
  if (entries_added == 0 || length == 0) return 0;
  if (group.last_id < first_id && max_deleted_id < first_id) return static_cast<int64_t>(length);
  int64_t read = group.entries_read;
  if (read == ConsumerGroup::kNotKnown || has_deleted_from(group.last_id))
    read = entries_up_to(group.last_id);
  if (read == ConsumerGroup::kNotKnown) return std::nullopt;
  return static_cast<int64_t>(entries_added - static_cast<uint64_t>(read));
}

void Stream::advance_group(ConsumerGroup* group, StreamId id) const {
  if (id <= group->last_id) return;
  const bool counted = group->entries_read != ConsumerGroup::kNotKnown && group->last_id >= first_id &&
                       !has_deleted_from(group->last_id);
  if (counted) {
    group->entries_read++;
  } else if (entries_added != 0) {
    group->entries_read = entries_up_to(id);
  }
  group->last_id = id;
}

// ---- accounts ----

size_t Stream::memory() const {
  size_t bytes = Heap::class_size(sizeof(Stream)) + block_bytes + blocks.bytes() + groups.bytes();
  groups.for_each([&bytes](const GroupRef& ref) { bytes += ref.group->memory(); });
  return bytes;
}

void Stream::check_invariants() const {
  blocks.check_invariants();
  groups.check_invariants();
  groups.for_each([](const GroupRef& ref) { ref.group->check_invariants(); });
  uint64_t live = 0, count = 0;
  size_t bytes = 0;
  StreamId previous, previous_master;
  const auto check = [&](const StreamBlockRef& ref) {
    const uint8_t* list = ref.block->list();
    RW_ASSERT(listpack::validate(list, listpack::bytes(list)) && listpack::bytes(list) <= ref.capacity,
              "a block of a stream is a listpack");
    RW_ASSERT(ref.live == ref.block->live() && ref.live > 0, "a block counts its entries");
    const StreamBlockReader reader = ref.reader();
    RW_ASSERT(reader.at(reader.first()).id == ref.master, "a block begins with its master");
    RW_ASSERT(count == 0 || ref.master > previous_master, "masters ascend");
    previous_master = ref.master;
    uint32_t deleted = 0, all = 0;
    for (uint32_t at = reader.first(); at != reader.end(); all++) {
      const StreamEntry entry = reader.at(at);
      RW_ASSERT(entry.deleted || entry.id > previous, "identifiers of live entries ascend");
      if (!entry.deleted) previous = entry.id;
      deleted += entry.deleted;
      at = reader.after(entry);
      RW_ASSERT(reader.before(at) == entry.position, "entries lead back");
    }
    RW_ASSERT(deleted == ref.block->deleted() && all == ref.live + deleted,
              "a block counts what was deleted");
    live += ref.live;
    bytes += Heap::class_size(ref.allocation());
    count++;
  };
  blocks.for_each(check);
  if (tail.block != nullptr) check(tail);
  RW_ASSERT(live == length && count == block_count && bytes == block_bytes, "a stream counts");
  RW_ASSERT((tail.block == nullptr) == (length == 0) && previous <= last_id, "a stream has a tail");
  StreamCursor first(*this, StreamId::min(), StreamId::max(), false);
  RW_ASSERT(first.next() ? first.entry().id == first_id : first_id.is_zero(), "a stream knows its first");
}

}  // namespace redwing
