// Taking entries from the beginning of a stream.
#include "collections/stream/stream.h"

namespace redwing {

bool Stream::trims_whole(const StreamBlockRef& ref, const StreamTrim& how) const {
  if (how.strategy == StreamTrim::kLength) return length - ref.live >= how.length_max;
  return ref.reader().last().id < how.id_min;
}

uint64_t Stream::trim(const Edit& edit, const StreamTrim& how) {
  uint64_t taken = 0;
  while (length > 0 && !(how.strategy == StreamTrim::kLength && length <= how.length_max)) {
    auto cursor = blocks.begin();
    const bool is_tail = blocks.empty();
    StreamBlockRef ref = is_tail ? tail : cursor.item();
    if (how.limit != 0 && taken + ref.live > how.limit) break;
    const bool whole = trims_whole(ref, how);
    if (!whole && how.whole_blocks) break;
    const uint64_t from_block = whole ? ref.live : trim_inside(edit, &ref, how);
    taken += from_block;
    length -= from_block;
    if (whole || ref.live == 0) {
      release_block(edit, ref);
      block_count--;
      if (is_tail) {
        tail = {};
      } else {
        blocks.erase(edit, &cursor);
      }
    } else if (is_tail) {
      tail = ref;
    } else {
      blocks.replace(edit, &cursor, ref);
    }
    if (!whole) break;
  }
  if (taken != 0) find_first_id();
  return taken;
}

// Deletes entries at the beginning of a block of which some are kept; returns how many.
uint64_t Stream::trim_inside(const Edit& edit, StreamBlockRef* ref, const StreamTrim& how) {
  const bool by_length = how.strategy == StreamTrim::kLength;
  const uint64_t excess = by_length ? length - how.length_max : UINT64_MAX;
  if (!by_length && ref->master >= how.id_min) return 0;
  own_block(edit, ref, listpack::bytes(ref->block->list()) + stream_block::kCountsGrowth, 0);
  uint32_t taken = 0;
  const StreamBlockReader reader = ref->reader();
  for (uint32_t at = reader.first(); at != reader.end() && taken < excess;) {
    const StreamEntry entry = reader.at(at);
    if (!by_length && entry.id >= how.id_min) break;
    at = reader.after(entry);
    if (entry.deleted) continue;
    stream_block::mark_deleted(ref->block, entry);
    taken++;
  }
  ref->live -= taken;
  stream_block::set_counts(ref->block, ref->live, ref->block->deleted() + taken);
  return taken;
}

}  // namespace redwing
