#include "collections/hash/hash_writer.h"

#include <algorithm>
#include <new>
#include <vector>

namespace redwing {

namespace {

// A listpack counts its bytes in 32 bits; Redis stops at this size.
constexpr size_t kPackedBytesMax = size_t{1} << 30;

int64_t stored_time(int64_t expiry_ms) { return expiry_ms == kNoExpiry ? 0 : expiry_ms; }

void write_value(Entry* member, ByteView value) {
  if (value.size != 0) std::memcpy(member->inline_data(), value.data, value.size);
}

}  // namespace

HashWriter::HashWriter(Keyspace& keyspace, int db, const Key& key, SlotRef* slot, const HashLimits& limits)
    : keyspace_(keyspace),
      db_(db),
      key_(key),
      slot_(slot),
      limits_(limits),
      edit_(slot->entry != nullptr ? keyspace.edit(slot) : keyspace.edit_new(db, key)) {
  if (is_new()) {
    encoding_ = HashEncoding::kPacked;
    block_.emplace(ListpackRoot::create(edit_));
    return;
  }
  const Hash hash(*slot->entry);
  encoding_ = static_cast<HashEncoding>(slot->entry->encoding());
  if (hash.is_expiring()) least_before_ms_ = hash.next_expiry_ms();
  if (hash.is_packed()) {
    block_.emplace(edit_, slot->entry->root());
  } else {
    table_ = static_cast<HashTable*>(slot->entry->root());
    whole_ = false;
  }
}

size_t HashWriter::size() const {
  return is_packed() ? listpack::count(block_->data()) / stride() : table_->members.size();
}

void HashWriter::expect(size_t fields, size_t bytes) {
  if (!is_packed()) return;
  if (fields > limits_.fields || block_->bytes() + bytes > kPackedBytesMax) {
    become_table();
  } else if (is_new() && fields > 1) {
    // Two elements take at most 12 bytes beside their text; what is too much, finish gives back.
    block_->reserve(static_cast<int64_t>(std::min(bytes + 12 * fields, kPackedBytesMax)));
  }
}

FieldPlace HashWriter::find(ByteView name) const {
  return is_packed() ? find_packed(name) : find_member(name);
}

void HashWriter::insert(ByteView name, ByteView value, int64_t expiry_ms) {
  if (expiry_ms != kNoExpiry) prepare_expiring();
  if (is_packed() && !fits_packed(name, value)) become_table();
  if (!is_packed()) {
    insert_member(name, table_->members.hash(name), value, expiry_ms);
    return;
  }
  insert_packed(PackedValue::of(name), PackedValue::of(value), expiry_ms);
  if (size() > limits_.fields || block_->bytes() > kPackedBytesMax) become_table();
}

void HashWriter::replace(const FieldPlace& place, ByteView name, ByteView value, int64_t expiry_ms) {
  if (!is_packed()) return replace_member(place, name, value, expiry_ms);
  const bool starts_to_expire = expiry_ms != kNoExpiry && encoding_ == HashEncoding::kPacked;
  if (!starts_to_expire && fits_packed(name, value)) return replace_packed(place, name, value, expiry_ms);
  if (starts_to_expire) prepare_expiring();
  if (!fits_packed(name, value)) become_table();
  replace(find(name), name, value, expiry_ms);
}

void HashWriter::set_expiry(const FieldPlace& place, ByteView name, int64_t expiry_ms) {
  if (place.expiry_ms == expiry_ms) return;
  uint8_t digits[kInt64TextMax];
  const ByteView value = place.value.text(digits);
  // The value lies in what is about to be changed.
  const std::vector<uint8_t> copy(value.data, value.data + value.size);
  replace(place, name, {copy.data(), copy.size()}, expiry_ms);
}

void HashWriter::erase(const FieldPlace& place) {
  has_erased_ = true;
  remove(place);
}

void HashWriter::note_expired(const FieldPlace& place) const {
  if (!keyspace_.reports_members()) [[likely]]
    return;
  uint8_t digits[kInt64TextMax];
  const ByteView name =
      is_packed() ? listpack::get(block_->data(), place.position).text(digits) : place.slot.entry()->key();
  keyspace_.report_expired_member(db_, {key_.data, key_.size}, name);
}

void HashWriter::expire(const FieldPlace& place) {
  note_expired(place);
  has_expired_ = true;
  keyspace_.count_expired_members(1);
  remove(place);
}

void HashWriter::renew(const FieldPlace& place, ByteView name, ByteView value) {
  note_expired(place);
  remove(place);
  insert(name, value);
}

void HashWriter::remove(const FieldPlace& place) {
  erase_field(place);
  was_emptied_ = was_emptied_ || is_empty();
}

void HashWriter::erase_field(const FieldPlace& place) {
  if (!is_packed()) return erase_member(place);
  listpack::erase(block_->reserve(0), place.position, stride());
}

// ---- Packed ----

FieldPlace HashWriter::find_packed(ByteView name) const {
  FieldPlace place;
  const uint8_t* block = block_->data();
  place.position = listpack::find(block, listpack::first(), name, stride() - 1);
  if (place.position == 0) return place;
  place.found = true;
  const uint32_t value_at = listpack::next(block, place.position);
  place.value = listpack::get(block, value_at);
  if (encoding_ == HashEncoding::kPacked) return place;
  const int64_t at_ms = listpack::get(block, listpack::next(block, value_at)).integer;
  if (at_ms != 0) place.expiry_ms = at_ms;
  return place;
}

void HashWriter::insert_packed(const PackedValue& name, const PackedValue& value, int64_t expiry_ms) {
  const bool timed = encoding_ == HashEncoding::kPackedExpiring;
  const PackedValue time = PackedValue::of_integer(stored_time(expiry_ms));
  size_t growth = listpack::encoded_bytes(name) + listpack::encoded_bytes(value);
  if (timed) growth += listpack::encoded_bytes(time);
  uint8_t* block = block_->reserve(static_cast<int64_t>(growth));
  uint32_t at = listpack::end(block);
  if (expiry_ms != kNoExpiry) {
    const uint32_t end = at;
    for (at = listpack::first(); at != end;) {
      const uint32_t time_at = listpack::next(block, listpack::next(block, at));
      const int64_t other_ms = listpack::get(block, time_at).integer;
      if (other_ms == 0 || other_ms > expiry_ms) break;
      at = listpack::next(block, time_at);
    }
  }
  if (timed) listpack::insert(block, at, time);
  listpack::insert(block, at, value);
  listpack::insert(block, at, name);
}

void HashWriter::replace_packed(const FieldPlace& place, ByteView name, ByteView value, int64_t expiry_ms) {
  const PackedValue packed = PackedValue::of(value);
  if (place.expiry_ms == expiry_ms) {
    const uint32_t at = listpack::next(block_->data(), place.position);
    uint8_t* block = block_->reserve(listpack::replace_growth(block_->data(), at, packed));
    listpack::replace(block, at, packed);
    return;
  }
  erase_field(place);
  insert_packed(PackedValue::of(name), packed, expiry_ms);
}

void HashWriter::prepare_expiring() {
  if (encoding_ != HashEncoding::kPacked) return;
  const PackedValue none = PackedValue::of_integer(0);
  const size_t fields = size();
  uint8_t* block = block_->reserve(static_cast<int64_t>(fields * listpack::encoded_bytes(none)));
  // From the last to the first, so that each place is still where it was.
  uint32_t at = listpack::end(block);
  for (size_t i = 0; i < fields; i++) {
    listpack::insert(block, at, none);
    at = listpack::prev(block, listpack::prev(block, at));
  }
  encoding_ = HashEncoding::kPackedExpiring;
}

void HashWriter::become_table() {
  auto* table =
      ::new (edit_.alloc(sizeof(HashTable))) HashTable(edit_.heap(), keyspace_.hasher(), edit_.birth());
  const uint8_t* block = block_->data();
  const bool timed = encoding_ == HashEncoding::kPackedExpiring;
  table_ = table;
  encoding_ = HashEncoding::kTable;
  uint8_t name_digits[kInt64TextMax], value_digits[kInt64TextMax];
  for (uint32_t at = listpack::first(); at != listpack::end(block);) {
    const ByteView name = listpack::get(block, at).text(name_digits);
    at = listpack::next(block, at);
    const ByteView value = listpack::get(block, at).text(value_digits);
    at = listpack::next(block, at);
    int64_t expiry_ms = kNoExpiry;
    if (timed) {
      const int64_t at_ms = listpack::get(block, at).integer;
      if (at_ms != 0) expiry_ms = at_ms;
      at = listpack::next(block, at);
    }
    insert_member(name, table->members.hash(name), value, expiry_ms);
  }
  block_->discard();
  block_.reset();
}

// ---- Tables ----

HashTable& HashWriter::writable_table() {
  if (edit_.may_change(table_->birth)) [[likely]]
    return *table_;
  auto* copy = ::new (edit_.alloc(sizeof(HashTable))) HashTable(*table_);
  copy->birth = edit_.birth();
  edit_.release(table_, sizeof(HashTable), table_->birth);
  table_ = copy;
  return *table_;
}

FieldPlace HashWriter::find_member(ByteView name) const {
  FieldPlace place;
  place.hash = table_->members.hash(name);
  place.found = table_->members.locate(name, place.hash, &place.slot);
  if (!place.found) return place;
  const Entry* member = place.slot.entry();
  place.value = Hash::value_of(*member);
  place.expiry_ms = member->expiry_ms();
  return place;
}

void HashWriter::insert_member(ByteView name, uint64_t hash, ByteView value, int64_t expiry_ms) {
  HashTable& table = writable_table();
  Entry* member = Dictionary::create_member(edit_.heap(), name, value.size, expiry_ms);
  write_value(member, value);
  table.member_bytes += member_bytes(*member);
  table.members.insert(edit_, hash, member);
  if (expiry_ms != kNoExpiry) schedule(expiry_ms, hash);
}

void HashWriter::replace_member(const FieldPlace& place, ByteView name, ByteView value, int64_t expiry_ms) {
  HashTable& table = writable_table();
  Slot slot = place.slot;
  if (place.expiry_ms != expiry_ms) {
    if (place.expiry_ms != kNoExpiry) unschedule(place.expiry_ms, place.hash);
    if (expiry_ms != kNoExpiry) schedule(expiry_ms, place.hash);
  }
  table.members.make_writable(edit_, &slot);
  if (overwrite_member(slot, value, expiry_ms)) [[likely]]
    return;
  Entry* fresh = Dictionary::create_member(edit_.heap(), name, value.size, expiry_ms);
  write_value(fresh, value);
  table.member_bytes += member_bytes(*fresh) - member_bytes(*slot.entry());
  table.members.replace(edit_, &slot, fresh);
}

// Changes the member where it is, if it keeps its class and layout and no view sees it.
bool HashWriter::overwrite_member(const Slot& slot, ByteView value, int64_t expiry_ms) const {
  Entry* member = slot.entry();
  const bool expires = expiry_ms != kNoExpiry;
  const Entry::Shape shape{ValueKind::kString, member->encoding(), false, expires,
                           member->key_size(), value.size};
  if (!Dictionary::may_change(edit_, slot) || member->has_expiry() != expires ||
      member->is_wide() != shape.wide() ||
      Heap::class_size(member->allocation_bytes()) != Heap::class_size(shape.bytes()))
    return false;
  member->reshape(shape);
  write_value(member, value);
  if (expires) member->set_expiry_ms(expiry_ms);
  return true;
}

void HashWriter::erase_member(const FieldPlace& place) {
  HashTable& table = writable_table();
  if (place.expiry_ms != kNoExpiry) unschedule(place.expiry_ms, place.hash);
  table.member_bytes -= member_bytes(*place.slot.entry());
  table.members.erase(edit_, place.slot, place.hash);
}

// ---- Times ----

void HashWriter::schedule(int64_t at_ms, uint64_t hash) {
  const FieldDue due{at_ms, hash};
  FieldSchedule::Cursor cursor =
      table_->schedule.lower_bound([&](const FieldDue& other) { return other < due; });
  table_->schedule.insert(edit_, &cursor, due);
  encoding_ = HashEncoding::kTableExpiring;
  note_least_expiry();
}

void HashWriter::unschedule(int64_t at_ms, uint64_t hash) {
  const FieldDue due{at_ms, hash};
  FieldSchedule::Cursor cursor =
      table_->schedule.lower_bound([&](const FieldDue& other) { return other < due; });
  RW_ASSERT(!cursor.at_end() && cursor.item().at_ms == at_ms && cursor.item().hash == hash,
            "a member that expires is in the schedule");
  table_->schedule.erase(edit_, &cursor);
  note_least_expiry();
}

void HashWriter::note_least_expiry() {
  const FieldSchedule& schedule = table_->schedule;
  if (schedule.empty()) encoding_ = HashEncoding::kTable;
  table_->least_expiry_ms = schedule.empty() ? kNeverDue : schedule.begin().item().at_ms;
}

size_t HashWriter::expire_due(int64_t deadline_us) {
  const size_t expired = is_packed() ? expire_packed() : expire_table(deadline_us);
  keyspace_.count_expired_members(expired);
  has_expired_ = has_expired_ || expired != 0;
  return expired;
}

size_t HashWriter::expire_packed() {
  if (encoding_ != HashEncoding::kPackedExpiring) return 0;
  const uint8_t* block = block_->data();
  const uint32_t end = listpack::end(block);
  size_t due = 0;
  uint32_t at = listpack::first();
  while (at != end) {
    const uint32_t time_at = listpack::next(block, listpack::next(block, at));
    const int64_t at_ms = listpack::get(block, time_at).integer;
    if (at_ms == 0 || at_ms > keyspace_.now()) break;
    FieldPlace place;
    place.position = at;
    note_expired(place);
    at = listpack::next(block, time_at);
    due++;
  }
  if (due != 0) listpack::erase_range(block_->reserve(0), listpack::first(), at, due * stride());
  return due;
}

size_t HashWriter::expire_table(int64_t deadline_us) {
  constexpr size_t kClockInterval = 32;
  size_t expired = 0;
  while (table_->least_expiry_ms <= keyspace_.now()) {
    const FieldDue due = table_->schedule.begin().item();
    FieldPlace place;
    place.found = true;
    place.hash = due.hash;
    place.expiry_ms = due.at_ms;
    const Dictionary& members = table_->members;
    auto same = [&](const Entry* member) {
      return member->expiry_ms() == due.at_ms && members.hash(member->key()) == due.hash;
    };
    const bool found = probe(members.word_at(due.hash), due.hash, fingerprint(due.hash), same, &place.slot);
    RW_ASSERT(found, "what is scheduled is a member");
    note_expired(place);
    erase_member(place);
    if (++expired % kClockInterval == 0 && platform::monotonic_us() >= deadline_us) break;
  }
  return expired;
}

// ---- The end ----

void* HashWriter::take(uint8_t* encoding) {
  RW_ASSERT(is_new(), "only a new hash is taken");
  *encoding = static_cast<uint8_t>(encoding_);
  return root();
}

void HashWriter::finish() {
  const bool is_empty = this->is_empty();
  void* root = this->root();
  const auto encoding = static_cast<uint8_t>(encoding_);
  if (is_new()) {
    if (is_empty) {
      HashType().free(root, encoding, Releaser(edit_.heap(), true));
    } else {
      slot_->entry = keyspace_.put_root(db_, key_, ValueKind::kHash, encoding, root, Expiry::none());
    }
    return;
  }
  if (has_expired_) {
    // Who erased the last field tells of the key that goes with it.
    const ByteView name{key_.data, key_.size};
    keyspace_.report_expired_members(db_, name, is_empty && !has_erased_);
  }
  if (root != slot_->entry->root() || encoding != slot_->entry->encoding())
    keyspace_.set_root(slot_, root, encoding, whole_);
  if (is_empty) {
    slot_->entry = nullptr;
    keyspace_.erase(db_, key_);
    return;
  }
  const Hash hash(root, encoding);
  if (hash.is_expiring() && hash.next_expiry_ms() < least_before_ms_) keyspace_.reschedule_members(*slot_);
  if (was_emptied_ && slot_->entry->has_expiry()) {
    keyspace_.set_expiry(db_, key_, kNoExpiry);
    keyspace_.find_for_write(db_, key_, slot_);
  }
}

}  // namespace redwing
