// Operations on one set. Those that combine several are in set_algebra.cc.
#include "binding/sets.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "binding/effects.h"
#include "binding/operation.h"
#include "binding/random_reads.h"
#include "binding/reads.h"
#include "binding/reply.h"
#include "collections/set/set_elements.h"
#include "types/glob.h"

namespace redwing {

static_assert(static_cast<int32_t>(SetEncoding::kIntegers) == kSetIntegers);
static_assert(static_cast<int32_t>(SetEncoding::kPacked) == kSetPacked);
static_assert(static_cast<int32_t>(SetEncoding::kTable) == kSetTable);

namespace {

// Commands of a run that are looked at together.
constexpr int32_t kRunWindow = 64;

ByteView view_of(Bytes bytes) { return {bytes.data, bytes.size}; }

bool is_set(const Entry& entry) { return entry.kind() == ValueKind::kSet; }

// Puts what an editor made into the entry.
void settle(Engine& e, SlotRef* slot, const SetEditor& editor) {
  if (editor.root() == slot->entry->root() && editor.encoding() == slot->entry->encoding()) [[likely]]
    return;
  e.keyspace.set_root(slot, editor.root(), editor.encoding(), editor.is_whole());
}

// ---- adding and removing ----------------------------------------------------------------------------------

// Adds `count` members; how many were new, or kStatusWrongType.
int32_t add_to_set(Engine& e, int32_t key_argument, int32_t first, int32_t count) {
  const Key key = e.key(key_argument);
  const SetLimits limits = set_limits(e);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  int32_t added = 0;
  if (entry == nullptr) {
    const Edit edit = e.keyspace.edit_new(e.db(), key);
    const auto expected = static_cast<uint64_t>(count);
    SetEditor editor(edit, e.keyspace.hasher(), view_of(e.arenas.argument(first)), expected, limits);
    for (int32_t i = 0; i < count; i++) added += editor.add(view_of(e.arenas.argument(first + i)), limits);
    e.keyspace.put_root(e.db(), key, ValueKind::kSet, editor.encoding(), editor.root(), Expiry::none());
    return added;
  }
  if (!is_set(*entry)) return kStatusWrongType;
  const Edit edit = e.keyspace.edit(&slot);
  SetEditor editor(edit, e.keyspace.hasher(), entry->root(), entry->encoding());
  editor.expect(static_cast<uint64_t>(count), limits);
  for (int32_t i = 0; i < count; i++) added += editor.add(view_of(e.arenas.argument(first + i)), limits);
  settle(e, &slot, editor);
  return added;
}

// addMembers(key, first, count): how many were new; kStatusWrongType.
int32_t add_members(Engine& e, const int32_t (&a)[3]) { return add_to_set(e, a[0], a[1], a[2]); }

// How many of the run's commands name the same key as the first.
int32_t same_key_run(const Engine& e, int32_t first, int32_t length, int32_t stride) {
  const Bytes key = e.arenas.argument(first);
  int32_t same = 1;
  while (same < length) {
    const Bytes other = e.arenas.argument(first + same * stride);
    if (other.size != key.size || !Entry::equal_bytes(other.data, key.data, key.size)) break;
    same++;
  }
  return same;
}

// Adds a member each to a table, whose buckets and then members are brought near for the whole run first; how
// many were new.
int32_t add_run_to_table(Engine& e, SetEditor& editor, int32_t first, int32_t length, int32_t stride) {
  uint64_t hashes[kRunWindow];
  const Dictionary& table = editor.ref().table();
  for (int32_t i = 0; i < length; i++) {
    hashes[i] = table.hash(view_of(e.arenas.argument(first + i * stride)));
    table.prefetch_bucket(hashes[i]);
  }
  for (int32_t i = 0; i < length; i++) table.prefetch_member(hashes[i]);
  int32_t sum = 0;
  for (int32_t i = 0; i < length; i++) {
    const int32_t added = editor.add_hashed(view_of(e.arenas.argument(first + i * stride)), hashes[i]);
    e.arenas.write_integer(added);
    sum += added;
  }
  return sum;
}

// addMemberRun(first, length, stride): `length` times one member, behind its key; writes what each added.
// Stops in front of the first that fails; returns how many it did. Affected: how many members were new.
int32_t add_member_run(Engine& e, const int32_t (&a)[3]) {
  const SetLimits limits = set_limits(e);
  int32_t sum = 0;
  e.set_affected(0);
  for (int32_t done = 0; done < a[1];) {
    const int32_t at = a[0] + done * a[2];
    const int32_t length = same_key_run(e, at, std::min(a[1] - done, kRunWindow), a[2]);
    SlotRef slot;
    Entry* entry = e.keyspace.find_for_write(e.db(), e.key(at), &slot);
    if (entry == nullptr) {
      e.arenas.write_integer(add_to_set(e, at, at + 1, 1));
      e.set_affected(++sum);
      done++;
      continue;
    }
    if (!is_set(*entry)) return done;
    const Edit edit = e.keyspace.edit(&slot);
    SetEditor editor(edit, e.keyspace.hasher(), entry->root(), entry->encoding());
    if (entry->encoding() == kSetTable) {
      sum += add_run_to_table(e, editor, at + 1, length, a[2]);
    } else {
      for (int32_t i = 0; i < length; i++) {
        const int32_t added = editor.add(view_of(e.arenas.argument(at + 1 + i * a[2])), limits);
        e.arenas.write_integer(added);
        sum += added;
      }
    }
    settle(e, &slot, editor);
    e.keyspace.use_again(e.db(), e.key(at), length - 1);
    e.set_affected(sum);
    done += length;
  }
  return a[1];
}

// removeMembers(key, first, count): how many were there; kStatusWrongType.
int32_t remove_members(Engine& e, const int32_t (&a)[3]) {
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) return 0;
  if (!is_set(*entry)) return kStatusWrongType;
  const Edit edit = e.keyspace.edit(&slot);
  SetEditor editor(edit, e.keyspace.hasher(), entry->root(), entry->encoding());
  int32_t removed = 0;
  bool empty = false;
  for (int32_t i = 0; i < a[2] && !empty; i++) {
    if (!editor.erase(view_of(e.arenas.argument(a[1] + i)))) continue;
    removed++;
    empty = editor.ref().size() == 0;
  }
  settle(e, &slot, editor);
  if (empty) e.keyspace.erase(e.db(), key);
  return removed;
}

// moveMember(from, to, member): 2 moved, 1 from and to are the same set, 0 it was not there,
// kStatusWrongType. Affected: the target had no such member.
int32_t move_member(Engine& e, const int32_t (&a)[3]) {
  const Key from = e.key(a[0]), to = e.key(a[1]);
  const ByteView member = view_of(e.arenas.argument(a[2]));
  Entry* source = e.find(from);
  Entry* target = e.find(to);
  if (source == nullptr) return 0;
  if (!is_set(*source) || (target != nullptr && !is_set(*target))) return kStatusWrongType;
  source = e.find(from);  // the second look may have removed an expired key
  if (source == nullptr || !SetRef(*source).contains(member)) return 0;
  e.set_affected(false);
  if (source == target) return 1;
  const int32_t removing[3] = {a[0], a[2], 1};
  remove_members(e, removing);
  e.set_affected(add_to_set(e, a[1], a[2], 1) > 0);
  return 2;
}

// ---- looking ----------------------------------------------------------------------------------------------

// writeSetSize(key): writes the number of members; 0 or kStatusWrongType.
int32_t write_set_size(Engine& e, const int32_t (&a)[1]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_set(*entry)) return kStatusWrongType;
  e.arenas.write_integer(entry == nullptr ? 0 : static_cast<int64_t>(SetRef(*entry).size()));
  return 0;
}

// hasMember(key, member): 1, 0 or kStatusWrongType.
int32_t has_member(Engine& e, const int32_t (&a)[2]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry == nullptr) return 0;
  if (!is_set(*entry)) return kStatusWrongType;
  return SetRef(*entry).contains(view_of(e.arenas.argument(a[1]))) ? 1 : 0;
}

// hasMemberRun(first, length, stride): the same for a run, with its replies; stops in front of a key of
// another type, whose reading it counts. Returns how many it did.
int32_t has_member_run(Engine& e, const int32_t (&a)[3]) {
  for (int32_t done = 0; done < a[1];) {
    const int32_t at = a[0] + done * a[2];
    const int32_t length = same_key_run(e, at, std::min(a[1] - done, kRunWindow), a[2]);
    const Key key = e.key(at);
    const Entry* entry = e.find(key);
    const bool is_other = entry != nullptr && !is_set(*entry);
    e.count_reads(key, entry != nullptr, is_other ? 1 : length);
    if (is_other) return done;
    e.keyspace.use_again(e.db(), key, length - 1);
    const bool is_table = entry != nullptr && entry->encoding() == kSetTable;
    uint64_t hashes[kRunWindow];
    for (int32_t i = 0; i < length && is_table; i++) {
      const Dictionary& table = SetRef(*entry).table();
      hashes[i] = table.hash(view_of(e.arenas.argument(at + 1 + i * a[2])));
      table.prefetch_bucket(hashes[i]);
    }
    for (int32_t i = 0; i < length && is_table; i++) SetRef(*entry).table().prefetch_member(hashes[i]);
    for (int32_t i = 0; i < length; i++) {
      const ByteView member = view_of(e.arenas.argument(at + 1 + i * a[2]));
      const bool found = is_table ? SetRef(*entry).table().find(member, hashes[i]) != nullptr
                                  : entry != nullptr && SetRef(*entry).contains(member);
      e.arenas.write_integer(found ? 1 : 0);
    }
    done += length;
  }
  return a[1];
}

// hasMembers(key, first, count): writes an array of 1 and 0; 0 or kStatusWrongType.
int32_t has_members(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !is_set(*entry)) return kStatusWrongType;
  e.arenas.write_array_header(static_cast<size_t>(a[2]));
  for (int32_t i = 0; i < a[2]; i++) {
    const bool found = entry != nullptr && SetRef(*entry).contains(view_of(e.arenas.argument(a[1] + i)));
    e.arenas.write_integer(found ? 1 : 0);
  }
  return 0;
}

struct ReadMembers {
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return 0;
    return is_set(*entry) ? static_cast<int64_t>(SetRef(*entry).size()) : kStatusWrongType;
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    write_set_header(out, entry == nullptr ? 0 : SetRef(*entry).size());
    if (entry == nullptr) return;
    SetRef(*entry).for_each([&](const PackedValue& member) {
      write_packed(out, member);
      return true;
    });
  }
};

// writeMembers(key): writes all members, here or later; 0, kStatusDeferred, kStatusWrongType.
int32_t write_members(Engine& e, const int32_t (&a)[1]) { return run_read(e, a[0], 1, ReadMembers{}); }

// scanMembers(key, count, pattern or -1): goes on from cursor numbers[A], writes [next cursor, [members]]; 0
// or kStatusWrongType. Small sets are written whole. Counts as no reading: typeOf has.
int32_t scan_members(Engine& e, const int32_t (&a)[3]) {
  const Entry* entry = e.find(e.key(a[0]));
  if (entry != nullptr && !is_set(*entry)) return kStatusWrongType;
  Bytes pattern{};
  if (a[2] >= 0) pattern = e.arenas.argument(a[2]);
  std::vector<PackedValue> found;
  auto consider = [&](const PackedValue& member) {
    uint8_t digits[kInt64TextMax];
    const ByteView text = member.text(digits);
    if (a[2] < 0 || glob_match(pattern.data, pattern.size, text.data, text.size, false))
      found.push_back(member);
    return true;
  };
  uint64_t next = 0;
  if (entry != nullptr && entry->encoding() == kSetTable) {
    const auto cursor = static_cast<uint64_t>(e.arenas.numbers()[kNumberA]);
    next = SetRef(*entry).table().scan(cursor, static_cast<size_t>(a[1]), [&](const Entry& member) {
      return consider(PackedValue::of_string(member.key()));
    });
  } else if (entry != nullptr) {
    SetRef(*entry).for_each(consider);
  }
  e.arenas.write_array_header(2);
  e.arenas.write_bulk_integer(static_cast<int64_t>(next));
  e.arenas.write_array_header(found.size());
  for (const PackedValue& member : found) write_packed(e.arenas, member);
  return 0;
}

// ---- at random --------------------------------------------------------------------------------------------

// Chooses one of a set; `left` as in SeedsAhead.
PackedValue choose(Engine& e, const SetRef& set, uint64_t left, SeedsAhead& seeds) {
  const Dictionary* index = set.encoding() == SetEncoding::kTable ? &set.table() : nullptr;
  seeds.prepare(index, left, [&e] { return e.keyspace.next_random(); });
  return set.random(seeds.next());
}

// What is taken out is kept for the effects of the command.
void note_popped(Engine& e, const PackedValue& member) {
  if (!e.effects.is_on()) return;
  uint8_t digits[kInt64TextMax];
  e.chosen.add(member.text(digits));
}

// Takes one out and writes it, or a null; 1, 0 or kStatusWrongType. It is what was chosen. `left`: how many
// are likely to be taken from the same set, this one with them.
int32_t pop_chosen(Engine& e, int32_t argument, SeedsAhead& seeds, uint64_t left) {
  const Key key = e.key(argument);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry == nullptr) {
    e.arenas.write_null();
    return 0;
  }
  if (!is_set(*entry)) return kStatusWrongType;
  const PackedValue member = choose(e, SetRef(*entry), left, seeds);
  e.chosen.clear();
  note_popped(e, member);
  write_packed(e.arenas, member);
  const Edit edit = e.keyspace.edit(&slot);
  SetEditor editor(edit, e.keyspace.hasher(), slot.entry->root(), slot.entry->encoding());
  uint8_t digits[kInt64TextMax];
  editor.erase(member.text(digits));
  settle(e, &slot, editor);
  if (editor.ref().size() == 0) e.keyspace.erase(e.db(), key);
  return 1;
}

// popMember(key): see pop_chosen.
int32_t pop_member(Engine& e, const int32_t (&a)[1]) {
  SeedsAhead seeds;
  return pop_chosen(e, a[0], seeds, 1);
}

// What taking out one member leaves: "SREM key member".
void leave_popped(Engine& e, int32_t key) {
  const std::string_view bulks = e.chosen.bulks();
  begin_effect(e, e.db());
  e.effects.begin_frame(3);
  write_effect_word(e, e.arenas.control()[kEffectMemberWord]);
  write_effect_arguments(e, key, 1);
  e.effects.bulks(bulks.data(), bulks.size(), static_cast<int32_t>(e.chosen.size()));
  e.chosen.clear();
}

// popMemberRun(first, length, stride): the same for a run, and leaves the effects; returns how many it did.
// Affected: how many members were taken out.
int32_t pop_member_run(Engine& e, const int32_t (&a)[3]) {
  int32_t sum = 0;
  e.set_affected(0);
  SeedsAhead seeds;
  for (int32_t i = 0; i < a[1]; i++) {
    const int32_t key = a[0] + i * a[2];
    const int32_t popped = pop_chosen(e, key, seeds, static_cast<uint64_t>(a[1] - i));
    if (popped < 0) return i;
    if (popped != 0 && e.effects.is_on()) leave_popped(e, key);
    e.set_affected(sum += popped);
  }
  return a[1];
}

// Pops most of a large set: those that stay are drawn in a pass over it and become a set of their own, in a
// small form if they are few.
void pop_most(Engine& e, const Key& key, const SetRef& set, uint64_t size, uint64_t count) {
  const SetLimits limits = set_limits(e);
  const Edit edit = e.keyspace.edit_new(e.db(), key);
  SetEditor rest(edit, e.keyspace.hasher(), ByteView{nullptr, 0}, size - count, limits);
  SplitMix64 random(e.keyspace.next_random());
  SelectionSampling staying(size, size - count);
  set.for_each([&](const PackedValue& member) {
    if (staying.takes_next(random)) {
      rest.add({member.data, member.size}, limits);
    } else {
      note_popped(e, member);
      write_packed(e.arenas, member);
    }
    return true;
  });
  e.keyspace.put_root(e.db(), key, ValueKind::kSet, rest.encoding(), rest.root(), Expiry::keep());
}

// popMembers(key): takes numbers[A] (not negative) out and writes them as a set; kStatusWrongType or how
// many. They are what was chosen, unless they are all.
int32_t pop_members(Engine& e, const int32_t (&a)[1]) {
  const Key key = e.key(a[0]);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  if (entry != nullptr && !is_set(*entry)) return kStatusWrongType;
  const double wanted = e.arenas.numbers()[kNumberA];
  const uint64_t size = entry == nullptr ? 0 : SetRef(*entry).size();
  if (wanted >= static_cast<double>(size)) {
    // Redis replies with all of a set as SUNION does, which counts as reading it.
    if (entry != nullptr) e.count_read(key, true);
    LoopKeys keys(e, a[0], 1, Counts::kNothing);
    ReadMembers().write(keys, e.arenas);
    if (entry != nullptr) e.keyspace.erase(e.db(), key);
    return static_cast<int32_t>(size);
  }
  const auto count = static_cast<uint64_t>(wanted);
  e.chosen.clear();
  write_set_header(e.arenas, count);
  if (count == 0) return 0;
  constexpr uint64_t kMost = 5;  // how often those that stay must fit those that go
  if (slot.entry->encoding() == kSetTable && (size - count) * kMost <= count) {
    pop_most(e, key, SetRef(*slot.entry), size, count);
    return static_cast<int32_t>(count);
  }
  const Edit edit = e.keyspace.edit(&slot);
  SetEditor editor(edit, e.keyspace.hasher(), slot.entry->root(), slot.entry->encoding());
  SeedsAhead seeds;
  for (uint64_t i = 0; i < count; i++) {
    const PackedValue member = choose(e, editor.ref(), count - i, seeds);
    note_popped(e, member);
    write_packed(e.arenas, member);
    uint8_t digits[kInt64TextMax];
    editor.erase(member.text(digits));
  }
  settle(e, &slot, editor);
  return static_cast<int32_t>(count);
}

struct RandomMembers {
  static constexpr ValueKind kKind = ValueKind::kSet;
  static SetElements open(const Entry& entry, int64_t) { return SetElements(entry); }
  template <typename Out>
  static void write(Out& out, const PackedValue& member, bool) {
    write_packed(out, member);
  }
};

// randomMembers(key, single): see write_random.
int32_t random_members(Engine& e, const int32_t (&a)[2]) {
  return write_random<RandomMembers>(e, a[0], a[1] != 0, false);
}

constexpr Operation kOperations[] = {
    operation<&add_members>("addMembers"),       operation<&add_member_run>("addMemberRun"),
    operation<&remove_members>("removeMembers"), operation<&move_member>("moveMember"),
    operation<&write_set_size>("writeSetSize"),  operation<&has_member>("hasMember"),
    operation<&has_member_run>("hasMemberRun"),  operation<&has_members>("hasMembers"),
    operation<&write_members>("writeMembers"),   operation<&scan_members>("scanMembers"),
    operation<&pop_member>("popMember"),         operation<&pop_member_run>("popMemberRun"),
    operation<&pop_members>("popMembers"),       operation<&random_members>("randomMembers"),
};

}  // namespace

SetLimits set_limits(const Engine& e) {
  const int32_t* control = e.arenas.control();
  return {static_cast<uint64_t>(control[kSetMaxIntsetEntries]),
          static_cast<uint64_t>(control[kSetMaxListpackEntries]),
          static_cast<uint64_t>(control[kSetMaxListpackValue])};
}

std::span<const Operation> set_operations() { return kOperations; }

}  // namespace redwing
