// Engine: what one instance of the addon holds: a keyspace, the arenas, and, for a server, a transport.
//
// Many engines can live in one process; nothing is shared between them. Ownership: created by `open`
// (addon.cc), kept by the JavaScript object that it returned. Thread: the event loop of the environment that
// opened it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collections/stream/stream_id.h"
#include "keyspace/evictor.h"
#include "keyspace/keyspace.h"
#include "keyspace/removal_log.h"
#include "log/effect_buffer.h"
#include "transport/arenas.h"
#include "transport/command_queue.h"
#include "transport/transport.h"
#include "types/bulk_list.h"
#include "types/pattern_table.h"

namespace redwing {

class EffectLog;
class LongReads;

// Keys whose memory is brought near at a time.
inline constexpr int32_t kPrefetchWindow = 64;

// Identifiers on their way from one operation to the next.
struct StreamRegisters {
  StreamId ids[4];
  std::vector<StreamId> from;  // of several streams, where to begin
};

struct Engine {
  Engine(int databases, const HashSeed& seed);
  ~Engine();

  Keyspace keyspace;
  Evictor evictor;
  RemovalLog removals;
  int64_t eviction_us = 500;  // usual time of a step of eviction
  Arenas arenas;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<LongReads> long_reads;
  std::unique_ptr<EffectLog> effect_log;  // null: no append-only file
  int64_t expiry_ms = 0;  // the expiry register: set by readExpiry, used by the write that follows
  std::vector<std::string> missed_keys;  // not found by readings, while they are kept
  uint64_t hits = 0, misses = 0;         // keys that reading operations found and did not find
  PatternTable patterns;                 // that clients have subscribed to
  CommandQueues queues;                  // of clients in transactions
  int64_t integer = 0;                   // the integer register: set by readInteger
  StreamRegisters streams;
  EffectBuffer effects;                   // what commands of the turn leave to the logs; see there
  std::vector<std::string> effect_words;  // that they are made of beside arguments and data: bulk strings
  // What a command has chosen from a collection, for its effects, while they are on; cleared before each
  // choice, and behind one of which there may be much.
  BulkList chosen;
  // The argument register: set by listArgument, for operations whose arguments do not stand in a row.
  std::vector<int32_t> argument_list;

  // Moves the frames of the commands that were noted as effects to where effects gather. To be called before
  // `effects` is taken.
  void flush_effects();
  // The same between two logs: what one command leaves does not go on from one to the next.
  void cut_effects();
  void keep_missed(const Key& key);
  int db() const { return arenas.control()[kDatabase]; }

  // The key that an argument names, with the hash that the prefetch computed if it did.
  Key key(int32_t argument) const {
    Bytes b = arenas.argument(argument);
    uint64_t hash = arenas.known_hash(argument);
    return {b.data, b.size, hash != 0 ? hash : keyspace.hash(b.data, b.size)};
  }
  // For writing, and for looks that are not a client's reading of the key.
  Entry* find(const Key& key) { return keyspace.find(db(), key); }
  // For reading: counts as a hit or a miss.
  Entry* read(const Key& key, bool touch = true) {
    Entry* entry = keyspace.find(db(), key, touch);
    count_read(key, entry != nullptr);
    return entry;
  }
  // The same for a key that was looked for in another way.
  void count_read(const Key& key, bool found) {
    (found ? hits : misses)++;
    if (!found && arenas.control()[kKeepMissedKeys] != 0) [[unlikely]]
      keep_missed(key);
  }
  // The same as often as commands of a run were served by one look.
  void count_reads(const Key& key, bool found, int32_t times) {
    for (int32_t i = 0; i < times; i++) count_read(key, found);
  }
  // Tells the command what an operation has changed, where its result does not.
  void set_affected(int32_t affected) { arenas.control()[kAffected] = affected; }

  // Bytes that count against the memory limit and are not the keyspace's.
  size_t other_bytes() const { return transport ? transport->buffered_bytes() : 0; }
  // Evicts as the memory limit asks, and says in control[kMemoryState] how memory stands. For a chunk of
  // commands with `arguments` arguments; 0 for no chunk. Costs a comparison when there is no limit.
  void check_memory(int32_t commands, int32_t arguments) {
    if (evictor.limit() != 0) [[unlikely]]
      relieve_memory(commands, arguments);
  }
  void relieve_memory(int32_t commands, int32_t arguments);

  // Brings the next keys of a command with many near, in two phases: at most a window of `count`, `stride`
  // arguments apart.
  void prefetch_keys(int32_t first, int32_t count, int32_t stride);

  // The expiry that the flags of a write ask for (kSetKeepExpiry, kSetExpiry).
  Expiry expiry(int32_t flags) const {
    if ((flags & kSetExpiry) != 0) return Expiry::at(expiry_ms);
    return (flags & kSetKeepExpiry) != 0 ? Expiry::keep() : Expiry::none();
  }
  // A string value as a bulk reply.
  void reply_string(const Entry& entry) {
    if (entry.is_int()) return arenas.write_bulk_integer(entry.integer());
    if (entry.has_blob()) return arenas.write_blob(entry.blob(), keyspace.heap());
    ByteView s = entry.string();
    arenas.write_bulk(s.data, s.size);
  }
};

// Bytes of a string value; an int is formatted into `digits`.
struct StringBytes {
  explicit StringBytes(const Entry* entry);
  const uint8_t* data = nullptr;
  size_t size = 0;

 private:
  uint8_t digits_[24];
};

}  // namespace redwing
