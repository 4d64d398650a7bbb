// Sorting the elements of a list, a set or a sorted set, which the reply or another list receives, or what
// key patterns make of them.
//
// Terms
//   weight    what elements are compared by: themselves, or what a key pattern finds for them; as numbers or
//             as bytes. Elements of equal number are compared by their own bytes, all others that are equal
//             keep the order of the collection.
//   result    an element, or a value that a pattern finds for it, one for each pattern of a list of them.
//   span      which of the elements, in their final order, are wanted.
//
// Elements, weights and results are references into the store: nothing is copied but integers that are needed
// as text, and the members of packed sorted sets.
//
// Cost, n elements: O(n log(end of the span)) and a lookup for each weight and each result. Without an order
// only the span is touched.
#include <algorithm>
#include <cerrno>
#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/reply.h"
#include "collections/hash/hash.h"
#include "collections/list/list_editor.h"
#include "collections/list/list_view.h"
#include "collections/set/set.h"
#include "collections/sorted_set/sorted_set.h"
#include "types/double.h"
#include "types/key_pattern.h"

namespace redwing {
namespace {

struct SortOrder {
  bool descending;
  bool by_text;
  bool is_stored;        // whole texts are compared; otherwise as strcoll does in the "C" locale: up to a NUL
  double offset, limit;  // limit < 0: all
  std::vector<KeyPattern> by;  // none: elements are their own weights; one without a place: any order will do
  std::vector<KeyPattern> gets;

  bool is_any() const { return !by.empty() && !by[0].has_place(); }
};

struct Span {
  uint64_t from, count;
  uint64_t end() const { return from + count; }
};

Span span_of(const SortOrder& order, uint64_t size) {
  const auto within = [](double value, uint64_t most) {
    if (value <= 0) return uint64_t{0};
    return value >= static_cast<double>(most) ? most : static_cast<uint64_t>(value);
  };
  const uint64_t from = within(order.offset, size);
  return {from, order.limit < 0 ? size - from : within(order.limit, size - from)};
}

bool is_sortable(const Entry& entry) {
  return entry.kind() == ValueKind::kList || entry.kind() == ValueKind::kSet ||
         entry.kind() == ValueKind::kSortedSet;
}

uint64_t size_of(const Entry& entry) {
  if (entry.kind() == ValueKind::kList) return ListView(entry).length();
  return entry.kind() == ValueKind::kSet ? SetRef(entry).size() : SortedSet(entry).size();
}

int compare_texts(ByteView a, ByteView b) {
  const size_t common = std::min(a.size, b.size);
  const int order = common == 0 ? 0 : std::memcmp(a.data, b.data, common);
  return order != 0 ? order : static_cast<int>(a.size > b.size) - static_cast<int>(a.size < b.size);
}

// A number as C's strtod reads all of a text up to a NUL: white space before it is fine, nothing is 0, what
// is too large or too small is none.
bool parse_weight(ByteView text, double* weight) {
  if (parse_double(text.data, text.size, weight) && (*weight == 0 || std::fabs(*weight) >= DBL_MIN))
    return true;
  const std::string copy(reinterpret_cast<const char*>(text.data), text.size);
  char* end = nullptr;
  errno = 0;
  *weight = std::strtod(copy.c_str(), &end);
  return *end == '\0' && errno != ERANGE && !std::isnan(*weight);
}

PackedValue value_of(const Entry& string) {
  return string.is_int() ? PackedValue::of_integer(string.integer())
                         : PackedValue::of_string(string.string());
}

// The value of a field, if the entry is a hash that has it.
bool find_field(const Entry& entry, ByteView field, int64_t now_ms, PackedValue* value) {
  if (entry.kind() != ValueKind::kHash) return false;
  return Hash(entry).find(field, now_ms, value) == Hash::Found::kYes;
}

// One element while it is sorted.
struct Item {
  PackedValue element;
  union {
    double number;
    ByteView text;  // data nullptr: there is no weight
  };
  uint64_t at;  // its place in the collection

  Item(const PackedValue& value, uint64_t place) : element(value), text{nullptr, 0}, at(place) {}
};

template <typename Keys>
class Sorting {
 public:
  Sorting(const SortOrder& order, Keys& keys)
      : order_(order),
        keys_(keys),
        is_any_(order.is_any()),
        by_text_(order.by_text),
        by_(is_any_ || order.by.empty() ? nullptr : &order.by[0]) {}

  // Finds the span's elements in order. kStatusNotFloat: a weight is no number.
  int32_t run() {
    const Entry* entry = keys_.find(0);
    if (entry == nullptr) return 0;
    if (is_any_ && order_.is_stored && entry->kind() == ValueKind::kSet) {
      is_any_ = false;  // what is stored should not depend on how a set lies in memory
      by_text_ = true;
    }
    const Span span = span_of(order_, size_of(*entry));
    load(*entry, is_any_ ? span : Span{0, size_of(*entry)});
    if (is_any_) return 0;
    bool are_numbers = true;
    for (Item& item : items_) are_numbers = weigh(&item) && are_numbers;
    if (!are_numbers) return kStatusNotFloat;
    const auto before = [this](const Item& a, const Item& b) { return is_before(a, b); };
    constexpr uint64_t kFew = 8;  // a heap of the first ones wins when they are fewer than one in so many
    if (span.end() < items_.size() / kFew) {
      std::partial_sort(items_.begin(), items_.begin() + static_cast<ptrdiff_t>(span.end()), items_.end(),
                        before);
    } else {
      std::sort(items_.begin(), items_.end(), before);
    }
    items_.resize(span.end(), Item(PackedValue(), 0));
    items_.erase(items_.begin(), items_.begin() + static_cast<ptrdiff_t>(span.from));
    return 0;
  }

  uint64_t result_count() const { return items_.size() * std::max<size_t>(order_.gets.size(), 1); }
  // Calls put(const PackedValue*) for each result, nullptr: a pattern found nothing.
  template <typename Put>
  void for_each_result(Put&& put) {
    PackedValue value;
    for (const Item& item : items_) {
      if (order_.gets.empty()) put(&item.element);
      for (const KeyPattern& pattern : order_.gets)
        put(look_up(pattern, item.element, &value) ? &value : nullptr);
    }
  }

 private:
  void add(const PackedValue& element) { items_.emplace_back(element, items_.size()); }
  ByteView keep(ByteView text) {
    const std::string& copy = texts_.emplace_back(reinterpret_cast<const char*>(text.data), text.size);
    return {reinterpret_cast<const uint8_t*>(copy.data()), copy.size()};
  }
  // A value as text that stays.
  ByteView text_of(const PackedValue& value) {
    uint8_t digits[kInt64TextMax];
    const ByteView text = value.text(digits);
    return value.is_integer() ? keep(text) : text;
  }

  // Loads some of the elements, in the order that the collection has of itself; of one that has any, the last
  // ones first if a descending order is wanted.
  void load(const Entry& entry, Span span) {
    items_.reserve(span.count);
    if (span.count == 0) return;
    const bool backwards = is_any_ && order_.descending;
    if (entry.kind() == ValueKind::kList) {
      load_list(ListView(entry), span, backwards);
    } else if (entry.kind() == ValueKind::kSet) {
      uint64_t place = 0;
      SetRef(entry).for_each([&](const PackedValue& member) {
        if (place++ >= span.from) add(member);
        return place < span.end();
      });
    } else {
      load_sorted_set(SortedSet(entry), span, backwards);
    }
  }

  void load_list(const ListView& list, Span span, bool backwards) {
    if (backwards) {
      list.for_range_backwards(list.length() - 1 - span.from, span.count,
                               [this](const uint8_t* block, uint32_t pos, uint64_t elements) {
                                 for (; elements > 0; elements--, pos = listpack::prev(block, pos))
                                   add(listpack::get(block, pos));
                               });
    } else {
      list.for_range(span.from, span.count, [this](const uint8_t* block, uint32_t pos, uint64_t elements) {
        for (; elements > 0; elements--, pos = listpack::next(block, pos)) add(listpack::get(block, pos));
      });
    }
  }

  void load_sorted_set(const SortedSet& set, Span span, bool backwards) {
    const RankRange ranks = backwards ? RankRange{set.size() - span.end(), set.size() - span.from}
                                      : RankRange{span.from, span.end()};
    set.visit(ranks, backwards, [this, &set](ByteView member, double) {
      add(PackedValue::of_string(set.is_packed() ? keep(member) : member));
    });
  }

  bool weigh(Item* item) {
    PackedValue weight = item->element;
    const bool found = by_ == nullptr || look_up(*by_, item->element, &weight);
    if (by_text_) {
      if (!found) return true;
      item->text = text_of(weight);
      if (!order_.is_stored)
        item->text.size = strnlen(reinterpret_cast<const char*>(item->text.data), item->text.size);
      return true;
    }
    item->number = found && weight.is_integer() ? static_cast<double>(weight.integer) : 0;
    return !found || weight.is_integer() || parse_weight({weight.data, weight.size}, &item->number);
  }

  int compare(const Item& a, const Item& b) const {
    if (!by_text_) {
      if (a.number != b.number) return a.number < b.number ? -1 : 1;
      uint8_t digits_a[kInt64TextMax], digits_b[kInt64TextMax];
      return compare_texts(a.element.text(digits_a), b.element.text(digits_b));
    }
    // An element without a weight comes before all that have one.
    if (a.text.data == nullptr || b.text.data == nullptr)
      return static_cast<int>(a.text.data != nullptr) - static_cast<int>(b.text.data != nullptr);
    return compare_texts(a.text, b.text);
  }
  bool is_before(const Item& a, const Item& b) const {
    const int order = compare(a, b);
    if (order == 0) return a.at < b.at;
    return order_.descending ? order > 0 : order < 0;
  }

  // What a pattern finds for an element; false: nothing.
  bool look_up(const KeyPattern& pattern, const PackedValue& element, PackedValue* value) {
    if (pattern.is_element()) {
      *value = element;
      return true;
    }
    if (!pattern.has_place()) return false;
    uint8_t digits[kInt64TextMax];
    pattern.name_key(element.text(digits), &name_);
    const Entry* entry = keys_.find_named({reinterpret_cast<const uint8_t*>(name_.data()), name_.size()});
    if (entry == nullptr) return false;
    if (pattern.has_field()) return find_field(*entry, pattern.field(), keys_.now(), value);
    if (!entry->is_string()) return false;
    *value = value_of(*entry);
    return true;
  }

  const SortOrder& order_;
  Keys& keys_;
  bool is_any_;
  bool by_text_;
  const KeyPattern* by_;  // nullptr: elements are their own weights
  std::vector<Item> items_;
  std::deque<std::string> texts_;  // of what has no text that stays
  std::string name_;
};

struct SortedRead {
  SortOrder order;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (!is_sortable(*entry)) return kStatusWrongType;
    const uint64_t size = size_of(*entry);
    const uint64_t wanted = span_of(order, size).count;
    const uint64_t touched = order.is_any() ? wanted : size * (1 + order.by.size());
    return static_cast<int64_t>(touched + wanted * order.gets.size());
  }
  template <typename Keys, typename Out>
  int32_t write(Keys& keys, Out& out) const {
    Sorting<Keys> sorting(order, keys);
    if (sorting.run() != 0) return kStatusNotFloat;
    out.write_array_header(sorting.result_count());
    sorting.for_each_result([&out](const PackedValue* value) {
      if (value != nullptr) {
        write_packed(out, *value);
      } else {
        out.write_null();
      }
    });
    return 0;
  }
};

// The order that flags (kSort...), `by` (an argument or -1), the first `gets` of the argument register, and
// numbers[B] and [C] (offset and limit) ask for.
SortOrder sort_order(const Engine& e, int32_t flags, int32_t by, int32_t gets, bool is_stored) {
  const double* numbers = e.arenas.numbers();
  SortOrder order{(flags & kSortDescending) != 0,
                  (flags & kSortByText) != 0,
                  is_stored,
                  numbers[kNumberB],
                  numbers[kNumberC],
                  {},
                  {}};
  const auto pattern = [&e](int32_t argument) {
    const Bytes text = e.arenas.argument(argument);
    return KeyPattern({text.data, text.size});
  };
  if (by >= 0) order.by.push_back(pattern(by));
  for (int32_t i = 0; i < gets; i++) order.gets.push_back(pattern(e.argument_list[static_cast<size_t>(i)]));
  return order;
}

// listArgument(position, argument): puts an argument at the position that follows the last one, or at 0.
int32_t list_argument(Engine& e, const int32_t (&a)[2]) {
  e.argument_list.resize(static_cast<size_t>(a[0]));
  e.argument_list.push_back(a[1]);
  return 0;
}

// writeSorted(key, flags, by, gets): writes the results, see sort_order; 0, kStatusDeferred,
// kStatusWrongType, kStatusNotFloat.
int32_t write_sorted(Engine& e, const int32_t (&a)[4]) {
  return run_read(e, a[0], 1, SortedRead{sort_order(e, a[1], a[2], a[3], false)});
}

// Puts values, nullptr: an empty one, into a list over what the key held.
void store_list(Engine& e, const Key& key, const std::vector<PackedValue>& values) {
  constexpr size_t kElementBytes = 8;  // beside the text, as an element is estimated before it is there
  size_t bytes = values.back().text_size() + kElementBytes;
  for (size_t i = 0; i + 1 < values.size(); i++) bytes += listpack::encoded_bytes(values[i]);
  ListEditor editor(e.keyspace, key, e.db(), e.arenas.control()[kListMaxListpackSize]);
  editor.make_room_for(bytes, values.size());
  for (const PackedValue& value : values) editor.push(ListEnd::kTail, value);
  editor.finish();
}

// storeSorted(target, key, flags, by, gets): stores the results as a list, nothing as empty ones, or removes
// the target if there are none; how many, kStatusWrongType, kStatusNotFloat.
int32_t store_sorted(Engine& e, const int32_t (&a)[5]) {
  const SortedRead read{sort_order(e, a[2], a[3], a[4], true)};
  LoopKeys keys(e, a[1], 1);
  if (read.cost(keys) < 0) return kStatusWrongType;
  Sorting<LoopKeys> sorting(read.order, keys);
  if (sorting.run() != 0) return kStatusNotFloat;
  std::vector<PackedValue> values;
  values.reserve(sorting.result_count());
  sorting.for_each_result([&values](const PackedValue* value) {
    if (value == nullptr) {
      values.push_back(PackedValue::of_string({nullptr, 0}));
    } else {
      values.push_back(value->is_integer() ? *value : PackedValue::of({value->data, value->size}));
    }
  });
  const Key target = e.key(a[0]);
  if (values.empty()) {
    e.set_affected(e.keyspace.erase(e.db(), target));
  } else {
    store_list(e, target, values);
  }
  return static_cast<int32_t>(std::min<size_t>(values.size(), INT32_MAX));
}

constexpr Operation kOperations[] = {
    operation<&list_argument>("listArgument"),
    operation<&write_sorted>("writeSorted"),
    operation<&store_sorted>("storeSorted"),
};

}  // namespace

std::span<const Operation> sort_operations() { return kOperations; }

}  // namespace redwing
