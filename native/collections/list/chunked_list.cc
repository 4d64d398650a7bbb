#include "collections/list/chunked_list.h"

#include <cstring>

#include "collections/list/list_view.h"

namespace redwing {

namespace {

// What an element is reckoned to take beside its text when it is asked whether a chunk takes it.
constexpr size_t kOverheadEstimate = 8;

uint32_t position(const uint8_t* block, uint64_t within) {
  return within == listpack::count(block) ? listpack::end(block)
                                          : listpack::seek(block, static_cast<int64_t>(within));
}

}  // namespace

// ---- Chunks ----

ListRoot* ChunkedList::create(const Edit& edit) {
  return ::new (edit.alloc(sizeof(ListRoot))) ListRoot{edit.birth(), 0, 0, {}};
}

bool ChunkedList::allows(const ChunkItem& item, const PackedValue& value) const {
  const size_t bytes = listpack::bytes(item.chunk->block()) + value.text_size() + kOverheadEstimate;
  return !limits_.exceeded_by(bytes, item.count + 1);
}

Chunk* ChunkedList::new_chunk(size_t allocation) {
  auto* chunk = static_cast<Chunk*>(edit_.alloc(allocation));
  chunk->birth = edit_.birth();
  chunk->capacity = static_cast<uint32_t>(allocation - sizeof(Chunk));
  chunk->start = 0;
  root_.chunk_bytes += Heap::class_size(allocation);
  root_.chunks++;
  return chunk;
}

// A chunk of one element, with its room at one side.
Chunk* ChunkedList::new_chunk_of(const PackedValue& value, size_t allocation, ListEnd growing) {
  Chunk* chunk = new_chunk(allocation);
  if (growing == ListEnd::kHead)
    chunk->start =
        chunk->capacity - static_cast<uint32_t>(listpack::kEmptyBytes + listpack::encoded_bytes(value));
  listpack::init(chunk->block());
  listpack::insert(chunk->block(), listpack::first(), value);
  return chunk;
}

// A chunk of elements of another block, with no more room than comes with the allocation.
Chunk* ChunkedList::new_chunk_from(const uint8_t* block, uint32_t from, uint32_t to, uint64_t count) {
  Chunk* chunk = new_chunk(trimmed_allocation(listpack::kEmptyBytes + (to - from)));
  listpack::init(chunk->block());
  listpack::append_from(chunk->block(), block, from, to, count);
  return chunk;
}

void ChunkedList::drop(Chunk* chunk) {
  root_.chunk_bytes -= Heap::class_size(chunk->allocation_bytes());
  root_.chunks--;
  edit_.release(chunk, chunk->allocation_bytes(), chunk->birth);
}

// The same listpack in a chunk of another allocation, and in another place of it.
Chunk* ChunkedList::reseated(Chunk* chunk, size_t allocation, size_t start) {
  Chunk* fresh = new_chunk(allocation);
  fresh->start = static_cast<uint32_t>(start);
  std::memcpy(fresh->block(), chunk->block(), listpack::bytes(chunk->block()));
  drop(chunk);
  return fresh;
}

Chunk* ChunkedList::owned(Chunk* chunk) {
  if (edit_.may_change(chunk->birth)) [[likely]]
    return chunk;
  return reseated(chunk, chunk->allocation_bytes(), chunk->start);
}

// The chunk, or another in its place, that may be changed and has `more` bytes of room at an end.
Chunk* ChunkedList::with_room(Chunk* chunk, size_t more, ListEnd end) {
  const bool at_head = end == ListEnd::kHead;
  const bool is_owned = edit_.may_change(chunk->birth);
  if (is_owned && (at_head ? chunk->room_before() : chunk->room_behind()) >= more) [[likely]]
    return chunk;
  const size_t bytes = listpack::bytes(chunk->block());
  size_t needed = std::max<size_t>(bytes + more, chunk->capacity);
  // Less than a quarter would be free: it doubles, so that sliding is rare.
  const bool nearly_full = bytes + more > chunk->capacity - chunk->capacity / 4;
  if (nearly_full && chunk->allocation_bytes() < kHalfChunkClass)
    needed = std::max(needed, chunk->capacity + size_t{1});
  const size_t allocation = growing_allocation(needed);
  // A chunk that is alone may grow at its other end next.
  const size_t room = allocation - sizeof(Chunk) - bytes - more;
  const size_t spare = root_.chunks == 1 ? room / 2 : room;
  const size_t start = at_head ? more + spare : room - spare;
  if (!is_owned || allocation > chunk->allocation_bytes()) return reseated(chunk, allocation, start);
  uint8_t* from = chunk->block();
  chunk->start = static_cast<uint32_t>(start);
  std::memmove(chunk->block(), from, bytes);
  return chunk;
}

// Gives back what a chunk that is no longer at its end does not need.
void ChunkedList::trim(Cursor* cursor) {
  ChunkItem item = cursor->item();
  const size_t allocation = trimmed_allocation(listpack::bytes(item.chunk->block()));
  constexpr size_t kWorthCopying = 32;
  const size_t saved = Heap::class_size(item.chunk->allocation_bytes()) - Heap::class_size(allocation);
  if (static_cast<ptrdiff_t>(saved) < ptrdiff_t{kWorthCopying} || !edit_.may_change(item.chunk->birth))
    return;
  item.chunk = reseated(item.chunk, allocation, 0);
  root_.tree.replace(edit_, cursor, item);
}

// ---- The ends ----

void ChunkedList::append_block(const uint8_t* block) {
  const uint32_t stop = listpack::end(block);
  for (uint32_t from = listpack::first(); from < stop;) {
    uint32_t to = from;
    uint64_t count = 0;
    do {
      to = listpack::next(block, to);
      count++;
    } while (to < stop && listpack::next(block, to) - from + listpack::kEmptyBytes <= kChunkBytesMax);
    Cursor end = root_.tree.end();
    root_.tree.insert(edit_, &end, {new_chunk_from(block, from, to, count), count});
    from = to;
  }
}

void ChunkedList::begin_chunk(ListEnd end, const PackedValue& value) {
  const bool at_head = end == ListEnd::kHead;
  Cursor cursor = at_head ? root_.tree.begin() : root_.tree.last();
  if (!cursor.at_end()) trim(&cursor);
  const size_t bytes = listpack::kEmptyBytes + listpack::encoded_bytes(value);
  const bool large = limits_.is_large(value.text_size());
  const size_t allocation = large ? trimmed_allocation(bytes) : growing_allocation(bytes);
  Chunk* chunk = new_chunk_of(value, allocation, end);
  cursor = at_head ? root_.tree.begin() : root_.tree.end();
  root_.tree.insert(edit_, &cursor, {chunk, 1});
}

void ChunkedList::push(ListEnd end, std::span<const PackedValue> values) {
  const bool at_head = end == ListEnd::kHead;
  while (!values.empty()) {
    Cursor cursor = at_head ? root_.tree.begin() : root_.tree.last();
    if (cursor.at_end() || !allows(cursor.item(), values.front())) {
      begin_chunk(end, values.front());
      values = values.subspan(1);
      continue;
    }
    // What fits the chunk, before the tree is told.
    ChunkItem item = cursor.item();
    size_t pushed = 0;
    do {
      const PackedValue& value = values[pushed++];
      Chunk* chunk = item.chunk = with_room(item.chunk, listpack::encoded_bytes(value), end);
      if (at_head) {
        const uint8_t* old = chunk->block();
        chunk->start -= static_cast<uint32_t>(old - listpack::prepend(chunk->block(), value));
      } else {
        listpack::insert(chunk->block(), listpack::end(chunk->block()), value);
      }
      item.count++;
    } while (pushed < values.size() && allows(item, values[pushed]));
    root_.tree.replace(edit_, &cursor, item);
    values = values.subspan(pushed);
  }
}

void ChunkedList::erase_one(ListEnd end) {
  Cursor cursor = end == ListEnd::kHead ? root_.tree.begin() : root_.tree.last();
  if (cursor.item().count == 1) {
    drop(cursor.item().chunk);
    root_.tree.erase(edit_, &cursor);
  } else {
    erase_within(&cursor, end == ListEnd::kHead ? 0 : cursor.item().count - 1, 1);
  }
}

// ---- The middle ----

// Removes some, not all, elements of a chunk.
void ChunkedList::erase_within(Cursor* cursor, uint64_t within, uint64_t count) {
  ChunkItem item = cursor->item();
  Chunk* chunk = item.chunk = owned(item.chunk);
  uint8_t* block = chunk->block();
  const uint32_t from = position(block, within), to = position(block, within + count);
  if (within == 0) {
    chunk->start += static_cast<uint32_t>(listpack::erase_front(block, to, count) - block);
  } else {
    listpack::erase_range(block, from, to, count);
  }
  item.count -= count;
  root_.tree.replace(edit_, cursor, item);
}

void ChunkedList::erase_range(uint64_t index, uint64_t count) {
  uint64_t within = 0;
  Cursor cursor = root_.tree.at_rank(index, &within);
  for (; count > 0; within = 0) {
    const ChunkItem item = cursor.item();
    const uint64_t run = std::min(count, item.count - within);
    if (run == item.count) {
      drop(item.chunk);
      root_.tree.erase(edit_, &cursor);
    } else {
      erase_within(&cursor, within, run);
      root_.tree.next(&cursor);
    }
    count -= run;
  }
}

// Makes two chunks of one; the cursor then stands on the second.
void ChunkedList::split(Cursor* cursor, uint64_t at) {
  const ChunkItem whole = cursor->item();
  const uint8_t* block = whole.chunk->block();
  const uint32_t border = position(block, at);
  Chunk* left = new_chunk_from(block, listpack::first(), border, at);
  Chunk* right = new_chunk_from(block, border, listpack::end(block), whole.count - at);
  drop(whole.chunk);
  root_.tree.replace(edit_, cursor, {left, at});
  root_.tree.next(cursor);
  root_.tree.insert(edit_, cursor, {right, whole.count - at});
}

void ChunkedList::insert_within(Cursor* cursor, uint64_t within, const PackedValue& value) {
  ChunkItem item = cursor->item();
  item.chunk = with_room(item.chunk, listpack::encoded_bytes(value), ListEnd::kTail);
  listpack::insert(item.chunk->block(), position(item.chunk->block(), within), value);
  item.count++;
  root_.tree.replace(edit_, cursor, item);
}

void ChunkedList::insert_chunk(Cursor* cursor, const PackedValue& value) {
  const size_t allocation = trimmed_allocation(listpack::kEmptyBytes + listpack::encoded_bytes(value));
  root_.tree.insert(edit_, cursor, {new_chunk_of(value, allocation, ListEnd::kTail), 1});
}

void ChunkedList::insert(uint64_t index, const PackedValue& value) {
  if (index == root_.tree.weight()) return push(ListEnd::kTail, {&value, 1});
  if (index == 0) return push(ListEnd::kHead, {&value, 1});
  // Chunks of fewer elements are parted at the place itself.
  constexpr uint64_t kHalvedMin = 8;
  for (;;) {
    uint64_t within = 0;
    Cursor cursor = root_.tree.at_rank(index, &within);
    if (allows(cursor.item(), value)) return insert_within(&cursor, within, value);
    if (within == 0) {
      Cursor before = cursor;
      const bool has_before = root_.tree.previous(&before);
      RW_ASSERT(has_before, "what is not the first element has one before it");
      if (!allows(before.item(), value)) return insert_chunk(&cursor, value);
      return insert_within(&before, before.item().count, value);
    }
    const bool at_place = limits_.is_large(value.text_size()) || cursor.item().count < kHalvedMin;
    split(&cursor, at_place ? within : cursor.item().count / 2);
  }
}

// Exchanges the only element of a chunk, which is, was or becomes large. False if it is none of that.
bool ChunkedList::set_alone(Cursor* cursor, const PackedValue& value) {
  const ChunkItem item = cursor->item();
  const bool was_large = limits_.exceeded_by(listpack::bytes(item.chunk->block()), 0);
  const bool is_large = limits_.is_large(value.text_size());
  if (item.count != 1 || !(was_large || is_large)) return false;
  Cursor next = *cursor;
  root_.tree.next(&next);
  if (!is_large && !next.at_end() && allows(next.item(), value)) {
    insert_within(&next, 0, value);
    // The place is found again, as the tree was changed through another cursor.
    Cursor old = root_.tree.at_rank(root_.tree.rank(next) - 1);
    drop(old.item().chunk);
    root_.tree.erase(edit_, &old);
    return true;
  }
  const size_t allocation = trimmed_allocation(listpack::kEmptyBytes + listpack::encoded_bytes(value));
  Chunk* fresh = new_chunk_of(value, allocation, ListEnd::kTail);
  drop(item.chunk);
  root_.tree.replace(edit_, cursor, {fresh, 1});
  return true;
}

void ChunkedList::set(uint64_t index, const PackedValue& value) {
  uint64_t within = 0;
  Cursor cursor = root_.tree.at_rank(index, &within);
  if (set_alone(&cursor, value)) return;
  ChunkItem item = cursor.item();
  const uint8_t* block = item.chunk->block();
  const int64_t growth = listpack::replace_growth(block, position(block, within), value);
  const bool fits = static_cast<int64_t>(listpack::bytes(block)) + growth <= int64_t{kChunkBytesMax};
  if (limits_.is_large(value.text_size()) || !fits) {
    erase_range(index, 1);
    return insert(index, value);
  }
  item.chunk = with_room(item.chunk, static_cast<size_t>(std::max<int64_t>(growth, 0)), ListEnd::kTail);
  listpack::replace(item.chunk->block(), position(item.chunk->block(), within), value);
  root_.tree.replace(edit_, &cursor, item);
}

// ---- By value ----

uint64_t count_matches(const uint8_t* block, const PackedValue& value) {
  uint64_t matches = 0;
  uint32_t pos = listpack::find(block, listpack::first(), value, 0);
  for (; pos != 0; matches++) pos = listpack::find(block, listpack::next(block, pos), value, 0);
  return matches;
}

void copy_without(uint8_t* dest, const uint8_t* block, const PackedValue& value, uint64_t kept,
                  uint64_t removed) {
  listpack::init(dest);
  uint32_t run = listpack::first(), from = run;
  for (uint64_t i = 0; i < kept + removed; i++) {
    const uint32_t pos = listpack::find(block, from, value, 0);
    RW_ASSERT(pos != 0, "the matches were counted");
    from = listpack::next(block, pos);
    if (i < kept) continue;
    listpack::append_from(dest, block, run, pos, count_between(block, run, pos));
    run = from;
  }
  const uint32_t stop = listpack::end(block);
  listpack::append_from(dest, block, run, stop, count_between(block, run, stop));
}

uint64_t ChunkedList::remove(const PackedValue& value, uint64_t max, ListEnd from) {
  const bool forward = from == ListEnd::kHead;
  const size_t span = listpack::encoded_bytes(value);
  uint64_t removed = 0;
  Cursor cursor = forward ? root_.tree.begin() : root_.tree.last();
  while (!cursor.at_end() && removed < max) {
    const ChunkItem item = cursor.item();
    const uint8_t* block = item.chunk->block();
    const uint64_t matches = count_matches(block, value);
    const uint64_t count = std::min(matches, max - removed);
    removed += count;
    if (count == item.count) {
      drop(item.chunk);
      root_.tree.erase(edit_, &cursor);
      if (!forward && !root_.tree.previous(&cursor)) break;
      continue;
    }
    if (count > 0) {
      Chunk* fresh = new_chunk(trimmed_allocation(listpack::bytes(block) - count * span));
      copy_without(fresh->block(), block, value, forward ? 0 : matches - count, count);
      drop(item.chunk);
      root_.tree.replace(edit_, &cursor, {fresh, item.count - count});
    }
    if (forward) {
      root_.tree.next(&cursor);
    } else if (!root_.tree.previous(&cursor)) {
      break;
    }
  }
  return removed;
}

void ChunkedList::clear() {
  while (!root_.tree.empty()) {
    Cursor cursor = root_.tree.begin();
    drop(cursor.item().chunk);
    root_.tree.erase(edit_, &cursor);
  }
}

}  // namespace redwing
