// Operations on the batch itself: time, prefetch, frames that lie outside the input arena, room for replies.
#include "binding/operation.h"
#include "types/glob.h"

namespace redwing {
namespace {

// prefetch(count): hashes the first key of each of the chunk's first `count` commands and brings its bucket,
// then its entry near, in the database that each command's row named (kDatabase at parsing).
// control[kChunkArgs] says how many arguments the chunk has. First, memory is checked (see memory.cc).
int32_t prefetch(Engine& e, const int32_t (&a)[1]) {
  Arenas& arenas = e.arenas;
  e.check_memory(a[0], arenas.control()[kChunkArgs]);
  arenas.clear_hashes(arenas.control()[kChunkArgs]);
  e.keyspace.begin_use();
  const int32_t* command = arenas.commands();
  const int32_t db = e.db();
  for (int32_t i = 0; i < a[0]; i++, command += kCommandWords) {
    int32_t index = command[kCommandKey];
    if (index < 0) continue;
    Bytes b = arenas.argument(index);
    uint64_t hash = e.keyspace.hash(b.data, b.size);
    arenas.remember_hash(index, hash);
    e.keyspace.prefetch_bucket(db, hash);
  }
  command = arenas.commands();
  for (int32_t i = 0; i < a[0]; i++, command += kCommandWords) {
    int32_t index = command[kCommandKey];
    if (index < 0) continue;
    uint64_t hash = arenas.known_hash(index);
    if (hash != 0) e.keyspace.prefetch_entry(db, hash);
  }
  return 0;
}

// startTurn(): takes numbers[kNowMs] as the time of everything that follows.
int32_t start_turn(Engine& e, const int32_t (&)[1]) {
  e.keyspace.set_now(static_cast<int64_t>(e.arenas.numbers()[kNowMs]));
  return 0;
}

// leaveFrame(): arguments are the arena's again.
int32_t leave_frame(Engine& e, const int32_t (&)[1]) {
  e.arenas.leave_frame();
  e.keyspace.begin_use();
  return 0;
}

// drain(): makes the whole reply arena free.
int32_t drain(Engine& e, const int32_t (&)[1]) {
  if (e.arenas.sink() != nullptr && e.arenas.control()[kCurrentRow] >= 0) e.arenas.sink()->drain();
  return 0;
}

// writeArgument(argument): an argument of the command as a bulk reply (ECHO).
int32_t write_argument(Engine& e, const int32_t (&a)[1]) {
  Bytes b = e.arenas.argument(a[0]);
  e.arenas.write_bulk(b.data, b.size);
  return 0;
}

// ---- commands for later -----------------------------------------------------------------------------------

// What the queue now has: numbers[A] bytes, numbers[B] bytes of memory, numbers[C] words (see
// CommandQueue::words).
int32_t tell_queue(Engine& e, int32_t number) {
  const CommandQueue& queue = e.queues.at(number);
  e.arenas.numbers()[kNumberA] = static_cast<double>(queue.bytes());
  e.arenas.numbers()[kNumberB] = static_cast<double>(queue.memory());
  e.arenas.numbers()[kNumberC] = static_cast<double>(queue.words());
  return number;
}

// queueRows(queue, from, to): keeps commands `from` to `to` of the chunk in that queue, or in a new one if it
// is -1; returns its number. Numbers: see tell_queue.
int32_t queue_rows(Engine& e, const int32_t (&a)[3]) {
  const int32_t number = a[0] < 0 ? e.queues.open() : a[0];
  e.queues.at(number).add_rows(e.arenas, a[1], a[2]);
  return tell_queue(e, number);
}

// queueCommand(queue, id, first, count): the same for a command whose arguments stand in the current frame.
int32_t queue_command(Engine& e, const int32_t (&a)[4]) {
  const int32_t number = a[0] < 0 ? e.queues.open() : a[0];
  e.queues.at(number).add(e.arenas, a[1], a[2], a[3]);
  return tell_queue(e, number);
}

// queuedId(queue, i): the number of its command `i`.
int32_t queued_id(Engine& e, const int32_t (&a)[2]) {
  return e.queues.at(a[0]).id(static_cast<size_t>(a[1]));
}

// closeQueue(queue)
int32_t close_queue(Engine& e, const int32_t (&a)[1]) {
  e.queues.close(a[0]);
  return 0;
}

// ---- replies to others ------------------------------------------------------------------------------------

// pushTo(connection, from): what was written into the reply arena from `from` on goes to that connection,
// which is not the current row's. The cursor stays.
int32_t push_to(Engine& e, const int32_t (&a)[2]) {
  Arenas& arenas = e.arenas;
  if (e.transport)
    e.transport->push(a[0], arenas.reply() + a[1], static_cast<size_t>(arenas.cursor() - a[1]));
  return 0;
}

// pushToMany(count, from): the same for the first `count` connections of the targets.
int32_t push_to_many(Engine& e, const int32_t (&a)[2]) {
  Arenas& arenas = e.arenas;
  RW_ASSERT(a[0] >= 0 && a[0] <= kTargetsMax, "targets beyond their region");
  if (!e.transport) return 0;
  const auto size = static_cast<size_t>(arenas.cursor() - a[1]);
  e.transport->push_to_many(arenas.targets(), static_cast<size_t>(a[0]), arenas.reply() + a[1], size);
  return 0;
}

// endReplyTo(goesOn): what was replied since control[kReplyTo] was set is that connection's, and the current
// row's replies go on. goesOn: it has waited, and goes on with what it has sent meanwhile.
int32_t end_reply_to(Engine& e, const int32_t (&a)[1]) {
  int32_t& reply_to = e.arenas.control()[kReplyTo];
  if (e.transport) {
    e.transport->end_reply_to();
    if (a[0] != 0) e.transport->resume(reply_to);
  }
  reply_to = -1;
  e.keyspace.begin_use();
  return 0;
}

// takeInput(): the caller fills the input arena by itself until it returns to the loop; no batch may be
// there.
int32_t take_input(Engine& e, const int32_t (&)[1]) {
  if (e.transport) e.transport->expect_free_input();
  return 0;
}

// resume(connection): a client that waits goes on with what it has sent meanwhile.
int32_t resume(Engine& e, const int32_t (&a)[1]) {
  if (e.transport) e.transport->resume(a[0]);
  return 0;
}

// setStranger(connection, isStranger): strangers share a small part of each turn.
int32_t set_stranger(Engine& e, const int32_t (&a)[2]) {
  if (e.transport) e.transport->set_stranger(a[0], a[1] != 0);
  return 0;
}

// setLimitClass(connection, class): which output limit holds for it (see setOutputLimit).
int32_t set_limit_class(Engine& e, const int32_t (&a)[2]) {
  if (e.transport) e.transport->set_limit_class(a[0], static_cast<uint8_t>(a[1]));
  return 0;
}

// ---- patterns of channels ---------------------------------------------------------------------------------

// addPattern(argument): its number.
int32_t add_pattern(Engine& e, const int32_t (&a)[1]) {
  const Bytes pattern = e.arenas.argument(a[0]);
  return e.patterns.add(pattern.data, pattern.size);
}

// removePattern(number)
int32_t remove_pattern(Engine& e, const int32_t (&a)[1]) {
  e.patterns.remove(a[0]);
  return 0;
}

// matchPatterns(at, size, next): the text lies in the reply arena at `at`. Puts the numbers of the patterns
// that match it, from number `next` on, into the targets and returns how many; numbers[A]: where to go on, 0:
// nowhere.
int32_t match_patterns(Engine& e, const int32_t (&a)[3]) {
  int32_t next = a[2];
  const size_t found = e.patterns.match(e.arenas.reply() + a[0], static_cast<size_t>(a[1]), &next,
                                        e.arenas.targets(), static_cast<size_t>(kTargetsMax));
  e.arenas.numbers()[kNumberA] = next;
  return static_cast<int32_t>(found);
}

// matchesPattern(argument, at, size): whether a text in the reply arena matches the pattern in an argument.
int32_t matches_pattern(Engine& e, const int32_t (&a)[3]) {
  const Bytes pattern = e.arenas.argument(a[0]);
  return glob_match(pattern.data, pattern.size, e.arenas.reply() + a[1], static_cast<size_t>(a[2]), false);
}

// keyTypeAt(database, at, size): the type of the key whose name lies in the reply arena, or kStatusNoKey;
// neither a hit nor an access.
int32_t key_type_at(Engine& e, const int32_t (&a)[3]) {
  const uint8_t* name = e.arenas.reply() + a[1];
  const auto size = static_cast<uint32_t>(a[2]);
  const Entry* entry = e.keyspace.find(a[0], Key{name, size, e.keyspace.hash(name, size)}, false);
  return entry == nullptr ? kStatusNoKey : static_cast<int32_t>(entry->kind());
}

constexpr Operation kOperations[] = {
    operation<&key_type_at>("keyTypeAt"),          operation<&set_limit_class>("setLimitClass"),
    operation<&set_stranger>("setStranger"),       operation<&add_pattern>("addPattern"),
    operation<&remove_pattern>("removePattern"),   operation<&match_patterns>("matchPatterns"),
    operation<&matches_pattern>("matchesPattern"), operation<&push_to>("pushTo"),
    operation<&push_to_many>("pushToMany"),        operation<&resume>("resume"),
    operation<&end_reply_to>("endReplyTo"),        operation<&prefetch>("prefetch"),
    operation<&start_turn>("startTurn"),           operation<&take_input>("takeInput"),
    operation<&leave_frame>("leaveFrame"),         operation<&drain>("drain"),
    operation<&write_argument>("writeArgument"),   operation<&queue_rows>("queueRows"),
    operation<&queue_command>("queueCommand"),     operation<&queued_id>("queuedId"),
    operation<&close_queue>("closeQueue"),
};

}  // namespace

std::span<const Operation> frame_operations() { return kOperations; }

}  // namespace redwing
