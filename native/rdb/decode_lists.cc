// Lists: elements one by one, one ziplist, or a row of nodes that are ziplists, listpacks or single elements.

#include <optional>
#include <utility>

#include "collections/list/chunked_list.h"
#include "collections/list/list_type.h"
#include "collections/packed_root.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"
#include "rdb/ziplist.h"

namespace redwing {

namespace {

// A list that grows at its tail: packed as long as the limits allow it, then chunked.
class ListBuilder {
 public:
  explicit ListBuilder(const Decoding& d)
      : edit_(d.edit), limits_(ListLimits::of(d.limits.list_fill)), releaser_(d.releaser()) {}
  ~ListBuilder() {
    if (packed_) packed_->discard();
    if (chunked_ != nullptr) ListType().free(chunked_, encoding(ListEncoding::kChunked), releaser_);
  }
  ListBuilder(const ListBuilder&) = delete;
  ListBuilder& operator=(const ListBuilder&) = delete;

  void add(const PackedValue& value) {
    if (chunked_ == nullptr) {
      if (!packed_) packed_.emplace(ListpackRoot::create(edit_));
      const size_t bytes = packed_->bytes() + value.text_size();
      if (!limits_.exceeded_by(bytes, listpack::count(packed_->data()) + size_t{1})) {
        uint8_t* block = packed_->reserve(static_cast<int64_t>(listpack::encoded_bytes(value)));
        listpack::insert(block, listpack::end(block), value);
        return;
      }
      become_chunked();
    }
    ChunkedList(edit_, chunked_, limits_).push(ListEnd::kTail, {&value, 1});
  }
  // Adds the elements of a listpack, of which there is at least one.
  void add_block(const uint8_t* block, bool is_only) {
    if (!listpack::is_canonical(block)) return add_each(block);
    if (is_only && !limits_.exceeded_by(listpack::bytes(block), listpack::count(block))) {
      packed_.emplace(edit_, make_packed(edit_, block), true);
      return;
    }
    become_chunked();
    ChunkedList(edit_, chunked_, limits_).append_block(block);
  }
  void become_chunked() {
    if (chunked_ != nullptr) return;
    chunked_ = ChunkedList::create(edit_);
    if (!packed_) return;
    if (listpack::count(packed_->data()) != 0)
      ChunkedList(edit_, chunked_, limits_).append_block(packed_->data());
    packed_->discard();
    packed_.reset();
  }
  void finish(Made* made) {
    if (chunked_ != nullptr && chunked_->tree.weight() != 0) {
      *made = {std::exchange(chunked_, nullptr), encoding(ListEncoding::kChunked)};
    } else if (packed_ && listpack::count(packed_->data()) != 0) {
      *made = {packed_->finish(), encoding(ListEncoding::kPacked)};
      packed_.reset();
    }
  }

 private:
  static constexpr uint8_t encoding(ListEncoding form) { return static_cast<uint8_t>(form); }

  void add_each(const uint8_t* block) {
    for (uint32_t at = listpack::first(); at != listpack::end(block); at = listpack::next(block, at)) {
      const PackedValue value = listpack::get(block, at);
      add(value.is_integer() ? value : PackedValue::of({value.data, value.size}));
    }
  }

  const Edit& edit_;
  const ListLimits limits_;
  const Releaser releaser_;
  std::optional<ListpackRoot> packed_;
  ListRoot* chunked_ = nullptr;
};

bool take_elements(Decoding* d, ListBuilder* list) {
  for (uint64_t left = d->input.take_count(1); left > 0; left--) {
    if (!d->input.take_text(&d->text)) return false;
    list->add(PackedValue::of(d->text.view));
  }
  return !d->input.failed();
}

bool take_ziplist_node(Decoding* d, ListBuilder* list) {
  ByteView block;
  uint64_t count;
  if (!take_ziplist(d, 1, &block, &count)) return false;
  ZiplistReader reader(block);
  for (PackedValue value; reader.next(&value);) list->add(value);
  return true;
}

bool take_node(Decoding* d, uint8_t type, bool is_only, ListBuilder* list) {
  if (type == rdb::kListQuicklist) return take_ziplist_node(d, list);
  const uint64_t container = d->input.take_length();
  if (d->input.failed()) return false;
  if (container == rdb::kPlainNode) {
    if (!d->input.take_text(&d->text)) return false;
    if (d->text.view.size == 0) return d->fail("a node of a list is empty");
    list->add(PackedValue::of(d->text.view));
    return true;
  }
  if (container != rdb::kPackedNode) return d->fail("a node of a list is of an unknown kind");
  const uint8_t* block;
  uint32_t count;
  if (!take_listpack(d, 1, &block, &count)) return false;
  if (count != 0) list->add_block(block, is_only);
  return true;
}

bool take_nodes(Decoding* d, uint8_t type, ListBuilder* list) {
  const uint64_t nodes = d->input.take_count(1);
  // As in Redis, what has several nodes stays chunked, however small it is.
  if (nodes > 1) list->become_chunked();
  for (uint64_t i = 0; i < nodes; i++) {
    if (!take_node(d, type, nodes == 1, list)) return false;
  }
  return !d->input.failed();
}

}  // namespace

bool decode_list(Decoding* d, uint8_t type, Made* made) {
  ListBuilder list(*d);
  bool is_whole;
  if (type == rdb::kList) {
    is_whole = take_elements(d, &list);
  } else if (type == rdb::kListZiplist) {
    is_whole = take_ziplist_node(d, &list);
  } else {
    is_whole = take_nodes(d, type, &list);
  }
  if (is_whole) list.finish(made);
  return is_whole;
}

}  // namespace redwing
