#include "keyspace/table.h"

namespace redwing {

namespace {
constexpr size_t kBackgroundBytesMin = size_t{64} << 10;
}  // namespace

Table::Table(const TableContext& context, int db)
    : SegmentMap(context.heap, context.hasher, context.views.epoch()),
      context_(context),
      db_(db),
      expiry_(context.heap, context.hasher),
      member_expiry_(context.heap, context.hasher, &context.types),
      retired_(context.heap) {}

Slot Table::locate_entry(uint64_t hash, const Entry* entry) const {
  Slot slot;
  auto same = [entry](const Entry* other) { return other == entry; };
  bool found = probe(word_at(hash), hash, fingerprint(hash), same, &slot);
  RW_ASSERT(found, "an entry of the index is in its table");
  return slot;
}

// ---- Changes ----

void Table::insert(uint64_t hash, Entry* entry) {
  Segment* segment = segment_for_insert(hash);
  if (context_.views.newest_epoch() != 0) [[unlikely]]
    segment = writable(segment);
  place(segment, hash, fingerprint(hash), slot_word(entry, true));
}

void Table::erase(const Slot& slot, uint64_t hash) {
  take(slot, hash);
  shrink_if_sparse(hash);
}

RW_NOINLINE void Table::make_writable_under_views(Slot* slot) {
  Segment* segment = writable(slot->segment);
  slot->bucket = segment->bucket(static_cast<uint32_t>(slot->bucket - slot->segment->bucket(0)));
  slot->segment = segment;
}

Segment* Table::writable(Segment* segment) {
  const ViewRegistry& views = context_.views;
  uint64_t birth = segment->birth.load(std::memory_order_relaxed);
  if (birth > views.newest_epoch()) return segment;
  uint64_t seen_by = views.newest_epoch_at(*this, segment->end_position());
  if (birth <= seen_by) return duplicate(segment, next_generation(*segment));
  restamp(segment, seen_by == 0);
  return segment;
}

// The views that could read this version are past it. Older ones, which read what it links to, only look at
// its birth.
void Table::restamp(Segment* segment, bool all_private) {
  segment->birth.store(context_.views.epoch(), std::memory_order_relaxed);
  if (!all_private) return;
  for (uint32_t b = 0; b < segment->buckets; b++) {
    Bucket* bucket = segment->bucket(b);
    for (uint32_t mask = bucket->used(); mask != 0; mask &= mask - 1) {
      auto i = static_cast<uint32_t>(std::countr_zero(mask));
      bucket->set_slot(i, bucket->slot(i) | kSlotPrivate);
    }
  }
}

Generation Table::next_generation(Segment& segment) {
  const ViewRegistry& views = context_.views;
  Generation next;
  next.birth = views.epoch();
  if (views.newest_epoch() == 0) {
    next.keep_private = true;
    return next;
  }
  uint64_t seen_by = views.newest_epoch_at(*this, segment.end_position());
  if (seen_by == 0) {
    next.all_private = true;
    return next;
  }
  next.free_now = false;  // even a version that no view sees: one may be passing through its header
  next.keep_private = segment.birth.load(std::memory_order_relaxed) > seen_by;
  next.older = next.keep_private ? segment.older : &segment;
  return next;
}

// ---- Letting go ----

void Table::retire(RetiredKind kind, void* address, size_t bytes, uint64_t position) {
  retired_.add(kind, address, bytes, position, context_.views.epoch());
  context_.reclaimer.count_retired(bytes);
}

void Table::dispose_segment(Segment* segment, const Generation& generation) {
  if (generation.free_now) {
    heap_.free(segment, segment->bytes());
  } else {
    retire(RetiredKind::kSegment, segment, segment->bytes(), segment->end_position() - 1);
  }
}

void Table::dispose_directory(Directory* directory) {
  if (context_.views.newest_epoch() == 0) {
    heap_.free(directory, directory->bytes());
  } else {
    retire(RetiredKind::kDirectory, directory, directory->bytes(), kPositionEnd - 1);
  }
}

// Whether freeing the entry's value is left to the background thread.
bool Table::is_heavy(const Entry& entry) const {
  if (!entry.has_root()) return entry.has_blob() && entry.blob()->capacity > kBackgroundBytesMin;
  return context_.types[static_cast<size_t>(entry.kind())]->is_heavy(entry.root(), entry.encoding());
}

// What freeing the entry gives back: a blob that others hold stays.
size_t Table::releasable_bytes(const Entry& entry) const {
  size_t bytes = Heap::class_size(entry.allocation_bytes());
  if (entry.has_blob() && entry.blob()->is_unique()) {
    bytes += Heap::class_size(entry.blob()->allocation_bytes());
  }
  if (entry.has_root()) {
    const ValueType* type = context_.types[static_cast<size_t>(entry.kind())];
    bytes += type->memory(entry.root(), entry.encoding());
  }
  return bytes;
}

void Table::release_entry(Entry* entry, uint64_t hash, bool editable) {
  if (!editable) {
    retire(RetiredKind::kEntry, entry, releasable_bytes(*entry), hash >> 16);
  } else if (is_heavy(*entry)) {
    context_.reclaimer.free_item(RetiredKind::kEntry, entry, releasable_bytes(*entry));
  } else {
    free_entry(entry, context_.types, Releaser(heap_, true));
  }
}

void Table::release(RetiredKind kind, void* address, size_t bytes, uint64_t hash, bool editable) {
  RW_ASSERT(kind != RetiredKind::kEntry, "entries leave by release_entry");
  if (!editable) {
    retire(kind, address, bytes, hash >> 16);
    return;
  }
  Releaser releaser(heap_, true);
  if (kind != RetiredKind::kBlob) {
    releaser.free(address, bytes);
    return;
  }
  auto* blob = static_cast<Blob*>(address);
  if (blob->capacity > kBackgroundBytesMin) {
    context_.reclaimer.free_item(kind, blob, bytes);
  } else {
    blob->release(releaser);
  }
}

void Table::release_retired(uint32_t first_bin, uint32_t last_bin) {
  for (uint32_t bin = first_bin; bin < last_bin && !retired_.empty(); bin++) {
    auto needed = [this, bin](uint64_t epoch) {
      return context_.views.is_needed(*this, RetiredBins::end_of(bin), epoch);
    };
    context_.reclaimer.free_list(retired_.take(bin, needed));
  }
}

size_t Table::destroy_all(const Releaser& releaser) {
  size_t retired = free_chunks(retired_.take_all(), context_.types, releaser);
  expiry_.destroy(releaser, [](Entry*) {});
  member_expiry_.destroy(releaser, [](Entry*) {});
  destroy(releaser, [&](Entry* entry) { free_entry(entry, context_.types, releaser); });
  return retired;
}

void Table::check_invariants(int64_t now_ms) const {
  size_t expiring = 0, watched = 0;
  check_segments([&](const Entry& entry, uint64_t hash) {
    if (entry.has_expiry()) expiring++;
    if (expires_members(entry)) watched++;
    return fingerprint(hash);
  });
  RW_ASSERT(expiring == expiry_.size(), "the index has every entry that expires");
  RW_ASSERT(watched == member_expiry_.size(), "the index has every value whose members may expire");
  expiry_.check_invariants(now_ms);
  member_expiry_.check_invariants(now_ms);
}

}  // namespace redwing
