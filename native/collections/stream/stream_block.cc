#include "collections/stream/stream_block.h"

#include "memory/assert.h"

namespace redwing {

namespace {

// The integer at a position, which moves behind it. Nearly all that a block has are of one or two bytes.
RW_INLINE int64_t take_integer(const uint8_t* list, uint32_t* at) {
  const uint8_t* element = list + *at;
  if (element[0] < 0x80) {
    *at += 2;
    return element[0];
  }
  const int64_t value = listpack::get(list, *at).integer;
  *at = listpack::next(list, *at);
  return value;
}

}  // namespace

StreamBlockReader::StreamBlockReader(const uint8_t* list, StreamId master) : list_(list), master_(master) {
  uint32_t at = listpack::next(list_, listpack::next(list_, listpack::first()));
  field_count_ = static_cast<uint32_t>(listpack::get(list_, at).integer);
  master_fields_ = at = listpack::next(list_, at);
  for (uint32_t i = 0; i < field_count_; i++) at = listpack::next(list_, at);
  first_ = listpack::next(list_, at);
}

StreamEntry StreamBlockReader::at(uint32_t position) const {
  StreamEntry entry;
  entry.position = position;
  const int64_t flags = take_integer(list_, &position);
  entry.id.ms = master_.ms + static_cast<uint64_t>(take_integer(list_, &position));
  entry.id.seq = master_.seq + static_cast<uint64_t>(take_integer(list_, &position));
  entry.deleted = (flags & StreamEntry::kDeleted) != 0;
  entry.same_fields = (flags & StreamEntry::kSameFields) != 0;
  entry.fields = entry.same_fields ? field_count_ : static_cast<uint32_t>(take_integer(list_, &position));
  entry.body = position;
  return entry;
}

uint32_t StreamBlockReader::after(const StreamEntry& entry) const {
  uint32_t at = entry.body;
  const uint32_t elements = entry.same_fields ? entry.fields : 2 * entry.fields;
  for (uint32_t i = 0; i < elements; i++) at = listpack::next(list_, at);
  return listpack::next(list_, at);
}

uint32_t StreamBlockReader::before(uint32_t position) const {
  uint32_t at = listpack::prev(list_, position);
  for (int64_t elements = listpack::get(list_, at).integer; elements > 0; elements--)
    at = listpack::prev(list_, at);
  RW_ASSERT(at >= first_, "an entry of a stream knows its length");
  return at;
}

namespace stream_block {

namespace {

void put(uint8_t* list, const PackedValue& value) { listpack::insert(list, listpack::end(list), value); }
void put_integer(uint8_t* list, int64_t value) { put(list, PackedValue::of_integer(value)); }

bool has_master_fields(const uint8_t* list, Pairs pairs) {
  uint32_t at = listpack::next(list, listpack::next(list, listpack::first()));
  if (listpack::get(list, at).integer != static_cast<int64_t>(pairs.size() / 2)) return false;
  for (size_t i = 0; i < pairs.size(); i += 2) {
    at = listpack::next(list, at);
    if (!listpack::get(list, at).equals(pairs[i])) return false;
  }
  return true;
}

}  // namespace

size_t bytes_for(Pairs pairs) {
  // Ten bytes are the most that an integer takes: four or five of an entry, four of the master entry.
  constexpr size_t kIntegersMax = 9 * 10;
  size_t bytes = listpack::kEmptyBytes + kIntegersMax;
  for (size_t i = 0; i < pairs.size(); i++)
    bytes += listpack::encoded_bytes(pairs[i]) * (i % 2 == 0 ? 2 : 1);  // fields: master's and its own
  return bytes;
}

void begin(StreamBlock* block, Pairs pairs) {
  uint8_t* list = block->list();
  listpack::init(list);
  put_integer(list, 0);
  put_integer(list, 0);
  put_integer(list, static_cast<int64_t>(pairs.size() / 2));
  for (size_t i = 0; i < pairs.size(); i += 2) put(list, pairs[i]);
  put_integer(list, 0);
}

void append(StreamBlock* block, StreamId master, StreamId id, Pairs pairs) {
  uint8_t* list = block->list();
  const bool same = has_master_fields(list, pairs);
  const auto fields = static_cast<int64_t>(pairs.size() / 2);
  put_integer(list, same ? StreamEntry::kSameFields : 0);
  put_integer(list, static_cast<int64_t>(id.ms - master.ms));
  put_integer(list, static_cast<int64_t>(id.seq - master.seq));
  if (!same) put_integer(list, fields);
  for (size_t i = same ? 1 : 0; i < pairs.size(); i += same ? 2 : 1) put(list, pairs[i]);
  put_integer(list, same ? fields + 3 : 2 * fields + 4);
  listpack::replace_integer(list, listpack::first(), int64_t{block->live()} + 1);
}

void mark_deleted(StreamBlock* block, const StreamEntry& entry) {
  const int64_t flags = StreamEntry::kDeleted | (entry.same_fields ? StreamEntry::kSameFields : 0);
  listpack::replace_integer(block->list(), entry.position, flags);
}

void set_counts(StreamBlock* block, uint32_t live, uint32_t deleted) {
  uint8_t* list = block->list();
  listpack::replace_integer(list, listpack::first(), live);
  listpack::replace_integer(list, listpack::next(list, listpack::first()), deleted);
}

}  // namespace stream_block
}  // namespace redwing
