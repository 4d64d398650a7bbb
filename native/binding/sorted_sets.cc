// Operations on the elements of sorted sets: adding, removing, looking up, popping.
#include "binding/sorted_sets.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "types/double.h"

namespace redwing {

static_assert(static_cast<int32_t>(SortedSetForm::kPacked) == kSortedSetPacked);
static_assert(static_cast<int32_t>(SortedSetForm::kTree) == kSortedSetTree);

namespace {

using Opened = SortedSetWriter::Opened;

// Commands whose elements are brought near at a time.
constexpr int32_t kWindow = 32;

bool read_score(const Engine& e, int32_t argument, double* score) {
  const Bytes text = e.arenas.argument(argument);
  return parse_double(text.data, text.size, score);
}

bool same_argument(const Engine& e, int32_t a, int32_t b) {
  const Bytes x = e.arenas.argument(a), y = e.arenas.argument(b);
  return x.size == y.size && (x.size == 0 || std::memcmp(x.data, y.data, x.size) == 0);
}

// How many of at most `length` commands, `stride` arguments apart, have the key of the first.
int32_t run_of_key(const Engine& e, int32_t first, int32_t length, int32_t stride) {
  int32_t same = 1;
  while (same < length && same_argument(e, first, first + same * stride)) same++;
  return same;
}

SortedSetAdd add_manner(int32_t flags) {
  SortedSetAdd how;
  how.if_absent = (flags & kAddIfAbsent) != 0;
  how.if_present = (flags & kAddIfPresent) != 0;
  how.if_greater = (flags & kAddIfGreater) != 0;
  how.if_less = (flags & kAddIfLess) != 0;
  return how;
}

bool is_change(SortedSetAdded done) {
  return done == SortedSetAdded::kAdded || done == SortedSetAdded::kChanged;
}

// ---- adding and removing ----

// addToSortedSet(key, first, pairs, flags): `pairs` of a score and a member, under kAdd... conditions. How
// many were added, with kAddCountsChanges also those whose score changed; kStatusNotFloat, kStatusWrongType:
// nothing was done. Affected: how many were added or changed.
int32_t add_to_sorted_set(Engine& e, const int32_t (&a)[4]) {
  const int32_t first = a[1], pairs = a[2];
  double score = 0;
  for (int32_t i = 0; i < pairs; i++) {
    if (!read_score(e, first + 2 * i, &score)) return kStatusNotFloat;
  }
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  if (writer.open(e.key(a[0])) == Opened::kOther) return kStatusWrongType;
  writer.expect(static_cast<uint64_t>(pairs), bytes_of(e, first + 1).size);
  const SortedSetAdd how = add_manner(a[3]);
  int32_t added = 0;
  int32_t affected = 0;
  for (int32_t i = 0; i < pairs; i++) {
    if (pairs > 1) read_score(e, first + 2 * i, &score);
    double result;
    const SortedSetAdded done = writer.add(bytes_of(e, first + 2 * i + 1), score, how, &result);
    added += done == SortedSetAdded::kAdded ||
             (done == SortedSetAdded::kChanged && (a[3] & kAddCountsChanges) != 0);
    affected += is_change(done);
  }
  writer.commit();
  e.set_affected(affected);
  return added;
}

// What a run of additions to one key needs of each.
struct Addition {
  ByteView member;
  uint64_t hash;
  double score;
};

// Brings near what additions to a tree will touch, and finds their hashes.
void prefetch_additions(const SortedSetTree& tree, std::span<Addition> additions) {
  for (Addition& next : additions) {
    next.hash = tree.members.hash(next.member);
    tree.members.prefetch_bucket(next.hash);
  }
  for (const Addition& next : additions) tree.members.prefetch_member(next.hash);
  for (const Addition& next : additions) tree.prefetch_place(next.score);
}

// Additions to one key of at most kWindow commands; writes a reply for each. Stops in front of a wrong score.
// Returns how many it did, none if the key holds another type; adds to `*affected` how many changed
// something.
int32_t add_run(Engine& e, SortedSetWriter& writer, int32_t key, int32_t length, int32_t stride,
                int32_t* affected) {
  Addition additions[kWindow];
  int32_t count = 0;
  if (writer.open(e.key(key)) == Opened::kOther) return 0;
  for (; count < length; count++) {
    Addition& next = additions[count];
    if (!read_score(e, key + count * stride + 1, &next.score)) break;
    next.member = bytes_of(e, key + count * stride + 2);
  }
  const bool was_tree = !writer.is_packed();
  if (was_tree) prefetch_additions(writer.tree_to_read(), {additions, static_cast<size_t>(count)});
  for (int32_t i = 0; i < count; i++) {
    const Addition& next = additions[i];
    writer.expect(1, next.member.size);
    double result;
    const SortedSetAdded done = was_tree ? writer.add_hashed(next.member, next.hash, next.score, {}, &result)
                                         : writer.add(next.member, next.score, {}, &result);
    e.arenas.write_integer(done == SortedSetAdded::kAdded ? 1 : 0);
    *affected += is_change(done);
  }
  writer.commit();
  e.keyspace.use_again(e.db(), e.key(key), count - 1);
  return count;
}

// addToSortedSets(first, count, stride): plain additions of one pair each, key, score and member from `first`
// on, `stride` arguments apart; writes their replies. Stops in front of one that fails; returns how many it
// did. Affected: how many changed something.
int32_t add_to_sorted_sets(Engine& e, const int32_t (&a)[3]) {
  const int32_t first = a[0], count = a[1], stride = a[2];
  int32_t affected = 0;
  e.set_affected(0);
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  for (int32_t done = 0; done < count;) {
    const int32_t key = first + done * stride;
    const int32_t length = run_of_key(e, key, std::min(count - done, kWindow), stride);
    const int32_t added = add_run(e, writer, key, length, stride, &affected);
    e.set_affected(affected);
    done += added;
    if (added < length) return done;
  }
  return count;
}

// incrementInSortedSet(key, score, member, flags): adds to the score of a member, or adds the member; writes
// the score, or a null if a kAdd... condition failed. 0; kStatusNotFloat, kStatusWrongType, kStatusInvalid
// (the sum is not a number): nothing was done.
int32_t increment_in_sorted_set(Engine& e, const int32_t (&a)[4]) {
  double score = 0;
  if (!read_score(e, a[1], &score)) return kStatusNotFloat;
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  if (writer.open(e.key(a[0])) == Opened::kOther) return kStatusWrongType;
  const ByteView member = bytes_of(e, a[2]);
  writer.expect(1, member.size);
  SortedSetAdd how = add_manner(a[3]);
  how.increment = true;
  double result = 0;
  const SortedSetAdded done = writer.add(member, score, how, &result);
  writer.commit();
  e.set_affected(is_change(done));
  if (done == SortedSetAdded::kNotANumber) return kStatusInvalid;
  if (done == SortedSetAdded::kRefused) {
    e.arenas.write_null();
  } else {
    write_double(e.arenas, result);
  }
  return 0;
}

// removeFromSortedSet(key, first, count): how many of the members were removed; kStatusWrongType.
int32_t remove_from_sorted_set(Engine& e, const int32_t (&a)[3]) {
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  const Opened opened = writer.open(e.key(a[0]));
  if (opened != Opened::kSortedSet) return opened == Opened::kOther ? kStatusWrongType : 0;
  int32_t removed = 0;
  for (int32_t i = 0; i < a[2]; i++) removed += writer.remove(bytes_of(e, a[1] + i));
  writer.commit();
  return removed;
}

// ---- looking up ----

// writeSortedSetSize(key): 0, kStatusWrongType.
int32_t write_sorted_set_size(Engine& e, const int32_t (&a)[1]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  e.arenas.write_integer(entry == nullptr ? 0 : static_cast<int64_t>(SortedSet(*entry).size()));
  return 0;
}

void write_score_of(Engine& e, const Entry* entry, ByteView member) {
  double score;
  if (entry != nullptr && SortedSet(*entry).find(member, &score)) {
    write_double(e.arenas, score);
  } else {
    e.arenas.write_null();
  }
}

// Brings near what the lookups of a run of one key will touch.
void prefetch_members(Engine& e, const Entry& entry, int32_t first, int32_t count, int32_t stride) {
  const SortedSet set(entry);
  if (set.is_packed() || count == 1) return;
  const Dictionary& members = set.tree().members;
  uint64_t hashes[kWindow];
  for (int32_t i = 0; i < count; i++) {
    hashes[i] = members.hash(bytes_of(e, first + i * stride));
    members.prefetch_bucket(hashes[i]);
  }
  for (int32_t i = 0; i < count; i++) members.prefetch_member(hashes[i]);
}

// Calls write(entry or null, argument of the member) for `count` commands of a key and a member, `stride`
// arguments apart. Stops in front of a key of another type, whose reading it counts; returns how many it did.
template <typename Write>
int32_t for_each_lookup(Engine& e, int32_t first, int32_t count, int32_t stride, Write&& write) {
  for (int32_t done = 0; done < count;) {
    const int32_t key = first + done * stride;
    const int32_t length = run_of_key(e, key, std::min(count - done, kWindow), stride);
    const Key found = e.key(key);
    const Entry* entry = e.find(found);
    const bool is_other = entry != nullptr && !is_sorted_set(*entry);
    e.count_reads(found, entry != nullptr, is_other ? 1 : length);
    if (is_other) return done;
    e.keyspace.use_again(e.db(), found, length - 1);
    if (entry != nullptr) prefetch_members(e, *entry, key + 1, length, stride);
    for (int32_t i = 0; i < length; i++) write(entry, key + i * stride + 1);
    done += length;
  }
  return count;
}

// writeScores(first, count, stride): the score, or a null, for `count` commands of a key and a member,
// `stride` arguments apart; stops in front of a key of another type. Returns how many it did.
int32_t write_scores(Engine& e, const int32_t (&a)[3]) {
  return for_each_lookup(e, a[0], a[1], a[2], [&e](const Entry* entry, int32_t member) {
    write_score_of(e, entry, bytes_of(e, member));
  });
}

// writeMemberScores(key, first, count): an array of scores and nulls; 0, kStatusWrongType.
int32_t write_member_scores(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_sorted_set(*entry)) return kStatusWrongType;
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  for (int32_t i = 0; i < a[2]; i++) write_score_of(e, entry, bytes_of(e, a[1] + i));
  return 0;
}

void write_rank_of(Engine& e, const Entry* entry, ByteView member, bool reverse, bool with_score) {
  uint64_t rank = 0;
  double score = 0;
  if (entry == nullptr || !SortedSet(*entry).find_rank(member, &rank, &score)) {
    return with_score ? write_null_array(e.arenas) : e.arenas.write_null();
  }
  if (reverse) rank = SortedSet(*entry).size() - 1 - rank;
  if (with_score) e.arenas.write_array_header(2);
  e.arenas.write_integer(static_cast<int64_t>(rank));
  if (with_score) write_double(e.arenas, score);
}

// writeRanks(first, count, stride, reverse, withScore): the rank, or a null, for `count` commands as in
// writeScores; `withScore`: as an array with the score, or a null array.
int32_t write_ranks(Engine& e, const int32_t (&a)[5]) {
  const bool reverse = a[3] != 0, with_score = a[4] != 0;
  return for_each_lookup(e, a[0], a[1], a[2], [&](const Entry* entry, int32_t member) {
    write_rank_of(e, entry, bytes_of(e, member), reverse, with_score);
  });
}

// ---- popping ----

// The ranks that popping `count` elements takes.
RankRange popped_ranks(uint64_t size, uint64_t count, bool from_end) {
  return from_end ? RankRange{size - count, size} : RankRange{0, count};
}

// popFromSortedSet(key, fromEnd): writes and removes numbers[A] elements, the least or the greatest first, as
// a list with scores; 0, kStatusWrongType. Affected: how many.
int32_t pop_from_sorted_set(Engine& e, const int32_t (&a)[2]) {
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  const Opened opened = writer.open(e.key(a[0]));
  if (opened == Opened::kOther) return kStatusWrongType;
  if (opened == Opened::kAbsent) {
    e.arenas.write_array_header(0);
    e.set_affected(false);
    return 0;
  }
  const uint64_t count = count_within(e.arenas.numbers()[kNumberA], writer.size());
  e.set_affected(static_cast<int32_t>(std::min<uint64_t>(count, INT32_MAX)));
  const RankRange ranks = popped_ranks(writer.size(), count, a[1] != 0);
  write_elements(e.arenas, writer.read(), ranks, a[1] != 0, true);
  writer.remove(ranks);
  writer.commit();
  return 0;
}

// popFromSortedSets(first, count, fromEnd): the same from the first of the keys that is there, with its name
// in front and pairs in any protocol; a null array if none is. The index of the key, kStatusNoKey,
// kStatusWrongType. Affected: how many.
int32_t pop_from_sorted_sets(Engine& e, const int32_t (&a)[3]) {
  const bool from_end = a[2] != 0;
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  for (int32_t i = 0; i < a[1]; i++) {
    const Key key = e.key(a[0] + i);
    const Opened opened = writer.open(key);
    if (opened == Opened::kOther) return kStatusWrongType;
    if (opened == Opened::kAbsent) continue;
    const uint64_t count = count_within(e.arenas.numbers()[kNumberA], writer.size());
    e.set_affected(static_cast<int32_t>(std::min<uint64_t>(count, INT32_MAX)));
    const RankRange ranks = popped_ranks(writer.size(), count, from_end);
    e.arenas.write_array_header(2);
    e.arenas.write_bulk(key.data, key.size);
    e.arenas.write_array_header(count);
    writer.read().visit(ranks, from_end, [&e](ByteView member, double score) {
      e.arenas.write_array_header(2);
      e.arenas.write_bulk(member.data, member.size);
      write_double(e.arenas, score);
    });
    writer.remove(ranks);
    writer.commit();
    return i;
  }
  write_null_array(e.arenas);
  return kStatusNoKey;
}

// popKeyedFromSortedSets(first, count, fromEnd): takes one element of the first of the keys that is there and
// writes [key, member, score]; nothing if there is none. The index of the key, kStatusNoKey,
// kStatusWrongType.
int32_t pop_keyed_from_sorted_sets(Engine& e, const int32_t (&a)[3]) {
  const bool from_end = a[2] != 0;
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  for (int32_t i = 0; i < a[1]; i++) {
    const Key key = e.key(a[0] + i);
    const Opened opened = writer.open(key);
    if (opened == Opened::kOther) return kStatusWrongType;
    if (opened == Opened::kAbsent) continue;
    const RankRange ranks = popped_ranks(writer.size(), 1, from_end);
    e.arenas.write_array_header(3);
    e.arenas.write_bulk(key.data, key.size);
    writer.read().visit(ranks, from_end, [&e](ByteView member, double score) {
      e.arenas.write_bulk(member.data, member.size);
      write_double(e.arenas, score);
    });
    writer.remove(ranks);
    writer.commit();
    return i;
  }
  return kStatusNoKey;
}

// popEachSortedSet(first, count, stride, fromEnd): for `count` keys, `stride` arguments apart, writes and
// removes one element, as an array of it and its score, or an empty array. Stops in front of a key of another
// type; returns how many it did. Affected: how many elements were taken.
int32_t pop_each_sorted_set(Engine& e, const int32_t (&a)[4]) {
  const int32_t first = a[0], count = a[1], stride = a[2];
  int32_t affected = 0;
  e.set_affected(0);
  const bool from_end = a[3] != 0;
  SortedSetWriter writer(e.keyspace, e.db(), sorted_set_limits(e));
  for (int32_t done = 0; done < count;) {
    const int32_t key = first + done * stride;
    const int32_t length = run_of_key(e, key, count - done, stride);
    const Opened opened = writer.open(e.key(key));
    if (opened == Opened::kOther) return done;
    const uint64_t popped = std::min(writer.size(), static_cast<uint64_t>(length));
    e.set_affected(affected += static_cast<int32_t>(popped));
    if (popped > 0) {
      const RankRange ranks = popped_ranks(writer.size(), popped, from_end);
      writer.read().visit(ranks, from_end, [&e](ByteView member, double score) {
        e.arenas.write_array_header(2);
        e.arenas.write_bulk(member.data, member.size);
        write_double(e.arenas, score);
      });
      writer.remove(ranks);
      writer.commit();
    }
    e.keyspace.use_again(e.db(), e.key(key), length - 1);
    for (auto i = static_cast<int32_t>(popped); i < length; i++) e.arenas.write_array_header(0);
    done += length;
  }
  return count;
}

constexpr Operation kOperations[] = {
    operation<&add_to_sorted_set>("addToSortedSet"),
    operation<&add_to_sorted_sets>("addToSortedSets"),
    operation<&increment_in_sorted_set>("incrementInSortedSet"),
    operation<&remove_from_sorted_set>("removeFromSortedSet"),
    operation<&write_sorted_set_size>("writeSortedSetSize"),
    operation<&write_scores>("writeScores"),
    operation<&write_member_scores>("writeMemberScores"),
    operation<&write_ranks>("writeRanks"),
    operation<&pop_from_sorted_set>("popFromSortedSet"),
    operation<&pop_from_sorted_sets>("popFromSortedSets"),
    operation<&pop_each_sorted_set>("popEachSortedSet"),
    operation<&pop_keyed_from_sorted_sets>("popKeyedFromSortedSets"),
};

}  // namespace

std::span<const Operation> sorted_set_operations() { return kOperations; }

}  // namespace redwing
