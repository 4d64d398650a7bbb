// Operations on streams and their entries. Identifiers travel in the stream registers of the engine:
// ids[0..3], and, for reading several streams at once, one of `from` for each.
#include <algorithm>
#include <vector>

#include "binding/effects.h"
#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/stream_reply.h"

namespace redwing {

static_assert(kTypeStream == static_cast<int32_t>(ValueKind::kStream) && kStreamTree == 0);

namespace {

ByteView view_of(Bytes bytes) { return {bytes.data, bytes.size}; }

// ---- identifiers ----

// readStreamId(argument, register, syntax): reads an identifier into ids[register]. Syntax: kStreamId...
// 0; 1: the sequence was left open; kStatusInvalid: it is none; kStatusOverflow: there is none before or
// behind it.
int32_t read_stream_id(Engine& e, const int32_t (&a)[3]) {
  const int32_t flags = a[2];
  ByteView text = view_of(e.arenas.argument(a[0]));
  StreamIdSyntax syntax;
  syntax.extremes = (flags & kStreamIdExtremes) != 0;
  syntax.any_sequence = (flags & kStreamIdAnySequence) != 0;
  if ((flags & kStreamIdMissingMax) != 0) syntax.missing_seq = UINT64_MAX;
  const bool steps = (flags & (kStreamIdAfter | kStreamIdBefore)) != 0;
  const bool exclusive = steps && text.size > 1 && text.data[0] == '(';
  if (exclusive) {
    text = {text.data + 1, text.size - 1};
    syntax.extremes = false;
  }
  StreamId& id = e.streams.ids[a[1]];
  bool open = false;
  if (!parse_stream_id(text, syntax, &id, &open)) return kStatusInvalid;
  if (exclusive && !((flags & kStreamIdAfter) != 0 ? id.increment() : id.decrement())) return kStatusOverflow;
  return open ? 1 : 0;
}

// isZeroStreamId(register): 1 if it holds 0-0.
int32_t is_zero_stream_id(Engine& e, const int32_t (&a)[1]) { return e.streams.ids[a[0]].is_zero() ? 1 : 0; }

// clearStreamId(register): makes it 0-0.
int32_t clear_stream_id(Engine& e, const int32_t (&a)[1]) {
  e.streams.ids[a[0]] = {};
  return 0;
}

// compareStreamIds(a, b): negative, 0 or positive, as two registers compare.
int32_t compare_stream_ids(Engine& e, const int32_t (&a)[2]) {
  const auto order = e.streams.ids[a[0]] <=> e.streams.ids[a[1]];
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// The stream of a key that is read: 0, kStatusNoKey, kStatusWrongType.
int32_t find_stream(Engine& e, int32_t key, const Stream** stream) {
  const Entry* entry = e.read(e.key(key));
  if (entry == nullptr) return kStatusNoKey;
  if (!is_stream(*entry)) return kStatusWrongType;
  *stream = &stream_of(*entry);
  return 0;
}

// ---- appending ----

// The fields and values in arguments, as the store packs them.
class PairArguments {
 public:
  PairArguments(const Arenas& arenas, int32_t first, int32_t count) : count_(static_cast<size_t>(count)) {
    PackedValue* values = few_;
    if (count_ > kFew) {
      many_.resize(count_);
      values = many_.data();
    }
    for (size_t i = 0; i < count_; i++) {
      const Bytes text = arenas.argument(first + static_cast<int32_t>(i));
      bytes_ += text.size;
      values[i] = PackedValue::of(view_of(text));
    }
  }
  stream_block::Pairs pairs() const { return {count_ > kFew ? many_.data() : few_, count_}; }
  size_t text_bytes() const { return bytes_; }

 private:
  static constexpr size_t kFew = 32;
  size_t count_;
  size_t bytes_ = 0;
  PackedValue few_[kFew];
  std::vector<PackedValue> many_;
};

StreamBlockLimits block_limits(const Engine& e) {
  const int32_t* control = e.arenas.control();
  return {static_cast<uint64_t>(std::max(control[kStreamNodeMaxBytes], 0)),
          static_cast<uint64_t>(std::max(control[kStreamNodeMaxEntries], 0))};
}

// The id of an entry to be appended: 0, kStatusOverflow: the stream is at the greatest, kStatusInvalid: the
// one asked for is not greater than the last.
int32_t choose_id(const Engine& e, const Stream& stream, int32_t flags, StreamId* id) {
  if (stream.last_id == StreamId::max()) return kStatusOverflow;
  if ((flags & kAppendGenerateId) != 0) return stream.next_id(e.keyspace.now(), id) ? 0 : kStatusOverflow;
  *id = e.streams.ids[0];
  if ((flags & kAppendAnySequence) != 0 && id->ms == stream.last_id.ms) {
    if (stream.last_id.seq == UINT64_MAX) return kStatusInvalid;
    id->seq = stream.last_id.seq + 1;
  }
  return *id > stream.last_id ? 0 : kStatusInvalid;
}

// What the trimming flags and registers ask for: numbers[A] the length or ids[1] the least id to keep,
// numbers[B] the most entries to take, 0: no limit.
StreamTrim trim_from_registers(const Engine& e, int32_t flags) {
  StreamTrim how;
  how.strategy = (flags & kTrimById) != 0 ? StreamTrim::kId : StreamTrim::kLength;
  how.whole_blocks = (flags & kTrimWholeBlocks) != 0;
  how.length_max = count_from_register(e.arenas.numbers()[kNumberA]);
  how.id_min = e.streams.ids[1];
  how.limit = count_from_register(e.arenas.numbers()[kNumberB]);
  return how;
}

int32_t append_entry(Engine& e, int32_t key_argument, int32_t first, int32_t count, int32_t flags) {
  constexpr size_t kEntryBytesMax = size_t{1} << 30;
  const Key key = e.key(key_argument);
  SlotRef slot;
  const Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr && (flags & kAppendOnlyExisting) != 0) return kStatusNoKey;
  if (entry != nullptr && !is_stream(*entry)) return kStatusWrongType;
  const PairArguments arguments(e.arenas, first, count);
  if (arguments.text_bytes() > kEntryBytesMax) return kStatusTooLong;
  static const Stream kNone;
  StreamId id;
  const int32_t status = choose_id(e, entry != nullptr ? stream_of(*entry) : kNone, flags, &id);
  if (status != 0) return status;
  const Edit edit = entry != nullptr ? e.keyspace.edit(&slot) : e.keyspace.edit_new(e.db(), key);
  Stream* stream =
      entry != nullptr ? writable_stream(e.keyspace, &slot, edit) : Stream::create(edit.heap(), edit.birth());
  stream->append(edit, id, arguments.pairs(), arguments.text_bytes(), block_limits(e));
  if ((flags & kAppendTrim) != 0) {
    const uint64_t taken = stream->trim(edit, trim_from_registers(e, flags));
    e.arenas.numbers()[kNumberA] = static_cast<double>(taken);
  }
  if (entry == nullptr)
    e.keyspace.put_root(e.db(), key, ValueKind::kStream, kStreamTree, stream, Expiry::none());
  write_stream_id(e.arenas, id);
  return 0;
}

// appendStreamEntry(key, first, count, flags): appends the fields and values in `count` arguments, with the
// id ids[0] or as kAppend... says, and writes the id. With kAppendTrim the stream is trimmed then, and
// numbers[A] tells by how many entries. 0, kStatusNoKey (kAppendOnlyExisting), kStatusWrongType,
// kStatusInvalid, kStatusOverflow (see choose_id), kStatusTooLong: the entry is too large.
int32_t append_stream_entry(Engine& e, const int32_t (&a)[4]) {
  return append_entry(e, a[0], a[1], a[2], a[3]);
}

// What a plain append of `count` arguments leaves: itself, with the id that was replied at `replied`.
void leave_entry(Engine& e, int32_t name, int32_t count, int32_t replied) {
  begin_effect(e, e.db());
  e.effects.begin_frame(count);
  write_effect_arguments(e, name, 2);
  write_effect_reply(e, replied);
  write_effect_arguments(e, name + 3, count - 3);
}

// appendStreamEntries(first, count, stride): the same for a run of plain appends, each a key, an id and what
// goes to the entry, with `stride` arguments from one key to the next, and their effects. Stops in front of
// the first whose id is not to be generated ("*"), or that fails. Returns how many it did.
int32_t append_stream_entries(Engine& e, const int32_t (&a)[3]) {
  constexpr int32_t kBeside = 3;  // the key, the id, and the name of the command that follows
  for (int32_t i = 0; i < a[1]; i++) {
    const int32_t at = a[0] + i * a[2];
    const Bytes id = e.arenas.argument(at + 1);
    if (id.size != 1 || id.data[0] != '*') return i;
    const int32_t replied = e.arenas.cursor();
    if (append_entry(e, at, at + 2, a[2] - kBeside, kAppendGenerateId) != 0) return i;
    if (e.effects.is_on()) leave_entry(e, at - 1, a[2], replied);
  }
  return a[1];
}

// ---- taking away ----

// trimStream(key, flags): trims as kTrim... and the registers say (see trim_from_registers), and writes by
// how many entries. 0 or kStatusWrongType.
int32_t trim_stream(Engine& e, const int32_t (&a)[2]) {
  SlotRef slot;
  const Entry* entry = e.keyspace.find_for_write(e.db(), e.key(a[0]), &slot);
  uint64_t taken = 0;
  if (entry != nullptr) {
    if (!is_stream(*entry)) return kStatusWrongType;
    const Edit edit = e.keyspace.edit(&slot);
    taken = writable_stream(e.keyspace, &slot, edit)->trim(edit, trim_from_registers(e, a[1]));
  }
  e.arenas.numbers()[kNumberA] = static_cast<double>(taken);
  e.arenas.write_integer(static_cast<int64_t>(taken));
  return 0;
}

// streamBounds(key): how many entries there are into numbers[A], and the first one's id, or, without any, the
// greatest, into ids[3]. The stream exists.
int32_t stream_bounds(Engine& e, const int32_t (&a)[1]) {
  const Entry* entry = e.keyspace.find(e.db(), e.key(a[0]), false);
  RW_ASSERT(entry != nullptr && is_stream(*entry), "a stream that was trimmed exists");
  const Stream& stream = stream_of(*entry);
  StreamCursor cursor(stream, StreamId(), StreamId::max(), false);
  e.streams.ids[3] = cursor.next() ? cursor.entry().id : StreamId::max();
  e.arenas.numbers()[kNumberA] = static_cast<double>(stream.length);
  return 0;
}

// deleteStreamEntries(key, first, count): deletes the entries whose ids are in the arguments and writes how
// many there were. 0, kStatusWrongType, kStatusInvalid: one is no id, nothing was deleted.
int32_t delete_stream_entries(Engine& e, const int32_t (&a)[3]) {
  SlotRef slot;
  const Entry* entry = e.keyspace.find_for_write(e.db(), e.key(a[0]), &slot);
  int64_t deleted = 0;
  if (entry != nullptr) {
    if (!is_stream(*entry)) return kStatusWrongType;
    StreamId id;
    for (int32_t i = 0; i < a[2]; i++) {
      if (!parse_stream_id(view_of(e.arenas.argument(a[1] + i)), {}, &id, nullptr)) return kStatusInvalid;
    }
    const Edit edit = e.keyspace.edit(&slot);
    Stream* stream = writable_stream(e.keyspace, &slot, edit);
    for (int32_t i = 0; i < a[2]; i++) {
      parse_stream_id(view_of(e.arenas.argument(a[1] + i)), {}, &id, nullptr);
      deleted += stream->erase(edit, id) ? 1 : 0;
    }
  }
  e.arenas.numbers()[kNumberA] = static_cast<double>(deleted);
  e.arenas.write_integer(deleted);
  return 0;
}

// setStreamId(key, flags): the last id becomes ids[0]; with kSetStreamAdded the entries ever added become the
// integer register, with kSetStreamDeleted the greatest deleted id ids[1]. 0, kStatusNoKey, kStatusWrongType;
// refused: kStatusInvalid: an entry greater than that was deleted, kStatusOverflow: one is there,
// kStatusTooLong: there are more entries than were added.
int32_t set_stream_id(Engine& e, const int32_t (&a)[2]) {
  SlotRef slot;
  const Entry* entry = e.keyspace.find_for_write(e.db(), e.key(a[0]), &slot);
  if (entry == nullptr) return kStatusNoKey;
  if (!is_stream(*entry)) return kStatusWrongType;
  const StreamId id = e.streams.ids[0];
  const Stream& old = stream_of(*entry);
  if (id < old.max_deleted_id) return kStatusInvalid;
  if (old.length != 0) {
    if (id < old.last_live_id()) return kStatusOverflow;
    if ((a[1] & kSetStreamAdded) != 0 && old.length > static_cast<uint64_t>(e.integer)) return kStatusTooLong;
  }
  const Edit edit = e.keyspace.edit(&slot);
  Stream* stream = writable_stream(e.keyspace, &slot, edit);
  stream->last_id = id;
  if ((a[1] & kSetStreamAdded) != 0) stream->entries_added = static_cast<uint64_t>(e.integer);
  if ((a[1] & kSetStreamDeleted) != 0 && !e.streams.ids[1].is_zero())
    stream->max_deleted_id = e.streams.ids[1];
  return 0;
}

// ---- reading ----

// streamLength(key): writes how many entries there are; 0 or kStatusWrongType.
int32_t stream_length(Engine& e, const int32_t (&a)[1]) {
  const Stream* stream = nullptr;
  const int32_t status = find_stream(e, a[0], &stream);
  if (status == kStatusWrongType) return status;
  e.arenas.write_integer(stream == nullptr ? 0 : static_cast<int64_t>(stream->length));
  return 0;
}

// typeOfStream(key): 0 if there is a stream, kStatusNoKey, kStatusWrongType.
int32_t type_of_stream(Engine& e, const int32_t (&a)[1]) {
  const Stream* stream = nullptr;
  return find_stream(e, a[0], &stream);
}

struct RangeRead {
  StreamId from, to;
  uint64_t count;
  bool reverse;

  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    if (!is_stream(*entry)) return kStatusWrongType;
    return cost_of_range(stream_of(*entry), from, to, count);
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return out.write_array_header(0);
    write_stream_range(out, stream_of(*entry), from, to, count, reverse);
  }
};

// readStreamRange(key, reverse): writes the entries between ids[0] and ids[1], at most numbers[A] (negative:
// all). A read of reads.h.
int32_t read_stream_range(Engine& e, const int32_t (&a)[2]) {
  const uint64_t count = count_from_register(e.arenas.numbers()[kNumberA]);
  return run_read(e, a[0], 1, RangeRead{e.streams.ids[0], e.streams.ids[1], count, a[1] != 0});
}

// readStreamsFrom(key, argument, i, place): where the reading of the i-th stream begins, into from[i]: the id
// in an argument, or kFromLast: behind the last id, kFromLastEntry: before the last entry. 0,
// kStatusWrongType, kStatusInvalid: the argument is no id.
int32_t read_streams_from(Engine& e, const int32_t (&a)[4]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_stream(*entry)) return kStatusWrongType;
  if (a[2] == 0) e.streams.from.clear();
  StreamId id;
  if (a[3] == kFromLast) {
    if (entry != nullptr) id = stream_of(*entry).last_id;
  } else if (a[3] == kFromLastEntry) {
    if (entry != nullptr) id = stream_of(*entry).last_live_id();
    id.decrement();
  } else if (!parse_stream_id(view_of(e.arenas.argument(a[1])), {}, &id, nullptr)) {
    return kStatusInvalid;
  }
  e.streams.from.push_back(id);
  return 0;
}

// writeStreamFrom(i): the id behind which the reading of the i-th stream begins, as a bulk.
int32_t write_stream_from(Engine& e, const int32_t (&a)[1]) {
  write_stream_id(e.arenas, e.streams.from[static_cast<size_t>(a[0])]);
  return 0;
}

struct StreamsRead {
  std::vector<StreamId> from;
  uint64_t count;

  bool serves(const Entry* entry, size_t i) const {
    return entry != nullptr && stream_of(*entry).length != 0 && stream_of(*entry).last_live_id() > from[i];
  }
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    int64_t sum = 0;
    bool any = false;
    for (int32_t i = 0; i < keys.count(); i++) {
      const Entry* entry = keys.find(i);
      if (!serves(entry, static_cast<size_t>(i))) continue;
      any = true;
      sum += cost_of_range(stream_of(*entry), from[static_cast<size_t>(i)], StreamId::max(), count);
    }
    return any ? sum : kStatusNoKey;
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    size_t served = 0;
    for (int32_t i = 0; i < keys.count(); i++) served += serves(keys.find(i), static_cast<size_t>(i)) ? 1 : 0;
    write_typed_header(out, out.resp3() ? '%' : '*', served);
    for (int32_t i = 0; i < keys.count(); i++) {
      const Entry* entry = keys.find(i);
      if (!serves(entry, static_cast<size_t>(i))) continue;
      if (!out.resp3()) out.write_array_header(2);
      write_bytes(out, entry->key());
      StreamId start = from[static_cast<size_t>(i)];
      start.increment();
      write_stream_range(out, stream_of(*entry), start, StreamId::max(), count, false);
    }
  }
};

// readStreams(first, count): writes what is behind from[i] in each of `count` streams that have something, at
// most numbers[A] entries of each (0 or less: all). A read of reads.h; kStatusNoKey: there is nothing.
int32_t read_streams(Engine& e, const int32_t (&a)[2]) {
  e.keyspace.begin_use();  // finding out where to begin was one, reading is another
  const double limit = e.arenas.numbers()[kNumberA];
  const uint64_t count = limit <= 0 ? UINT64_MAX : count_from_register(limit);
  return run_read(e, a[0], a[1], StreamsRead{e.streams.from, count});
}

constexpr Operation kOperations[] = {
    operation<&read_stream_id>("readStreamId"),
    operation<&is_zero_stream_id>("isZeroStreamId"),
    operation<&clear_stream_id>("clearStreamId"),
    operation<&compare_stream_ids>("compareStreamIds"),
    operation<&append_stream_entry>("appendStreamEntry"),
    operation<&append_stream_entries>("appendStreamEntries"),
    operation<&stream_bounds>("streamBounds"),
    operation<&trim_stream>("trimStream"),
    operation<&delete_stream_entries>("deleteStreamEntries"),
    operation<&set_stream_id>("setStreamId"),
    operation<&stream_length>("streamLength"),
    operation<&type_of_stream>("typeOfStream"),
    operation<&read_stream_range>("readStreamRange"),
    operation<&read_streams_from>("readStreamsFrom"),
    operation<&read_streams>("readStreams"),
    operation<&write_stream_from>("writeStreamFrom"),
};

}  // namespace

std::span<const Operation> stream_operations() { return kOperations; }

}  // namespace redwing
