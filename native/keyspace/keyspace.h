// Keyspace: the databases of one store; the face that commands, snapshots and eviction use.
//
// One thread, the owner, calls everything here; other threads reach the data through views (keyspace/view.h).
// Each database is a Table (keyspace/table.h) with an index of the keys that expire
// (keyspace/expiry_index.h).
//
// Time. The caller sets `now` once per batch; all decisions about expiry use it. An expired key is absent for
// every operation here, removed when met, and counted.
//
// Pointers. An Entry* (and the pointer of edit_string) is valid until the next call that may write to the
// keyspace; find, random and expire_cycle count as such because they remove expired keys, but only those.
//
// Values. A string is stored as int (canonical decimal of an int64), embstr (at most 44 bytes, never edited)
// or raw, which is what OBJECT ENCODING shows; large ones live in a Blob. Setting a value keeps the access
// word of an existing key and touches it.
//
// Uses. Under an LFU policy each use of a key counts, however many operations it takes: lookups by the same
// name at the same place in memory, which is that of a command's argument, are one use until begin_use.
//
// While a view is open the entry of a changed key is replaced, not modified, so callers never write through
// an Entry except by the operations here.
//
// Cost: every operation on one key is O(1): a directory word, a bucket and an entry are touched; each is
// prefetched by the two-phase calls. 16-byte keys with 16-byte values take about 50 bytes each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "keyspace/creation_log.h"
#include "keyspace/entry.h"
#include "keyspace/hash.h"
#include "keyspace/table.h"
#include "keyspace/view.h"
#include "keyspace/view_registry.h"
#include "memory/function_ref.h"
#include "memory/heap.h"
#include "types/random.h"

namespace redwing {

/// What a write does with the time to live.
struct Expiry {
  enum Kind { kNone, kKeep, kAt };  // remove it, leave it as it is, set it to at_ms
  Kind kind = kNone;
  int64_t at_ms = 0;  // unix ms; a time that has passed is accepted, the key is then absent at once

  static Expiry none() { return {kNone, 0}; }
  static Expiry keep() { return {kKeep, 0}; }
  static Expiry at(int64_t at_ms) { return {kAt, at_ms}; }
};

/// What becomes of expired keys that are met.
enum class ExpiryMode : uint8_t {
  kRemove,  // absent, and removed: a primary
  kHide,    // absent, but left in place by reads (a write to the key removes it): a replica
  kIgnore   // present: while loading data, or for commands that a primary sent
};

/// What the keyspace itself removed.
enum class Removal : uint8_t {
  kExpired = 0,         // a key whose time had come
  kEvicted = 1,         // a key, to make room
  kExpiredMembers = 2,  // members of a key, whose time had come
  kEmptied = 3          // that key, since it has none left
};

/// How the access word of an entry is kept.
struct AccessPolicy {
  bool lfu = false;              // a logarithmic counter with decay, instead of the time of last access
  uint32_t lfu_log_factor = 10;  // how much slower the counter grows the higher it is
  uint32_t lfu_decay_minutes = 1;
};

/// A key found for writing; valid until the next call that may write. See Keyspace::find_for_write.
struct SlotRef {
  Entry* entry = nullptr;
  int db = 0;
  uint64_t hash = 0;
  Slot slot;
};

/// Bytes by category; entries + tables + index + blobs are in Keyspace::used_bytes.
struct KeyspaceMemory {
  size_t used;      // all of the heap's live bytes
  size_t resident;  // what the heap holds from the system
  size_t tables;    // directories and segments of the databases
  size_t index;     // directories and segments of the expiry indexes
  size_t retired;   // kept for open views only
  size_t pending;   // handed to the background thread, not freed yet
};

class Edit;

class Keyspace {
 public:
  /// `databases` in 1 .. 32768. The seed should be random.
  Keyspace(int databases, const HashSeed& seed);
  /// All views must have been closed.
  ~Keyspace();
  Keyspace(const Keyspace&) = delete;
  Keyspace& operator=(const Keyspace&) = delete;

  // -- Time and configuration. --

  /// Time of this batch in unix ms. May go back when the system clock does.
  void set_now(int64_t now_ms);
  int64_t now() const { return now_ms_; }
  void set_expiry_mode(ExpiryMode mode) { expiry_mode_ = mode; }
  ExpiryMode expiry_mode() const { return expiry_mode_; }
  void set_access_policy(const AccessPolicy& policy);
  /// Whether lookups and writes touch the access words of keys. That of a new key is set in any case.
  void set_touching(bool touching);
  bool is_touching() const { return is_touching_; }
  /// What is looked up from now on is used anew, also by names that lie where others did.
  void begin_use() { use_count_ = 0; }
  /// Counts further uses of a key, that one lookup has served; nothing if it is gone.
  void use_again(int db, const Key& key, int32_t times) {
    if (!keeps_time_ && times > 0) [[unlikely]]
      count_uses(db, key, times);
  }
  /// Makes values of a kind other than string possible. `type` must outlive the keyspace.
  void register_type(ValueKind kind, const ValueType* type) { types_[static_cast<size_t>(kind)] = type; }
  /// Called with each key just before it is removed because it expired (ExpiryMode::kRemove), or is evicted;
  /// and when members of it have expired. Must not write to the keyspace.
  using RemovalListener = void (*)(void* context, int db, ByteView key, Removal cause);
  void set_removal_listener(RemovalListener listener, void* context);
  /// Called with each member of a value just before it is removed because its time had come; nullptr: nobody
  /// wants to know. Must not write to the keyspace.
  using MemberListener = void (*)(void* context, int db, ByteView key, ByteView member);
  void set_member_listener(MemberListener listener, void* context) {
    member_listener_ = listener;
    member_context_ = context;
  }
  bool reports_members() const { return member_listener_ != nullptr; }
  void report_expired_member(int db, ByteView key, ByteView member) const {
    member_listener_(member_context_, db, key, member);
  }

  /// Which keys came to be, while it is on.
  CreationLog& creations() { return creations_; }

  // -- Keys of a batch. --

  uint64_t hash(const uint8_t* data, size_t size) const { return hasher_(data, size); }
  /// The hash of keys, for structures inside of values; lives as long as the keyspace.
  const Hasher& hasher() const { return hasher_; }
  Key key(const uint8_t* data, size_t size) const {
    return {data, static_cast<uint32_t>(size), hasher_(data, size)};
  }
  /// First phase: brings the bucket of each key near. 16 or more keys in flight hide most of memory's
  /// latency.
  void prefetch_bucket(int db, uint64_t hash) const { table(db).prefetch_bucket(hash); }
  /// Second phase, after the first for all keys: brings near the entries whose fingerprint matches.
  void prefetch_entry(int db, uint64_t hash) const { table(db).prefetch_entry(hash); }

  // -- One key. --

  /// The entry of a key, or nullptr if it is absent or expired. An expired one is removed (see ExpiryMode).
  /// `touch` updates the access word.
  RW_INLINE Entry* find(int db, const Key& key, bool touch = true) {
    Entry* entry = table(db).find(key);
    if (entry == nullptr) return nullptr;
    if (entry->has_expiry() && entry->expiry_ms() <= now_ms_) [[unlikely]] {
      if (!keep_expired(db, key)) return nullptr;
    }
    if (touch) touch_entry(entry, key);
    return entry;
  }

  /// Creates or replaces any value with a string, choosing its encoding. Returns the entry.
  Entry* put_string(int db, const Key& key, const uint8_t* data, size_t size, Expiry expiry);
  /// The same, but never as int: for results that count as text even where they read as an integer.
  Entry* put_text(int db, const Key& key, const uint8_t* data, size_t size, Expiry expiry);
  /// The same with an int value.
  Entry* put_integer(int db, const Key& key, int64_t value, Expiry expiry);
  /// The same with a string that already lives in a blob; takes over one reference.
  Entry* put_blob(int db, const Key& key, Blob* blob, Expiry expiry);
  /// The same with the root of a registered kind; takes it over. `encoding` 0-15.
  Entry* put_root(int db, const Key& key, ValueKind kind, uint8_t encoding, void* root, Expiry expiry);

  /// Makes the string writable as raw bytes of exactly `new_size`: an int is formatted first, content is
  /// kept, growth is zero-filled, the key is created (without expiry) if absent; its time to live stays. The
  /// key must be absent or hold a string. Returns the bytes. Cost: O(1) amortised for appends, O(size) when a
  /// view or another holder shares the bytes.
  uint8_t* edit_string(int db, const Key& key, size_t new_size);

  /// As find (touching), and remembers where, for write_integer.
  Entry* find_for_write(int db, const Key& key, SlotRef* slot);
  /// Replaces the value of an int-encoded entry found by find_for_write; keeps its time to live. Returns the
  /// entry, which is another one when a view is open.
  Entry* write_integer(const SlotRef& slot, int64_t value);

  /// The right to change the value that find_for_write found, which is no string. `slot` stays usable for
  /// set_root until the next call that may write.
  Edit edit(SlotRef* slot);
  /// The right to build a value for a key that is absent, or whose value will be replaced by put_root.
  Edit edit_new(int db, const Key& key);
  /// Puts another root, or the same one with another encoding, into the entry of `slot`. Whoever changed the
  /// value has released what the old root held. `whole`: no view can see any part of the new one.
  void set_root(SlotRef* slot, void* root, uint8_t encoding, bool whole);

  /// To be called when the least expiry of a value's members was made less where the value is.
  void reschedule_members(const SlotRef& slot);
  /// Counts members that expired and were removed.
  void count_expired_members(size_t count) { expired_members_ += count; }
  /// Tells the removal listener that members of a key expired; `is_emptied`: and that it is about to go with
  /// them.
  void report_expired_members(int db, ByteView key, bool is_emptied);

  /// Removes a key; false if it was absent (or expired).
  bool erase(int db, const Key& key);
  /// Sets the time to live (unix ms), or removes it with kNoExpiry. False if the key is absent.
  bool set_expiry(int db, const Key& key, int64_t at_ms);
  /// Moves the value and time to live to another key, over what it held. False if `from` is absent. from ==
  /// to is fine.
  bool rename(int db, const Key& from, const Key& to);
  /// The same between databases; over what the key held there.
  bool move(int from_db, const Key& key, int to_db);
  /// Copies value and time to live over what the target held; blobs are shared. The access word is that of a
  /// new key. False if `from` is absent.
  bool copy(int from_db, const Key& from, int to_db, const Key& to);

  // -- Databases. --

  int databases() const { return static_cast<int>(tables_->count); }
  /// Exchanges two databases. O(1) outside views.
  void swap(int a, int b);
  /// Empties a database; its memory is freed on the background thread. Returns how many keys it had.
  /// O(databases).
  uint64_t flush(int db);
  /// The same for all of them.
  uint64_t flush_all();
  size_t size(int db) const { return table(db).size(); }
  /// Keys with a time to live.
  size_t expires(int db) const;
  /// Values with members that have times to live of their own, or had.
  size_t member_expires(int db) const;
  /// Estimate of the mean remaining time to live in ms, of the keys that have one; 0 if none. Resolution 64
  /// ms.
  int64_t average_ttl(int db) const;

  // -- Many keys. --

  /// Uniform 64 bits, for choices that need no secrecy.
  uint64_t next_random() { return random_(); }
  /// A random key that is not expired, or nullptr if none was found (empty, or nearly all expired).
  Entry* random(int db);

  using ScanVisitor = FunctionRef<void(const Entry& entry)>;
  /// Visits some entries, about count_hint, from a cursor on; returns the next cursor, 0 at the end (start
  /// with 0). Every key present during the whole scan is visited at least once. Expired ones are not. Cursors
  /// are below 2^48. The visitor must not write to the keyspace.
  uint64_t scan(int db, uint64_t cursor, size_t count_hint, ScanVisitor visit);

  /// Puts up to `max` entries of one random neighbourhood of the table into `out` and returns how many; with
  /// `expiring_only` those that have a time to live; none only if there are none. For eviction. O(max), but
  /// O(segments) in a table that was filled and then emptied unevenly.
  size_t sample(int db, bool expiring_only, Entry** out, size_t max);
  /// The entry whose key has this hash, expired or not; nullptr if there is none. Touches nothing.
  const Entry* peek(int db, uint64_t hash) const;
  /// Removes the key with this hash, counting it as evicted, or as expired if it is; false if it is gone.
  bool evict(int db, uint64_t hash);

  /// Removes keys, and members of values, whose time has come, going on where the last call stopped, for
  /// about `budget_us` of wall time. Returns how many were removed. Sets now to `now_ms`.
  size_t expire_cycle(int64_t now_ms, int64_t budget_us);

  // -- Views. --

  /// The state at this instant for other threads. Ends with close_view.
  View* open_view();
  /// No thread may be reading through it any more.
  void close_view(View* view);

  // -- Accounts. --

  Heap& heap() { return heap_; }
  size_t used_bytes() const { return heap_.used_bytes(); }
  /// Bytes that a memory limit is about: those in use, less what is on its way out: kept for views, or
  /// waiting for the background thread. O(1).
  size_t counted_bytes() const {
    const size_t used = heap_.used_bytes(), leaving = reclaimer_.retired_bytes() + reclaimer_.pending_bytes();
    return used > leaving ? used - leaving : 0;
  }
  KeyspaceMemory memory() const;
  /// Bytes of a database's directory and segments, and of its indexes of what expires.
  size_t table_bytes(int db) const { return table(db).bytes(); }
  size_t index_bytes(int db) const { return table(db).expiry().bytes() + table(db).member_expiry().bytes(); }
  /// Bytes of one key with its value, as allocated.
  size_t entry_bytes(const Entry& entry) const;
  /// Seconds since the entry was last touched, under an LRU policy; wraps after 194 days.
  uint32_t idle_seconds(const Entry& entry) const;
  /// The LFU counter of an entry after decay, 0-255.
  uint32_t frequency(const Entry& entry) const;
  /// Gives an entry that was just put the access that it had elsewhere: under an LFU policy its counter
  /// `frequency` (0-255), otherwise the seconds since it was last touched. What is below 0 is not known.
  void restore_access(Entry* entry, int64_t idle_seconds, int frequency);
  uint64_t expired_keys() const { return expired_keys_; }
  uint64_t expired_members() const { return expired_members_; }
  uint64_t evicted_keys() const { return evicted_keys_; }
  /// Keys and values handed to the background thread and not freed yet, and those that it has freed.
  uint64_t pending_objects() const { return reclaimer_.handed_objects() - reclaimer_.freed_objects(); }
  uint64_t reclaimed_objects() const { return reclaimer_.freed_objects(); }
  size_t open_views() const { return views_.open_count(); }

  /// Hands what was gathered for the background thread to it, so that it is freed soon. O(1).
  void flush_reclaimer() { reclaimer_.flush(); }
  /// Housekeeping in bounded steps (well under a ms); to be called some ten times a second.
  void cron();

  /// Waits until the background thread has freed all that was handed to it. For orderly ends and tests.
  void wait_for_reclaimer();

  /// Aborts when a structure is not as it should be. O(everything); for tests.
  void check_invariants() const;

 private:
  struct Value;  // what a write stores: keyspace/value.h

  Table& table(int db) const { return *table_list_[db]; }
  RW_INLINE void touch_entry(Entry* entry, const Key& key) {
    if (!keeps_time_) [[unlikely]] {
      touch_otherwise(entry, key);
    } else if (entry->access() != access_clock_) {
      entry->set_access(access_clock_);
    }
  }
  void touch_otherwise(Entry* entry, const Key& key);
  void touch_lfu(Entry* entry);
  void count_uses(int db, const Key& key, int32_t times);
  bool note_use(const Key& key);
  uint32_t decayed_frequency(uint32_t access) const;
  uint32_t minutes() const;
  // The access word of a new key.
  uint32_t initial_access(const Key& key) {
    if (access_policy_.lfu) [[unlikely]]
      return initial_use(key);
    return access_clock_;
  }
  uint32_t initial_use(const Key& key);

  // Whether an expired entry is to be treated as present; if not, it is removed as the mode says.
  RW_NOINLINE bool keep_expired(int db, const Key& key);
  void remove_expired(int db, Slot slot, uint64_t hash, bool in_sweep);
  void report_removal(int db, const Entry& entry, Removal cause);
  // The slot of the key with this hash; without a segment if there is none.
  Slot slot_of_hash(int db, uint64_t hash) const;
  // The slot of a key that is present, for a write; removes an expired one.
  bool locate(int db, const Key& key, Slot* slot);

  // The primitives that all mutation goes through (keyspace_write.cc).
  Entry* store(int db, const Key& key, const Value& value, Expiry expiry);
  Entry* store_over(int db, Slot slot, const Key& key, const Value& value, Expiry expiry);
  Entry* store_new(int db, const Key& key, const Value& value, int64_t at_ms);
  void insert_entry(int db, uint64_t hash, Entry* fresh);
  void replace_entry(int db, const Slot& slot, uint64_t hash, Entry* fresh, bool keeps_root = false);
  void put_entry(int db, const Key& key, Entry* fresh);
  void remove_entry(int db, Slot slot, uint64_t hash, bool in_sweep = false, bool keeps_root = false);
  void watch_members(Table& home, uint64_t hash, Entry* entry, bool watched);
  Entry* build(const Key& key, const Value& value, int64_t at_ms, uint32_t access);
  Entry* clone(const Entry& source, const Key& key, int64_t at_ms, bool moves_root, uint32_t access);
  uint8_t* edit_new(int db, const Key& key, size_t new_size);
  uint8_t* edit_inline(int db, const Slot& slot, const Key& key, size_t new_size);
  uint8_t* edit_blob(int db, const Slot& slot, const Key& key, size_t new_size);
  bool transfer(int from_db, const Key& from, int to_db, const Key& to);

  // Databases, views, passes.
  TableArray* writable_tables();
  void release_array(TableArray* array);
  uint64_t detach_table(int db, size_t data_bytes);
  size_t structure_bytes(int db) const { return table_bytes(db) + index_bytes(db); }
  // Keys of all databases, and the bytes that they take beside the tables.
  struct DataTotals {
    uint64_t keys;
    size_t bytes;
    size_t share_of(uint64_t part) const;
  };
  DataTotals data_totals() const;
  void release_detached();
  void release_passed(View& view);
  size_t sweep(int db, int64_t deadline_us, bool* in_time);
  size_t sweep_members(int db, int64_t deadline_us, bool* in_time);
  size_t expire_members(int db, Entry* entry, int64_t deadline_us, bool in_time);

  struct DetachedTable {
    std::unique_ptr<Table> table;
    uint64_t epoch;
    size_t bytes;  // about what it takes; counted as retired until it is handed to the background thread
  };

  Heap heap_;
  Hasher hasher_;
  int64_t now_ms_ = 0;
  uint32_t access_clock_ = 0;
  AccessPolicy access_policy_;
  bool is_touching_ = true;
  bool keeps_time_ = true;  // touching an entry is nothing but setting the time
  // The last uses under an LFU policy, a ring: enough for the keys that a command looks at by turns.
  static constexpr uint32_t kUsesKept = 4;
  struct Use {
    const uint8_t* name;
    uint64_t hash;
  };
  Use uses_[kUsesKept];
  uint32_t use_count_ = 0;
  ExpiryMode expiry_mode_ = ExpiryMode::kRemove;
  ValueTypes types_{};
  TableArray* tables_ = nullptr;
  Table** table_list_ = nullptr;  // of tables_, one step nearer
  Reclaimer reclaimer_;
  ViewRegistry views_;
  TableContext context_;
  std::vector<DetachedTable> detached_;  // flushed, but visible to a view
  RemovalListener removal_listener_ = nullptr;
  void* removal_context_ = nullptr;
  MemberListener member_listener_ = nullptr;
  void* member_context_ = nullptr;
  CreationLog creations_;
  uint64_t expired_keys_ = 0;
  uint64_t expired_members_ = 0;
  uint64_t evicted_keys_ = 0;
  SplitMix64 random_;
  int sweep_db_ = 0;
  bool sweeps_members_ = false;  // what it is the turn of in sweep_db_
  int cron_db_ = 0;
};

}  // namespace redwing
