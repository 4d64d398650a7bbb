// Operations on lists.
#include <algorithm>
#include <string>
#include <vector>

#include "binding/operation.h"
#include "binding/packed_reply.h"
#include "binding/reads.h"
#include "binding/reply.h"
#include "binding/run_list.h"
#include "collections/list/list_view.h"
#include "types/number.h"

namespace redwing {
namespace {

static_assert(kTypeList == static_cast<int32_t>(ValueKind::kList));
static_assert(kListPacked == static_cast<int32_t>(ListEncoding::kPacked));
static_assert(kListChunked == static_cast<int32_t>(ListEncoding::kChunked));

ListEnd end_of(int32_t tail) { return tail != 0 ? ListEnd::kTail : ListEnd::kHead; }
ByteView text_of(const Engine& e, int32_t argument) {
  const Bytes b = e.arenas.argument(argument);
  return {b.data, b.size};
}
int32_t small(uint64_t count) { return static_cast<int32_t>(std::min<uint64_t>(count, INT32_MAX)); }

// ---- pushing ----

int32_t push_all(Engine& e, ListEditor& editor, int32_t first, int32_t count, ListEnd end) {
  size_t bytes = 0;
  for (int32_t i = 0; i < count; i++) bytes += text_of(e, first + i).size;
  editor.make_room_for(bytes, static_cast<size_t>(count));
  for (int32_t i = 0; i < count; i++) editor.push(end, PackedValue::of(text_of(e, first + i)));
  const uint64_t length = editor.length();
  editor.finish();
  return small(length);
}

int32_t push(Engine& e, int32_t key_argument, int32_t first, int32_t count, ListEnd end, bool if_present) {
  const Key key = e.key(key_argument);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) {
    if (if_present) return 0;
    ListEditor editor(e.keyspace, key, e.db(), fill_of(e));
    return push_all(e, editor, first, count, end);
  }
  if (!is_list(entry)) return kStatusWrongType;
  ListEditor editor(e.keyspace, key, &slot, fill_of(e));
  return push_all(e, editor, first, count, end);
}

// pushToList(key, first, count, tail, ifPresent): pushes `count` arguments one after the other at an end. The
// new length; 0: absent, and ifPresent; kStatusWrongType.
int32_t push_to_list(Engine& e, const int32_t (&a)[5]) {
  return push(e, a[0], a[1], a[2], end_of(a[3]), a[4] != 0);
}

// pushToLists(first, count, stride, tail): one element for each of a run of keys, which stands behind its
// key; writes the new lengths, and stops in front of a key of another type. Returns how many it did.
int32_t push_to_lists(Engine& e, const int32_t (&a)[4]) {
  constexpr int32_t kWindow = 32;  // elements that are pushed to a list at a time
  const int32_t count = a[1], stride = a[2];
  RunList list(e);
  for (int32_t done = 0; done < count;) {
    const int32_t first = a[0] + done * stride;
    const Key key = e.key(first);
    if (!list.is(key) && list.open(key, true) < 0) return done;
    PackedValue values[kWindow];
    const int32_t most = std::min(count - done, kWindow);
    int32_t same = 0;
    do {
      values[same] = PackedValue::of(text_of(e, first + same * stride + 1));
      same++;
    } while (same < most && list.is(e.key(first + same * stride)));
    list.count(same);
    ListEditor& editor = list.editor();
    const auto length = static_cast<int64_t>(editor.length());
    editor.push_each(end_of(a[3]), {values, static_cast<size_t>(same)});
    for (int32_t i = 1; i <= same; i++) e.arenas.write_integer(length + i);
    done += same;
  }
  return count;
}

// ---- popping ----

void write_backwards(Arenas& out, const ListView& list, uint64_t from, uint64_t count) {
  list.for_range_backwards(from, count, [&out](const uint8_t* block, uint32_t pos, uint64_t elements) {
    for (; elements > 0; elements--, pos = listpack::prev(block, pos))
      write_packed(out, listpack::get(block, pos));
  });
}

// Takes elements, which are written or known, off an end of a list of so many.
void drop_from(Engine& e, const Key& key, SlotRef* slot, ListEnd end, uint64_t count, uint64_t length) {
  if (count == length) {
    e.keyspace.erase(e.db(), key);
    return;
  }
  ListEditor editor(e.keyspace, key, slot, fill_of(e));
  if (count == 1) {
    editor.erase_one(end);
  } else {
    editor.erase_range(end == ListEnd::kHead ? 0 : length - count, count);
  }
  editor.shrink();
  editor.finish();
}

// Writes `count` elements from an end inwards as an array and removes them. Affected: how many.
void pop_array(Engine& e, const Key& key, SlotRef* slot, ListEnd end, uint64_t count) {
  const ListView list(*slot->entry);
  const uint64_t length = list.length();
  count = std::min(count, length);
  e.set_affected(small(count));
  e.arenas.write_array_header(count);
  if (end == ListEnd::kHead) {
    list.for_range(0, count, [&e](const uint8_t* block, uint32_t pos, uint64_t elements) {
      write_packed_run(e.arenas, block, pos, elements);
    });
  } else {
    write_backwards(e.arenas, list, length - 1, count);
  }
  drop_from(e, key, slot, end, count, length);
}

// popFromLists(first, count, stride, tail): for each of a run of keys, writes the element at an end, which
// leaves the list, or a null; stops in front of a key of another type. Returns how many it did. Affected: how
// many lists had an element.
int32_t pop_from_lists(Engine& e, const int32_t (&a)[4]) {
  const ListEnd end = end_of(a[3]);
  RunList list(e);
  int32_t popped = 0;
  e.set_affected(0);
  for (int32_t i = 0; i < a[1]; i++) {
    const Key key = e.key(a[0] + i * a[2]);
    const int32_t opened = list.is(key) ? 1 : list.open(key, false);
    if (opened < 0) return i;
    if (opened == 0) {
      e.arenas.write_null();
      continue;
    }
    list.count(1);
    e.set_affected(++popped);
    const ListView view = list.editor().view();
    const uint64_t length = view.length();
    write_packed(e.arenas, view.at(end == ListEnd::kHead ? 0 : length - 1));
    list.editor().erase_one(end);
    list.editor().shrink();
    if (length == 1) list.close();
  }
  return a[1];
}

// popManyFromList(key, tail): writes an array of at most numbers[A] elements, which leave the list, or the
// null of an array; 1, 0 absent, kStatusWrongType.
int32_t pop_many_from_list(Engine& e, const int32_t (&a)[2]) {
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) {
    write_null_array(e.arenas);
    e.set_affected(false);
    return 0;
  }
  if (!is_list(entry)) return kStatusWrongType;
  const auto count = static_cast<uint64_t>(e.arenas.numbers()[kNumberA]);
  e.set_affected(0);
  if (count == 0) {
    e.arenas.write_array_header(0);
  } else {
    pop_array(e, key, &slot, end_of(a[1]), count);
  }
  return 1;
}

// popFromFirstList(first, count, tail): from the first of `count` keys that exists: writes [key, [at most
// numbers[A] elements]], or the null of an array. The index of the key, kStatusNoKey, kStatusWrongType.
int32_t pop_from_first_list(Engine& e, const int32_t (&a)[3]) {
  for (int32_t i = 0; i < a[1]; i++) {
    const Key key = e.key(a[0] + i);
    SlotRef slot;
    Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
    if (entry == nullptr) continue;
    if (!is_list(entry)) return kStatusWrongType;
    e.arenas.write_array_header(2);
    e.arenas.write_bulk(key.data, key.size);
    pop_array(e, key, &slot, end_of(a[2]), static_cast<uint64_t>(e.arenas.numbers()[kNumberA]));
    return i;
  }
  write_null_array(e.arenas);
  return kStatusNoKey;
}

// popKeyedFromLists(first, count, tail): takes one element of the first of `count` keys that exists and
// writes [key, element]; nothing if there is none. The index of the key, kStatusNoKey, kStatusWrongType.
int32_t pop_keyed_from_lists(Engine& e, const int32_t (&a)[3]) {
  for (int32_t i = 0; i < a[1]; i++) {
    const Key key = e.key(a[0] + i);
    const Entry* entry = e.find(key);
    if (entry == nullptr) continue;
    if (!is_list(entry)) return kStatusWrongType;
    e.arenas.write_array_header(2);
    e.arenas.write_bulk(key.data, key.size);
    pop_from_lists(e, {a[0] + i, 1, 1, a[2]});
    return i;
  }
  return kStatusNoKey;
}

// Moves an element from one end of a list to an end of the same.
void rotate(Engine& e, const Key& key, ListEnd from, ListEnd to, const PackedValue& value) {
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (ListView(*entry).length() == 1) return;
  ListEditor editor(e.keyspace, key, &slot, fill_of(e));
  editor.erase_one(from);
  editor.make_room_for(value.size, 1);
  editor.push(to, value);
  editor.shrink();
  editor.finish();
}

// moveElement(source, destination, fromTail, toTail): takes the element at an end of one list to an end of
// another, or of the same, and writes it, or a null. 1, 0 no source, kStatusWrongType.
int32_t move_element(Engine& e, const int32_t (&a)[4]) {
  const Key from = e.key(a[0]), to = e.key(a[1]);
  SlotRef source;
  Entry* entry = e.keyspace.find_for_write(e.db(), from, &source);
  if (entry == nullptr) {
    e.arenas.write_null();
    return 0;
  }
  const Entry* destination = is_list(entry) ? e.find(to) : nullptr;
  if (!is_list(entry) || (destination != nullptr && !is_list(destination))) return kStatusWrongType;
  const ListView list(*entry);
  const uint64_t length = list.length();
  PackedValue value = list.at(a[2] == 0 ? 0 : length - 1);
  write_packed(e.arenas, value);
  // The element leaves its place before it is in the other.
  std::string text;
  if (!value.is_integer()) {
    text.assign(reinterpret_cast<const char*>(value.data), value.size);
    value = PackedValue::of_string({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }
  if (Entry::equal_bytes(from.data, to.data, from.size) && from.size == to.size) {
    rotate(e, from, end_of(a[2]), end_of(a[3]), value);
    return 1;
  }
  SlotRef target;
  const bool exists = e.keyspace.find_for_write(e.db(), to, &target) != nullptr;
  ListEditor editor = exists ? ListEditor(e.keyspace, to, &target, fill_of(e))
                             : ListEditor(e.keyspace, to, e.db(), fill_of(e));
  editor.make_room_for(value.size, 1);
  editor.push(end_of(a[3]), value);
  editor.finish();
  e.keyspace.find_for_write(e.db(), from, &source);
  drop_from(e, from, &source, end_of(a[2]), 1, length);
  return 1;
}

// ---- reading ----

// listLength(key): 0 if absent, kStatusWrongType. Exact in numbers[A].
int32_t list_length(Engine& e, const int32_t (&a)[1]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_list(entry)) return kStatusWrongType;
  const uint64_t length = entry != nullptr ? ListView(*entry).length() : 0;
  e.arenas.numbers()[kNumberA] = static_cast<double>(length);
  return small(length);
}

// An index that may count from the end, as one from the head; false if there is no such element.
bool resolve_index(int64_t index, uint64_t length, uint64_t* at) {
  if (index < 0) index += static_cast<int64_t>(length);
  *at = static_cast<uint64_t>(index);
  return index >= 0 && *at < length;
}

// writeListElement(key, index): the index is an argument. Writes the element, or a null; 0,
// kStatusNotInteger, kStatusWrongType.
int32_t write_list_element(Engine& e, const int32_t (&a)[2]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry == nullptr) {
    e.arenas.write_null();
    return 0;
  }
  if (!is_list(entry)) return kStatusWrongType;
  const ByteView text = text_of(e, a[1]);
  int64_t index = 0;
  if (!parse_int64(text.data, text.size, &index)) return kStatusNotInteger;
  const ListView list(*entry);
  uint64_t at = 0;
  if (resolve_index(index, list.length(), &at)) {
    write_packed(e.arenas, list.at(at));
  } else {
    e.arenas.write_null();
  }
  return 0;
}

// The elements from index `start` to `stop`, both included and both from the end if negative.
struct RangeRead {
  int64_t start, stop;

  struct Span {
    uint64_t from, count;
  };
  Span span(uint64_t size) const {
    const auto length = static_cast<int64_t>(size);
    const int64_t from = start < 0 ? std::max<int64_t>(0, start + length) : start;
    const int64_t to = std::min(stop < 0 ? stop + length : stop, length - 1);
    return from > to ? Span{0, 0} : Span{static_cast<uint64_t>(from), static_cast<uint64_t>(to - from + 1)};
  }
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (!is_list(entry)) return kStatusWrongType;
    return static_cast<int64_t>(span(ListView(*entry).length()).count);
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return out.write_array_header(0);
    const ListView list(*entry);
    const Span wanted = span(list.length());
    out.write_array_header(wanted.count);
    list.for_range(wanted.from, wanted.count, [&out](const uint8_t* block, uint32_t pos, uint64_t elements) {
      write_packed_run(out, block, pos, elements);
    });
  }
};

bool read_range(const Engine& e, int32_t first, RangeRead* range) {
  const ByteView start = text_of(e, first), stop = text_of(e, first + 1);
  return parse_int64(start.data, start.size, &range->start) &&
         parse_int64(stop.data, stop.size, &range->stop);
}

// writeListRange(key): the arguments behind the key are two indexes. Writes the elements from one to the
// other; 0, kStatusDeferred, kStatusNotInteger, kStatusWrongType.
int32_t write_list_range(Engine& e, const int32_t (&a)[1]) {
  RangeRead range;
  if (!read_range(e, a[0] + 1, &range)) return kStatusNotInteger;
  return run_read(e, a[0], 1, range);
}

// writeListRanges(first, count, stride): the same for a run of keys; stops in front of one that fails or
// takes long. Returns how many it did.
int32_t write_list_ranges(Engine& e, const int32_t (&a)[3]) {
  for (int32_t i = 0; i < a[1]; i++) {
    const int32_t key = a[0] + i * a[2];
    RangeRead range;
    if (!read_range(e, key + 1, &range) || !run_if_short(e, key, range)) return i;
  }
  return a[1];
}

// The places of a value.
struct PositionRead {
  std::string text;
  int64_t rank;    // which match is the first that counts; negative: from the tail
  uint64_t count;  // of matches; 0: all
  uint64_t limit;  // of elements that are looked at; 0: all
  bool as_array;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (!is_list(entry)) return kStatusWrongType;
    const uint64_t length = ListView(*entry).length();
    return static_cast<int64_t>(limit == 0 ? length : std::min(limit, length));
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    std::vector<uint64_t> found;
    if (entry != nullptr) collect(ListView(*entry), &found);
    if (as_array) {
      out.write_array_header(found.size());
      for (uint64_t index : found) out.write_integer(static_cast<int64_t>(index));
    } else if (found.empty()) {
      out.write_null();
    } else {
      out.write_integer(static_cast<int64_t>(found[0]));
    }
  }

 private:
  void collect(const ListView& list, std::vector<uint64_t>* found) const {
    const auto value = PackedValue::of({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    const ListEnd from = rank > 0 ? ListEnd::kHead : ListEnd::kTail;
    const uint64_t length = list.length();
    const uint64_t wanted = count == 0 ? UINT64_MAX : count;
    uint64_t skipped = static_cast<uint64_t>(rank > 0 ? rank : -rank) - 1;
    uint64_t seen = 0;  // elements of the blocks before
    std::vector<uint64_t> matches;
    list.for_blocks(from, [&](const uint8_t* block, uint64_t elements) {
      matches_in(block, value, &matches);
      if (rank < 0) std::reverse(matches.begin(), matches.end());
      for (uint64_t within : matches) {
        const uint64_t distance = seen + (rank > 0 ? within : elements - 1 - within);
        if (limit != 0 && distance >= limit) return false;
        if (skipped > 0) {
          skipped--;
          continue;
        }
        found->push_back(rank > 0 ? distance : length - 1 - distance);
        if (found->size() >= wanted) return false;
      }
      seen += elements;
      return limit == 0 || seen < limit;
    });
  }
  // Indexes within the block.
  static void matches_in(const uint8_t* block, const PackedValue& value, std::vector<uint64_t>* matches) {
    matches->clear();
    uint32_t from = listpack::first();
    uint64_t index = 0;
    for (;;) {
      const uint32_t pos = listpack::find(block, from, value, 0);
      if (pos == 0) return;
      index += count_between(block, from, pos);
      matches->push_back(index++);
      from = listpack::next(block, pos);
    }
  }
};

// writeListPositions(key, value, asArray): rank numbers[A], at most numbers[B] matches, among numbers[C]
// elements (both 0: all). Writes an array of indexes, or one index or a null; 0, kStatusDeferred,
// kStatusWrongType.
int32_t write_list_positions(Engine& e, const int32_t (&a)[3]) {
  // What is beyond any list is cut, since it may not fit an integer.
  constexpr double kMost = 9007199254740992;
  const double* numbers = e.arenas.numbers();
  const ByteView value = text_of(e, a[1]);
  PositionRead read{{reinterpret_cast<const char*>(value.data), value.size},
                    static_cast<int64_t>(std::clamp(numbers[kNumberA], -kMost, kMost)),
                    static_cast<uint64_t>(std::min(numbers[kNumberB], kMost)),
                    static_cast<uint64_t>(std::min(numbers[kNumberC], kMost)),
                    a[2] != 0};
  return run_read(e, a[0], 1, std::move(read));
}

// ---- editing ----

// setListElement(key, index, value): the index is an argument. 1, kStatusNoKey, kStatusWrongType,
// kStatusNotInteger, kStatusInvalid: no such index.
int32_t set_list_element(Engine& e, const int32_t (&a)[3]) {
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) return kStatusNoKey;
  if (!is_list(entry)) return kStatusWrongType;
  const ByteView text = text_of(e, a[1]), value = text_of(e, a[2]);
  int64_t index = 0;
  if (!parse_int64(text.data, text.size, &index)) return kStatusNotInteger;
  ListEditor editor(e.keyspace, key, &slot, fill_of(e));
  // Redis makes room before it looks whether there is such an element.
  editor.make_room_for(value.size, 1);
  uint64_t at = 0;
  const bool exists = resolve_index(index, editor.length(), &at);
  if (exists) {
    editor.set(at, PackedValue::of(value));
    editor.shrink();
  }
  editor.finish();
  return exists ? 1 : kStatusInvalid;
}

// insertInList(key, pivot, value, after): puts a value before or behind the first element equal to `pivot`.
// The new length; kStatusNoKey, kStatusWrongType, kStatusInvalid: no such element.
int32_t insert_in_list(Engine& e, const int32_t (&a)[4]) {
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) return kStatusNoKey;
  if (!is_list(entry)) return kStatusWrongType;
  const ByteView value = text_of(e, a[2]);
  const uint64_t place = ListView(*entry).find(PackedValue::of(text_of(e, a[1])));
  ListEditor editor(e.keyspace, key, &slot, fill_of(e));
  // Redis makes room before it looks for the pivot.
  editor.make_room_for(value.size, 1);
  if (place != ListView::kNotFound) editor.insert(a[3] != 0 ? place + 1 : place, PackedValue::of(value));
  const uint64_t length = editor.length();
  editor.finish();
  return place != ListView::kNotFound ? small(length) : kStatusInvalid;
}

// removeFromList(key, value): numbers[A] elements of this value at most, from the tail if negative, all if 0.
// How many; kStatusWrongType.
int32_t remove_from_list(Engine& e, const int32_t (&a)[2]) {
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) return 0;
  if (!is_list(entry)) return kStatusWrongType;
  constexpr double kMost = 9007199254740992;
  const double count = e.arenas.numbers()[kNumberA];
  const uint64_t max = count == 0 ? UINT64_MAX : static_cast<uint64_t>(std::min(std::abs(count), kMost));
  ListEditor editor(e.keyspace, key, &slot, fill_of(e));
  const uint64_t removed =
      editor.remove(PackedValue::of(text_of(e, a[1])), max, count < 0 ? ListEnd::kTail : ListEnd::kHead);
  if (removed > 0) editor.shrink();
  editor.finish();
  return small(removed);
}

// trimList(key): the arguments behind the key are two indexes: what is not between them leaves the list. 0,
// kStatusNotInteger, kStatusWrongType. numbers[A]: how many left it.
int32_t trim_list(Engine& e, const int32_t (&a)[1]) {
  RangeRead range;
  if (!read_range(e, a[0] + 1, &range)) return kStatusNotInteger;
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  e.set_affected(entry != nullptr);
  if (entry == nullptr) return 0;
  if (!is_list(entry)) return kStatusWrongType;
  const uint64_t length = ListView(*entry).length();
  const auto [from, count] = range.span(length);
  e.arenas.numbers()[kNumberA] = static_cast<double>(length - count);
  if (count == 0) {
    e.keyspace.erase(e.db(), key);
    return 0;
  }
  ListEditor editor(e.keyspace, key, &slot, fill_of(e));
  editor.erase_range(from + count, length - from - count);
  editor.erase_range(0, from);
  editor.shrink();
  editor.finish();
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&push_to_list>("pushToList"),
    operation<&push_to_lists>("pushToLists"),
    operation<&pop_from_lists>("popFromLists"),
    operation<&pop_many_from_list>("popManyFromList"),
    operation<&pop_from_first_list>("popFromFirstList"),
    operation<&pop_keyed_from_lists>("popKeyedFromLists"),
    operation<&move_element>("moveElement"),
    operation<&list_length>("listLength"),
    operation<&write_list_element>("writeListElement"),
    operation<&write_list_range>("writeListRange"),
    operation<&write_list_ranges>("writeListRanges"),
    operation<&write_list_positions>("writeListPositions"),
    operation<&set_list_element>("setListElement"),
    operation<&insert_in_list>("insertInList"),
    operation<&remove_from_list>("removeFromList"),
    operation<&trim_list>("trimList"),
};

}  // namespace

std::span<const Operation> list_operations() { return kOperations; }

}  // namespace redwing
