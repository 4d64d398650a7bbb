#include "collections/set/set.h"

#include <new>

#include "types/number.h"

namespace redwing {

namespace {

// A number of members that takes the background thread to free.
constexpr size_t kHeavyMembers = 64;

bool parse_member(ByteView member, int64_t* value) { return parse_int64(member.data, member.size, value); }

TableSet* create_table(Heap& heap, const Hasher& hasher, uint64_t birth) {
  return ::new (heap.alloc(sizeof(TableSet))) TableSet{birth, 0, Dictionary(heap, hasher, birth)};
}

}  // namespace

// ---- Reading ----

uint64_t SetRef::size() const {
  if (encoding_ == SetEncoding::kIntegers) return integer_set::count(block());
  return encoding_ == SetEncoding::kPacked ? listpack::count(block()) : table().size();
}

bool SetRef::contains(ByteView member) const {
  if (encoding_ == SetEncoding::kTable) return table().find(member) != nullptr;
  if (encoding_ == SetEncoding::kPacked) return listpack::find(block(), listpack::first(), member, 0) != 0;
  int64_t value;
  uint32_t rank;
  return parse_member(member, &value) && integer_set::find(block(), value, &rank);
}

bool SetRef::contains(const PackedValue& member) const {
  uint32_t rank;
  if (encoding_ == SetEncoding::kIntegers && member.is_integer())
    return integer_set::find(block(), member.integer, &rank);
  uint8_t digits[kInt64TextMax];
  return contains(member.text(digits));
}

PackedValue SetRef::random(FunctionRef<uint64_t()> draw) const {
  if (encoding_ == SetEncoding::kTable) {
    return PackedValue::of_string(table().random(draw)->key());
  }
  const uint64_t rank = draw() % size();
  if (encoding_ == SetEncoding::kIntegers)
    return PackedValue::of_integer(integer_set::at(block(), static_cast<uint32_t>(rank)));
  return listpack::get(block(), listpack::seek(block(), static_cast<int64_t>(rank)));
}

// ---- New sets ----

SetEditor::SetEditor(const Edit& edit, const Hasher& hasher, ByteView first, uint64_t expected,
                     const SetLimits& limits)
    : edit_(edit), hasher_(hasher), root_(nullptr), encoding_(SetEncoding::kTable) {
  int64_t value;
  if (expected <= limits.integers && parse_member(first, &value)) {
    encoding_ = SetEncoding::kIntegers;
    root_ = IntegerSetRoot::create(edit_).finish();
  } else if (expected <= limits.packed) {
    encoding_ = SetEncoding::kPacked;
    root_ = ListpackRoot::create(edit_).finish();
  } else {
    root_ = create_table(edit_.heap(), hasher_, edit_.birth());
    is_fresh_table_ = true;
  }
}

void SetEditor::expect(uint64_t members, const SetLimits& limits) {
  const bool small_enough = encoding_ == SetEncoding::kIntegers ? members <= limits.integers
                            : encoding_ == SetEncoding::kPacked ? members <= limits.packed
                                                                : true;
  if (!small_enough) to_table();
}

// ---- Adding ----

bool SetEditor::add(ByteView member, const SetLimits& limits) {
  if (encoding_ == SetEncoding::kTable) return add_hashed(member, hasher_(member.data, member.size));
  return encoding_ == SetEncoding::kPacked ? add_to_packed(member, limits) : add_to_integers(member, limits);
}

bool SetEditor::add_to_integers(ByteView member, const SetLimits& limits) {
  int64_t value;
  if (parse_member(member, &value)) {
    uint32_t rank;
    if (integer_set::find(block(), value, &rank)) return false;
    IntegerSetRoot root = integers();
    keep(root.reserve_length(integer_set::bytes_with(block(), value)));
    integer_set::insert(writable_block(), rank, value);
    if (integer_set::count(block()) > limits.integers) to_table();
    return true;
  }
  const uint32_t had = integer_set::count(block());
  uint8_t digits[kInt64TextMax];
  size_t longest = 0;
  // The longest is at one of the ends.
  if (had != 0) {
    longest = std::max(format_int64(integer_set::at(block(), 0), digits),
                       format_int64(integer_set::at(block(), had - 1), digits));
  }
  if (had < limits.packed && member.size <= limits.packed_bytes && longest <= limits.packed_bytes) {
    to_packed();
    return add_to_packed(member, limits);
  }
  to_table();
  return add_hashed(member, hasher_(member.data, member.size));
}

bool SetEditor::add_to_packed(ByteView member, const SetLimits& limits) {
  if (listpack::find(block(), listpack::first(), member, 0) != 0) return false;
  if (listpack::count(block()) >= limits.packed || member.size > limits.packed_bytes) {
    to_table();
    return add_hashed(member, hasher_(member.data, member.size));
  }
  ListpackRoot root = packed();
  keep(root.reserve(static_cast<int64_t>(listpack::encoded_bytes(member))));
  listpack::insert(writable_block(), listpack::end(block()), member);
  return true;
}

TableSet* SetEditor::writable_table() {
  auto* table = static_cast<TableSet*>(root_);
  if (edit_.may_change(table->birth)) [[likely]]
    return table;
  auto* copy = ::new (edit_.alloc(sizeof(TableSet))) TableSet(*table);
  copy->birth = edit_.birth();
  edit_.release(table, sizeof(TableSet), table->birth);
  root_ = copy;
  return copy;
}

bool SetEditor::add_hashed(ByteView member, uint64_t hash) {
  if (static_cast<TableSet*>(root_)->members.find(member, hash) != nullptr) return false;
  insert_into_table(writable_table(), member, hash);
  return true;
}

void SetEditor::insert_into_table(TableSet* table, ByteView member, uint64_t hash) {
  Entry* entry = Dictionary::create_member(edit_.heap(), member, 0);
  table->entry_bytes += member_bytes(*entry);
  table->members.insert(edit_, hash, entry);
}

// ---- Erasing ----

bool SetEditor::erase(ByteView member) {
  if (encoding_ == SetEncoding::kTable) {
    const uint64_t hash = hasher_(member.data, member.size);
    Slot slot;
    if (!static_cast<TableSet*>(root_)->members.locate(member, hash, &slot)) return false;
    TableSet* table = writable_table();
    table->entry_bytes -= member_bytes(*slot.entry());
    table->members.erase(edit_, slot, hash);
    return true;
  }
  if (encoding_ == SetEncoding::kPacked) {
    const uint32_t at = listpack::find(block(), listpack::first(), member, 0);
    if (at == 0) return false;
    ListpackRoot root = packed();
    listpack::erase(root.reserve(), at, 1);
    keep(root.finish());
    return true;
  }
  int64_t value;
  uint32_t rank;
  if (!parse_member(member, &value) || !integer_set::find(block(), value, &rank)) return false;
  IntegerSetRoot root = integers();
  integer_set::erase(root.reserve(), rank);
  keep(root.finish());
  return true;
}

// ---- From one form to another ----

void SetEditor::to_packed() {
  size_t bytes = listpack::kEmptyBytes;
  const uint32_t had = integer_set::count(block());
  for (uint32_t i = 0; i < had; i++) bytes += listpack::encoded_bytes(integer_set::at(block(), i));
  ListpackRoot root = ListpackRoot::create(edit_, bytes);
  uint8_t* fresh = root.reserve();
  for (uint32_t i = 0; i < had; i++)
    listpack::insert_integer(fresh, listpack::end(fresh), integer_set::at(block(), i));
  integers().discard();
  keep(root.finish());
  encoding_ = SetEncoding::kPacked;
}

void SetEditor::to_table() {
  TableSet* table = create_table(edit_.heap(), hasher_, edit_.birth());
  ref().for_each([&](const PackedValue& value) {
    uint8_t digits[kInt64TextMax];
    const ByteView text = value.text(digits);
    insert_into_table(table, text, hasher_(text.data, text.size));
    return true;
  });
  if (encoding_ == SetEncoding::kPacked) {
    packed().discard();
  } else {
    integers().discard();
  }
  root_ = table;
  encoding_ = SetEncoding::kTable;
  is_fresh_table_ = true;
}

// ---- The value type ----

namespace {

class SetType final : public ValueType {
 public:
  void free(void* root, uint8_t encoding, const Releaser& releaser) const override {
    switch (static_cast<SetEncoding>(encoding)) {
      case SetEncoding::kIntegers:
        return IntegerSetRoot::free(root, releaser);
      case SetEncoding::kPacked:
        return ListpackRoot::free(root, releaser);
      case SetEncoding::kTable:
        static_cast<TableSet*>(root)->members.free_all(releaser);
        releaser.free(root, sizeof(TableSet));
    }
  }
  bool is_heavy(const void* root, uint8_t encoding) const override {
    return encoding == static_cast<uint8_t>(SetEncoding::kTable) &&
           static_cast<const TableSet*>(root)->members.size() > kHeavyMembers;
  }
  size_t memory(const void* root, uint8_t encoding) const override {
    if (encoding == static_cast<uint8_t>(SetEncoding::kIntegers)) return IntegerSetRoot::memory(root);
    if (encoding == static_cast<uint8_t>(SetEncoding::kPacked)) return ListpackRoot::memory(root);
    const auto* table = static_cast<const TableSet*>(root);
    return Heap::class_size(sizeof(TableSet)) + table->entry_bytes + table->members.bytes();
  }
  void* copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const override {
    if (encoding == static_cast<uint8_t>(SetEncoding::kIntegers)) return IntegerSetRoot::copy(root, heap);
    if (encoding == static_cast<uint8_t>(SetEncoding::kPacked)) return ListpackRoot::copy(root, heap);
    const auto* table = static_cast<const TableSet*>(root);
    TableSet* copy = create_table(heap, table->members.hasher(), birth);
    copy->entry_bytes = table->entry_bytes;
    copy->members.copy_from(table->members, birth);
    return copy;
  }
};

}  // namespace

const ValueType& set_type() {
  static const SetType type;
  return type;
}

}  // namespace redwing
