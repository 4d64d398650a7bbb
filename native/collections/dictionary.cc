#include "collections/dictionary.h"

namespace redwing {

Entry* Dictionary::create_member(Heap& heap, ByteView name, size_t value_size, int64_t expiry_ms) {
  const auto raw = static_cast<uint8_t>(StringEncoding::kRaw);
  const Entry::Shape shape{ValueKind::kString, raw, false, expiry_ms != kNoExpiry, name.size, value_size};
  return Entry::create(heap, shape, name.data, expiry_ms, 0);
}

// ---- Changes ----

void Dictionary::insert(const Edit& edit, uint64_t hash, Entry* entry) {
  edit_ = &edit;
  Segment* segment = writable(edit, segment_for_insert(hash));
  place(segment, hash, fingerprint(hash), slot_word(entry, true));
  edit_ = nullptr;
}

void Dictionary::make_writable(const Edit& edit, Slot* slot) {
  edit_ = &edit;
  Segment* segment = writable(edit, slot->segment);
  slot->bucket = segment->bucket(static_cast<uint32_t>(slot->bucket - slot->segment->bucket(0)));
  slot->segment = segment;
  edit_ = nullptr;
}

void Dictionary::replace(const Edit& edit, Slot* slot, Entry* fresh) {
  make_writable(edit, slot);
  Entry* old = slot->entry();
  const bool unseen = may_change(edit, *slot);
  slot->bucket->set_slot(slot->index, slot_word(fresh, true));
  edit.release_if(old, old->allocation_bytes(), unseen);
}

void Dictionary::erase(const Edit& edit, Slot slot, uint64_t hash) {
  make_writable(edit, &slot);
  Entry* old = slot.entry();
  const bool unseen = may_change(edit, slot);
  edit_ = &edit;
  take(slot, hash);
  shrink_if_sparse(hash);
  edit_ = nullptr;
  edit.release_if(old, old->allocation_bytes(), unseen);
}

Segment* Dictionary::writable(const Edit& edit, Segment* segment) {
  if (edit.may_change(segment->birth.load(std::memory_order_relaxed))) [[likely]]
    return segment;
  return duplicate(segment, next_generation(*segment));
}

// ---- Versions ----

Generation Dictionary::next_generation(Segment& segment) {
  Generation next;
  if (edit_ == nullptr) {
    next.birth = current_directory().birth;
    next.keep_private = true;
    return next;
  }
  next.birth = edit_->birth();
  next.free_now = next.keep_private = edit_->may_change(segment.birth.load(std::memory_order_relaxed));
  return next;
}

void Dictionary::dispose_segment(Segment* segment, const Generation& generation) {
  if (edit_ == nullptr) {
    heap_.free(segment, segment->bytes());
  } else {
    edit_->release_if(segment, segment->bytes(), generation.free_now);
  }
}

void Dictionary::dispose_directory(Directory* directory) {
  if (edit_ == nullptr) {
    heap_.free(directory, directory->bytes());
  } else {
    edit_->release(directory, directory->bytes(), directory->birth);
  }
}

void Dictionary::prepare_directory() {
  if (edit_ != nullptr && !edit_->may_change(current_directory().birth)) duplicate_directory(edit_->birth());
}

// ---- Whole dictionaries ----

void Dictionary::free_all(const Releaser& releaser) {
  destroy(releaser, [&](Entry* entry) { releaser.free(entry, entry->allocation_bytes()); });
}

void Dictionary::copy_from(const Dictionary& other, uint64_t birth) {
  RW_ASSERT(size() == 0 && current_directory().birth == birth, "a copy begins empty, with its own birth");
  other.for_each([&](const Entry* entry) {
    ByteView name = entry->key();
    Entry* copy = create_member(heap_, name, entry->inline_size(), entry->expiry_ms());
    if (entry->inline_size() != 0)
      std::memcpy(copy->inline_data(), entry->inline_data(), entry->inline_size());
    uint64_t name_hash = hash(name);
    place(segment_for_insert(name_hash), name_hash, fingerprint(name_hash), slot_word(copy, true));
  });
}

void Dictionary::check_invariants() const {
  check_segments([](const Entry&, uint64_t hash) { return fingerprint(hash); });
}

}  // namespace redwing
