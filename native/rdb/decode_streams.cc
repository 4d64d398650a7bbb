// Streams: nodes of entries, what the stream remembers, and its groups with what they have pending.
//
// A node becomes a block of the stream as it is if it is canonical and no larger than blocks may be;
// otherwise its live entries are appended one by one.

#include <algorithm>
#include <cstring>
#include <vector>

#include "collections/stream/stream.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"
#include "rdb/stream_node.h"

namespace redwing {

namespace {

constexpr const char* kBadNode = "a node of a stream is broken";

uint64_t big_endian(const uint8_t* at) {
  uint64_t number;
  std::memcpy(&number, at, sizeof number);
  return __builtin_bswap64(number);
}

StreamId read_id(const uint8_t* at) { return {big_endian(at), big_endian(at + 8)}; }

StreamId take_id(RdbInput* input) {
  const uint64_t ms = input->take_length();
  return {ms, input->take_length()};
}

bool take_raw_id(RdbInput* input, StreamId* id) {
  ByteView bytes;
  if (!input->take_view(rdb::kStreamIdBytes, &bytes)) return false;
  *id = read_id(bytes.data);
  return true;
}

class StreamDecoder {
 public:
  StreamDecoder(Decoding* d, int version)
      : d_(*d), version_(version), stream_(Stream::create(d->edit.heap(), d->edit.birth())) {}
  ~StreamDecoder() {
    if (stream_ != nullptr) stream_type().free(stream_, 0, d_.releaser());
  }
  StreamDecoder(const StreamDecoder&) = delete;
  StreamDecoder& operator=(const StreamDecoder&) = delete;

  bool decode(Made* made) {
    if (!take_nodes() || !take_facts() || !take_groups()) return false;
    *made = {stream_, 0};
    stream_ = nullptr;
    return true;
  }

 private:
  // A pending entry, of which it is not known yet who owns it.
  struct Pending {
    StreamId id;
    int64_t delivered_ms;
    int64_t deliveries;
    uint32_t owner;
  };

  bool take_nodes() {
    for (uint64_t left = d_.input.take_count(2); left > 0; left--) {
      if (!d_.input.take_text(&d_.text)) return false;
      if (d_.text.view.size != rdb::kStreamIdBytes) return d_.fail("a node of a stream has no identifier");
      const StreamId master = read_id(d_.text.view.data);
      const uint8_t* list;
      uint32_t elements;
      if (!take_listpack(&d_, 1, &list, &elements)) return false;
      StreamNodeFacts facts;
      if (!check_stream_node(list, master, &facts)) return d_.fail(kBadNode);
      if (facts.live == 0) continue;
      if (facts.first_live.is_zero()) return d_.fail("an entry of a stream has the identifier 0-0");
      if (stream_->length != 0 && (master <= stream_->last_id || facts.first_live <= stream_->last_id))
        return d_.fail("identifiers of a stream do not ascend");
      add_node(list, master, facts);
    }
    return !d_.input.failed();
  }

  void add_node(const uint8_t* list, StreamId master, const StreamNodeFacts& facts) {
    const bool is_single = facts.live + facts.deleted == 1;
    if (listpack::is_canonical(list) && (is_single || listpack::bytes(list) <= Stream::kBlockBytesMax)) {
      stream_->append_block(d_.edit, master, list, facts.live, facts.last_live);
    } else {
      add_each(list, master);
    }
  }

  void add_each(const uint8_t* list, StreamId master) {
    const StreamBlockReader reader(list, master);
    std::vector<PackedValue> pairs;
    for (uint32_t at = reader.first(); at != reader.end();) {
      const StreamEntry entry = reader.at(at);
      at = reader.after(entry);
      if (entry.deleted) continue;
      size_t text_bytes = 0;
      pairs.clear();
      const auto add = [&](const PackedValue& value) {
        pairs.push_back(value.is_integer() ? value : PackedValue::of({value.data, value.size}));
        text_bytes += value.text_size();
      };
      reader.visit_fields(entry, [&add](const PackedValue& field, const PackedValue& value) {
        add(field);
        add(value);
      });
      stream_->append(d_.edit, entry.id, pairs, text_bytes, d_.limits.stream);
    }
  }

  bool take_facts() {
    RdbInput& input = d_.input;
    const uint64_t length = input.take_length();
    const StreamId last = take_id(&input);
    if (input.failed()) return false;
    if (length != stream_->length) return d_.fail("a stream has not as many entries as it says");
    if (last < stream_->last_id) return d_.fail("a stream has entries behind its last");
    stream_->last_id = last;
    stream_->entries_added = length;
    if (version_ == 1) return true;
    take_id(&input);  // of the first entry, which is known
    stream_->max_deleted_id = take_id(&input);
    stream_->entries_added = input.take_length();
    return !input.failed();
  }

  bool take_groups() {
    for (uint64_t left = d_.input.take_count(4); left > 0; left--) {
      if (!take_group()) return false;
    }
    return !d_.input.failed();
  }

  bool take_group() {
    RdbInput& input = d_.input;
    RdbText& name = d_.other;
    if (!d_.input.take_kept_text(&name)) return false;
    const StreamId last = take_id(&input);
    int64_t read = version_ == 1 ? stream_->entries_up_to(last) : static_cast<int64_t>(input.take_length());
    if (input.failed()) return false;
    if (read < ConsumerGroup::kNotKnown) read = ConsumerGroup::kNotKnown;
    if (stream_->find_group(name.view) != nullptr) return d_.fail("a group of a stream comes twice");
    ConsumerGroup* group = stream_->add_group(d_.edit, name.view, last, read);
    std::vector<Pending> pending;
    return take_pending(&pending) && take_consumers(group, &pending) && put_pending(group, pending);
  }

  bool take_pending(std::vector<Pending>* pending) {
    RdbInput& input = d_.input;
    constexpr uint64_t kBytesEach = rdb::kStreamIdBytes + 8 + 1;
    const uint64_t count = input.take_count(kBytesEach);
    // What is only stated is not made room for all at once.
    constexpr uint64_t kReserved = 4096;
    pending->reserve(std::min(count, kReserved));
    bool is_sorted = true;
    for (uint64_t i = 0; i < count; i++) {
      Pending entry{};
      if (!take_raw_id(&input, &entry.id)) return false;
      entry.delivered_ms = static_cast<int64_t>(input.take_u64());
      entry.deliveries = static_cast<int64_t>(std::min<uint64_t>(input.take_length(), INT64_MAX));
      is_sorted = is_sorted && (pending->empty() || pending->back().id < entry.id);
      pending->push_back(entry);
    }
    if (input.failed()) return false;
    if (is_sorted) return true;
    std::sort(pending->begin(), pending->end(),
              [](const Pending& a, const Pending& b) { return a.id < b.id; });
    for (size_t i = 1; i < pending->size(); i++) {
      if ((*pending)[i].id == (*pending)[i - 1].id) return d_.fail("an entry is pending twice in a group");
    }
    return true;
  }

  bool take_consumers(ConsumerGroup* group, std::vector<Pending>* pending) {
    for (uint64_t left = d_.input.take_count(1 + 8 + 1); left > 0; left--) {
      uint32_t number = 0;
      if (!take_consumer(group, &number)) return false;
      for (uint64_t owned = d_.input.take_count(rdb::kStreamIdBytes); owned > 0; owned--) {
        StreamId id;
        if (!take_raw_id(&d_.input, &id)) return false;
        const auto found =
            std::lower_bound(pending->begin(), pending->end(), id,
                             [](const Pending& entry, StreamId wanted) { return entry.id < wanted; });
        if (found == pending->end() || found->id != id)
          return d_.fail("an entry is pending for a consumer and not in its group");
        if (found->owner != 0) return d_.fail("an entry is pending for two consumers");
        found->owner = number;
      }
    }
    return !d_.input.failed();
  }

  bool take_consumer(ConsumerGroup* group, uint32_t* number) {
    RdbInput& input = d_.input;
    if (!d_.input.take_kept_text(&d_.text)) return false;
    const auto seen_ms = static_cast<int64_t>(input.take_u64());
    const int64_t active_ms = version_ < 3 ? seen_ms : static_cast<int64_t>(input.take_u64());
    if (input.failed()) return false;
    if (group->find_consumer(d_.text.view) != nullptr) return d_.fail("a consumer of a group comes twice");
    *number = group->add_consumer(d_.edit, d_.text.view, seen_ms);
    if (active_ms == Consumer::kNeverActive) return true;
    group->touch_consumer(d_.edit, *number, active_ms, true);
    group->touch_consumer(d_.edit, *number, seen_ms, false);
    return true;
  }

  bool put_pending(ConsumerGroup* group, const std::vector<Pending>& pending) {
    for (const Pending& entry : pending) {
      if (entry.owner == 0) return d_.fail("an entry is pending for no consumer");
      group->put_pending(d_.edit, {entry.id, entry.owner, entry.delivered_ms, entry.deliveries});
    }
    return true;
  }

  Decoding& d_;
  const int version_;  // of the format: 1, 2, 3
  Stream* stream_;
};

}  // namespace

bool decode_stream(Decoding* d, uint8_t type, Made* made) {
  const int version = type == rdb::kStream ? 1 : type == rdb::kStream2 ? 2 : 3;
  return StreamDecoder(d, version).decode(made);
}

}  // namespace redwing
