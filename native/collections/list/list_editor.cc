#include "collections/list/list_editor.h"

namespace redwing {

ListEditor::ListEditor(Keyspace& keyspace, const Key& key, SlotRef* slot, int32_t fill)
    : keyspace_(keyspace),
      key_(key),
      slot_(slot),
      db_(slot->db),
      edit_(keyspace.edit(slot)),
      limits_(ListLimits::of(fill)),
      root_(slot->entry->root()),
      encoding_(static_cast<ListEncoding>(slot->entry->encoding())),
      owned_(edit_.owns_root()) {}

ListEditor::ListEditor(Keyspace& keyspace, const Key& key, int db, int32_t fill)
    : keyspace_(keyspace),
      key_(key),
      slot_(nullptr),
      db_(db),
      edit_(keyspace.edit_new(db, key)),
      limits_(ListLimits::of(fill)),
      root_(nullptr),
      encoding_(ListEncoding::kPacked),
      owned_(true) {}

uint64_t ListEditor::length() const {
  if (root_ == nullptr) return 0;
  return is_packed() ? listpack::count(block()) : static_cast<const ListRoot*>(root_)->tree.weight();
}

// ---- The packed form ----

uint64_t ListEditor::remove_packed(const PackedValue& value, uint64_t max, ListEnd from) {
  const uint64_t matches = count_matches(block(), value);
  const uint64_t count = std::min(matches, max);
  if (count == 0) return 0;
  const size_t bytes = listpack::bytes(block()) - count * listpack::encoded_bytes(value);
  ListpackRoot rest = ListpackRoot::create(edit_, bytes);
  copy_without(rest.reserve(), block(), value, from == ListEnd::kHead ? 0 : matches - count, count);
  packed().discard();
  keep(rest.finish());
  return count;
}

// ---- Between the forms ----

ChunkedList ListEditor::own_chunked() {
  auto* root = static_cast<ListRoot*>(root_);
  if (!edit_.may_change(root->birth)) [[unlikely]] {
    auto* copy = ::new (edit_.alloc(sizeof(ListRoot))) ListRoot(*root);
    copy->birth = edit_.birth();
    edit_.release(root, sizeof(ListRoot), root->birth);
    root_ = root = copy;
    moved_ = true;
    whole_ = false;
  }
  return {edit_, root, limits_};
}

void ListEditor::to_chunked() {
  ListRoot* root = ChunkedList::create(edit_);
  if (root_ != nullptr) {
    ChunkedList(edit_, root, limits_).append_block(block());
    packed().discard();
  }
  root_ = root;
  encoding_ = ListEncoding::kChunked;
  moved_ = whole_ = true;
}

void ListEditor::make_room_for(size_t text_bytes, size_t count) {
  if (!is_packed()) return;
  const size_t bytes = root_ != nullptr ? listpack::bytes(block()) : listpack::kEmptyBytes;
  if (limits_.exceeded_by(bytes + text_bytes, length() + count)) to_chunked();
}

// Whether the list may become packed, and of how many bytes.
bool ListEditor::shrinks(size_t* bytes) const {
  const auto& root = *static_cast<const ListRoot*>(root_);
  // A packed list of 64 KB is as many chunks as this.
  constexpr size_t kChunksMax = 8;
  const bool several = !limits_.by_elements && limits_.bytes > kChunkBytesMax;
  if (root.chunks == 0 || root.chunks > (several ? kChunksMax : 1)) return false;
  size_t total = listpack::kEmptyBytes;
  root.tree.for_each([&total](const ChunkItem& item) {
    total += listpack::bytes(item.chunk->block()) - listpack::kEmptyBytes;
  });
  *bytes = total;
  if (!limits_.by_elements) return total <= limits_.bytes / 2;
  const ChunkItem& only = root.tree.begin().item();
  const uint8_t* block = only.chunk->block();
  const bool large = limits_.is_large(listpack::get(block, listpack::first()).text_size());
  return only.count <= limits_.elements / 2 && !large;
}

void ListEditor::shrink() {
  size_t bytes = 0;
  if (is_packed() || !shrinks(&bytes)) return;
  ChunkedList list = own_chunked();
  auto* root = static_cast<ListRoot*>(root_);
  ListpackRoot fresh = ListpackRoot::create(edit_, bytes);
  uint8_t* whole = fresh.reserve();
  root->tree.for_each([whole](const ChunkItem& item) {
    const uint8_t* block = item.chunk->block();
    listpack::append_from(whole, block, listpack::first(), listpack::end(block), item.count);
  });
  list.clear();
  edit_.release(root, sizeof(ListRoot), root->birth);
  encoding_ = ListEncoding::kPacked;
  keep(fresh.finish());
}

// ---- Changes ----

void ListEditor::push(ListEnd end, const PackedValue& value) {
  if (!is_packed()) return own_chunked().push(end, {&value, 1});
  const size_t growth = listpack::encoded_bytes(value);
  ListpackRoot root =
      root_ != nullptr ? packed() : ListpackRoot::create(edit_, listpack::kEmptyBytes + growth);
  uint8_t* list = root.reserve(static_cast<int64_t>(growth));
  listpack::insert(list, end == ListEnd::kHead ? listpack::first() : listpack::end(list), value);
  keep(root.finish());
}

void ListEditor::push_each(ListEnd end, std::span<const PackedValue> values) {
  for (; !values.empty(); values = values.subspan(1)) {
    make_room_for(values.front().text_size(), 1);
    if (!is_packed()) return own_chunked().push(end, values);
    push(end, values.front());
  }
}

void ListEditor::insert(uint64_t index, const PackedValue& value) {
  if (!is_packed()) return own_chunked().insert(index, value);
  if (index == length()) return push(ListEnd::kTail, value);
  ListpackRoot root = packed();
  uint8_t* list = root.reserve(static_cast<int64_t>(listpack::encoded_bytes(value)));
  listpack::insert(list, listpack::seek(list, static_cast<int64_t>(index)), value);
  keep(root.finish());
}

void ListEditor::set(uint64_t index, const PackedValue& value) {
  if (!is_packed()) return own_chunked().set(index, value);
  const uint32_t pos = listpack::seek(block(), static_cast<int64_t>(index));
  ListpackRoot root = packed();
  listpack::replace(root.reserve(listpack::replace_growth(block(), pos, value)), pos, value);
  keep(root.finish());
}

void ListEditor::erase_one(ListEnd end) {
  if (!is_packed()) return own_chunked().erase_one(end);
  ListpackRoot root = packed();
  uint8_t* list = root.reserve();
  listpack::erase(list, end == ListEnd::kHead ? listpack::first() : listpack::last(list), 1);
  keep(root.finish());
}

void ListEditor::erase_range(uint64_t index, uint64_t count) {
  if (count == 0) return;
  if (!is_packed()) return own_chunked().erase_range(index, count);
  ListpackRoot root = packed();
  uint8_t* list = root.reserve();
  listpack::erase(list, listpack::seek(list, static_cast<int64_t>(index)), count);
  keep(root.finish());
}

uint64_t ListEditor::remove(const PackedValue& value, uint64_t max, ListEnd from) {
  return is_packed() ? remove_packed(value, max, from) : own_chunked().remove(value, max, from);
}

void ListEditor::finish() {
  const auto encoding = static_cast<uint8_t>(encoding_);
  if (slot_ == nullptr) {
    RW_ASSERT(length() > 0, "a new list has elements");
    keyspace_.put_root(db_, key_, ValueKind::kList, encoding, root_, Expiry::none());
    return;
  }
  if (moved_) keyspace_.set_root(slot_, root_, encoding, whole_);
  if (length() == 0) keyspace_.erase(db_, key_);
}

}  // namespace redwing
