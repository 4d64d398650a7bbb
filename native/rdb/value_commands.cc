#include "rdb/value_commands.h"

#include <algorithm>

#include "collections/hash/hash.h"
#include "collections/list/list_view.h"
#include "collections/set/set.h"
#include "collections/sorted_set/sorted_set.h"
#include "rdb/stream_commands.h"

namespace redwing {

namespace {

// Elements of one command.
constexpr uint64_t kElementsMax = 64;

// Begins a command each time the elements of the last one are through.
class Groups {
 public:
  // `arguments`: of each element.
  Groups(const Entry& entry, uint64_t elements, uint64_t arguments, CommandOutput* out)
      : entry_(entry), left_(elements), arguments_(arguments), out_(out) {}

  template <size_t size>
  void next(const char (&name)[size]) {
    if (room_ == 0) {
      room_ = std::min(left_, kElementsMax);
      left_ -= room_;
      out_->begin(2 + room_ * arguments_);
      out_->put(name);
      out_->put(entry_.key());
    }
    room_--;
  }

 private:
  const Entry& entry_;
  uint64_t left_;
  const uint64_t arguments_;
  uint64_t room_ = 0;
  CommandOutput* const out_;
};

void write_string(const Entry& entry, CommandOutput* out) {
  out->begin(3);
  out->put("SET");
  out->put(entry.key());
  if (entry.is_int()) return out->put_integer(entry.integer());
  out->put(entry.string());
}

void write_list(const Entry& entry, CommandOutput* out) {
  const ListView list(entry);
  Groups groups(entry, list.length(), 1, out);
  list.for_blocks(ListEnd::kHead, [&groups, out](const uint8_t* block, uint64_t) {
    const uint32_t end = listpack::end(block);
    for (uint32_t at = listpack::first(); at != end; at = listpack::next(block, at)) {
      groups.next("RPUSH");
      out->put(listpack::get(block, at));
    }
    return true;
  });
}

void write_set(const Entry& entry, CommandOutput* out) {
  const SetRef set(entry);
  Groups groups(entry, set.size(), 1, out);
  set.for_each([&groups, out](const PackedValue& member) {
    groups.next("SADD");
    out->put(member);
  });
}

void write_sorted_set(const Entry& entry, CommandOutput* out) {
  const SortedSet set(entry);
  Groups groups(entry, set.size(), 2, out);
  set.visit(set.all(), false, [&groups, out](ByteView member, double score) {
    groups.next("ZADD");
    out->put_double(score);
    out->put(member);
  });
}

void write_field_expiry(const Entry& entry, const PackedValue& name, int64_t at_ms, CommandOutput* out) {
  out->begin(6);
  out->put("HPEXPIREAT");
  out->put(entry.key());
  out->put_integer(at_ms);
  out->put("FIELDS");
  out->put_integer(1);
  out->put(name);
}

void write_hash(const Entry& entry, CommandOutput* out) {
  const Hash hash(entry);
  Groups groups(entry, hash.size(), 2, out);
  hash.for_each(kBeforeAll, [&groups, out](const PackedValue& name, const PackedValue& value) {
    groups.next("HMSET");
    out->put(name);
    out->put(value);
  });
  if (!hash.is_expiring()) return;
  if (!hash.is_packed()) {
    hash.table().members.for_each([&entry, out](const Entry* member) {
      if (!member->has_expiry()) return;
      write_field_expiry(entry, Hash::name_of(*member), member->expiry_ms(), out);
    });
    return;
  }
  const uint8_t* block = hash.block();
  const uint32_t end = listpack::end(block);
  for (uint32_t at = listpack::first(); at != end;) {
    const PackedValue name = listpack::get(block, at);
    at = listpack::next(block, listpack::next(block, at));
    const int64_t at_ms = listpack::get(block, at).integer;
    at = listpack::next(block, at);
    if (at_ms != 0) write_field_expiry(entry, name, at_ms, out);
  }
}

}  // namespace

void write_value_commands(const Entry& entry, CommandOutput* out) {
  switch (entry.kind()) {
    case ValueKind::kString:
      write_string(entry, out);
      break;
    case ValueKind::kList:
      write_list(entry, out);
      break;
    case ValueKind::kSet:
      write_set(entry, out);
      break;
    case ValueKind::kSortedSet:
      write_sorted_set(entry, out);
      break;
    case ValueKind::kHash:
      write_hash(entry, out);
      break;
    case ValueKind::kStream:
      write_stream_commands(entry.key(), stream_of(entry), out);
      break;
  }
  if (!entry.has_expiry()) return;
  out->begin(3);
  out->put("PEXPIREAT");
  out->put(entry.key());
  out->put_integer(entry.expiry_ms());
}

}  // namespace redwing
