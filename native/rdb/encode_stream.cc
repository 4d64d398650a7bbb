#include "rdb/encode_stream.h"

#include "rdb/format.h"

namespace redwing {

namespace {

// An identifier in 16 bytes, big-endian.
void put_id(StreamId id, RdbOutput* out) {
  uint8_t bytes[rdb::kStreamIdBytes];
  for (size_t i = 0; i < 8; i++) {
    bytes[i] = static_cast<uint8_t>(id.ms >> (56 - 8 * i));
    bytes[8 + i] = static_cast<uint8_t>(id.seq >> (56 - 8 * i));
  }
  out->put_bytes({bytes, sizeof bytes});
}

// An identifier as two numbers.
void put_id_numbers(StreamId id, RdbOutput* out) {
  out->put_length(id.ms);
  out->put_length(id.seq);
}

void put_block(const StreamBlockRef& ref, RdbOutput* out) {
  out->put_length(rdb::kStreamIdBytes);
  put_id(ref.master, out);
  const uint8_t* list = ref.block->list();
  out->put_string({list, listpack::bytes(list)});
}

void put_blocks(const Stream& stream, RdbOutput* out) {
  out->put_length(stream.block_count);
  for (auto cursor = stream.blocks.begin(); !cursor.at_end(); stream.blocks.next(&cursor)) {
    put_block(cursor.item(), out);
  }
  if (stream.tail.block != nullptr) put_block(stream.tail, out);
}

void put_consumer(const ConsumerGroup& group, const Consumer& consumer, RdbOutput* out) {
  out->put_string(consumer.name->view());
  out->put_fixed64(static_cast<uint64_t>(consumer.seen_ms));
  out->put_length(consumer.pending);
  auto cursor = group.owned_from(consumer.number, StreamId::min());
  for (uint32_t i = 0; i < consumer.pending; i++, group.owned.next(&cursor)) put_id(cursor.item().id, out);
}

void put_group(const ConsumerGroup& group, RdbOutput* out) {
  out->put_string(group.name());
  put_id_numbers(group.last_id, out);
  out->put_length(static_cast<uint64_t>(group.entries_read));
  out->put_length(group.pending.weight());
  for (auto cursor = group.pending.begin(); !cursor.at_end(); group.pending.next(&cursor)) {
    const PendingEntry& entry = cursor.item();
    put_id(entry.id(), out);
    out->put_fixed64(static_cast<uint64_t>(entry.delivered_ms()));
    out->put_length(static_cast<uint64_t>(entry.deliveries()));
  }
  out->put_length(group.consumers.weight());
  for (auto cursor = group.consumers.begin(); !cursor.at_end(); group.consumers.next(&cursor)) {
    put_consumer(group, cursor.item(), out);
  }
}

}  // namespace

void encode_stream(const Stream& stream, RdbOutput* out) {
  put_blocks(stream, out);
  out->put_length(stream.length);
  put_id_numbers(stream.last_id, out);
  put_id_numbers(stream.first_id, out);
  put_id_numbers(stream.max_deleted_id, out);
  out->put_length(stream.entries_added);
  out->put_length(stream.groups.weight());
  for (auto cursor = stream.groups.begin(); !cursor.at_end(); stream.groups.next(&cursor)) {
    put_group(*cursor.item().group, out);
  }
}

}  // namespace redwing
