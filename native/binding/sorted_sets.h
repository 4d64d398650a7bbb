// What the files of sorted-set operations share.
#pragma once

#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/reply.h"
#include "collections/sorted_set/element_list.h"
#include "collections/sorted_set/sorted_set.h"
#include "collections/sorted_set/sorted_set_writer.h"

namespace redwing {

inline ByteView bytes_of(const Engine& e, int32_t argument) {
  const Bytes bytes = e.arenas.argument(argument);
  return {bytes.data, bytes.size};
}

inline SortedSetLimits sorted_set_limits(const Engine& e) {
  const int32_t* control = e.arenas.control();
  return {static_cast<uint64_t>(control[kSortedSetMaxListpackEntries]),
          static_cast<uint64_t>(control[kSortedSetMaxListpackValue])};
}

inline bool is_sorted_set(const Entry& entry) { return entry.kind() == ValueKind::kSortedSet; }

/// A count of elements from a register, at most `size`; a negative one is none.
inline uint64_t count_within(double count, uint64_t size) {
  if (count <= 0) return 0;
  return count >= static_cast<double>(size) ? size : static_cast<uint64_t>(count);
}

/// The header of a list of elements: with scores these are pairs in RESP3, and twice as many values in RESP2.
template <typename Out>
void write_elements_header(Out& out, uint64_t count, bool with_scores) {
  out.write_array_header(with_scores && !out.resp3() ? 2 * count : count);
}
/// One of its elements.
template <typename Out>
void write_element(Out& out, ByteView member, double score, bool with_scores) {
  if (with_scores && out.resp3()) out.write_array_header(2);
  out.write_bulk(member.data, member.size);
  if (with_scores) write_double(out, score);
}

/// Ranks of a sorted set as such a list.
template <typename Out>
void write_elements(Out& out, const SortedSet& set, RankRange ranks, bool reverse, bool with_scores) {
  write_elements_header(out, ranks.size(), with_scores);
  set.visit(ranks, reverse, [&out, with_scores](ByteView member, double score) {
    write_element(out, member, score, with_scores);
  });
}

}  // namespace redwing
