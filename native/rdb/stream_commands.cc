#include "rdb/stream_commands.h"

namespace redwing {

namespace {

void write_entries(ByteView key, const Stream& stream, CommandOutput* out) {
  StreamCursor cursor(stream, StreamId::min(), StreamId::max(), false);
  while (cursor.next()) {
    out->begin(3 + 2 * uint64_t{cursor.entry().fields});
    out->put("XADD");
    out->put(key);
    out->put_id(cursor.entry().id);
    cursor.visit_fields([out](const PackedValue& field, const PackedValue& value) {
      out->put(field);
      out->put(value);
    });
  }
}

// Makes a stream without entries: one comes, and goes at once.
void write_empty(ByteView key, StreamId last_id, CommandOutput* out) {
  out->begin(7);
  out->put("XADD");
  out->put(key);
  out->put("MAXLEN");
  out->put("0");
  // There is no entry 0-0.
  out->put_id(last_id.is_zero() ? StreamId{0, 1} : last_id);
  out->put("x");
  out->put("y");
}

void write_counters(ByteView key, const Stream& stream, CommandOutput* out) {
  out->begin(7);
  out->put("XSETID");
  out->put(key);
  out->put_id(stream.last_id);
  out->put("ENTRIESADDED");
  out->put_integer(static_cast<int64_t>(stream.entries_added));
  out->put("MAXDELETEDID");
  out->put_id(stream.max_deleted_id);
}

void write_pending(ByteView key, ByteView group, ByteView consumer, const PendingEntry& entry,
                   CommandOutput* out) {
  out->begin(12);
  out->put("XCLAIM");
  out->put(key);
  out->put(group);
  out->put(consumer);
  out->put("0");
  out->put_id(entry.id());
  out->put("TIME");
  out->put_integer(entry.delivered_ms());
  out->put("RETRYCOUNT");
  out->put_integer(entry.deliveries());
  out->put("JUSTID");
  out->put("FORCE");
}

void write_consumer(ByteView key, const ConsumerGroup& group, const Consumer& consumer, CommandOutput* out) {
  out->begin(5);
  out->put("XGROUP");
  out->put("CREATECONSUMER");
  out->put(key);
  out->put(group.name());
  out->put(consumer.name->view());
  auto cursor = group.owned_from(consumer.number, StreamId::min());
  for (uint32_t i = 0; i < consumer.pending; i++, group.owned.next(&cursor)) {
    write_pending(key, group.name(), consumer.name->view(), *group.find_pending(cursor.item().id), out);
  }
}

void write_group(ByteView key, const ConsumerGroup& group, CommandOutput* out) {
  out->begin(7);
  out->put("XGROUP");
  out->put("CREATE");
  out->put(key);
  out->put(group.name());
  out->put_id(group.last_id);
  out->put("ENTRIESREAD");
  out->put_integer(group.entries_read);
  for (auto cursor = group.consumers.begin(); !cursor.at_end(); group.consumers.next(&cursor)) {
    write_consumer(key, group, cursor.item(), out);
  }
}

}  // namespace

void write_stream_commands(ByteView key, const Stream& stream, CommandOutput* out) {
  if (stream.length == 0) {
    write_empty(key, stream.last_id, out);
  } else {
    write_entries(key, stream, out);
  }
  write_counters(key, stream, out);
  for (auto cursor = stream.groups.begin(); !cursor.at_end(); stream.groups.next(&cursor)) {
    write_group(key, *cursor.item().group, out);
  }
}

}  // namespace redwing
