// Operations on HyperLogLogs: strings whose bytes are what types/hyperloglog.h says.
//
// Statuses: kStatusWrongType (no string), kStatusInvalid (a string, but no HyperLogLog), kStatusCorrupt (its
// registers do not add up). A value is edited only when it changes, so that adding what is known copies
// nothing under a view.
#include "types/hyperloglog.h"

#include <string>

#include "binding/operation.h"

namespace redwing {
namespace {

// A stored string as the buffer that HyperLogLogs are written through.
class StoredHll final : public HllBuffer {
 public:
  StoredHll(Engine& engine, const Key& key) : engine_(engine), key_(key) {}
  // Opens the value for writing, `size` bytes long.
  void resize(size_t size) override {
    data_ = engine_.keyspace.edit_string(engine_.db(), key_, size);
    size_ = size;
  }
  uint8_t* data() override { return data_; }
  size_t size() const override { return size_; }

 private:
  Engine& engine_;
  const Key key_;
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// 0 absent, 1 a HyperLogLog, or a status.
int32_t check_hll(const Entry* entry) {
  if (entry == nullptr) return 0;
  if (!entry->is_string()) return kStatusWrongType;
  if (entry->is_int()) return kStatusInvalid;
  const ByteView bytes = entry->string();
  return hll_validate(bytes.data, bytes.size) == HllStatus::kOk ? 1 : kStatusInvalid;
}

bool is_raw(const Entry& entry) { return entry.encoding() == static_cast<uint8_t>(StringEncoding::kRaw); }

// The bytes of a HyperLogLog, made a raw string first: what commands that may write leave behind, whatever
// they find.
ByteView raw_bytes(Engine& e, const Key& key, const Entry& entry) {
  const ByteView bytes = entry.string();
  return is_raw(entry) ? bytes : ByteView{e.keyspace.edit_string(e.db(), key, bytes.size), bytes.size};
}

// How many of the first elements leave a HyperLogLog as it is; kStatusCorrupt.
int32_t count_known(const Engine& e, ByteView hll, int32_t first, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    const Bytes element = e.arenas.argument(first + i);
    const HllAddResult result = hll_add_test(hll.data, hll.size, element.data, element.size);
    if (result == HllAddResult::kCorrupt) return kStatusCorrupt;
    if (result == HllAddResult::kChanged) return i;
  }
  return count;
}

// addToHll(key, first element, count, sparseBytesMax): 1 it changed or was created, 0 it did not, or a
// status. Affected: how many elements changed it, and one more if it was created.
int32_t add_to_hll(Engine& e, const int32_t (&a)[4]) {
  const int32_t first = a[1], count = a[2];
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  const int32_t found = check_hll(entry);
  if (found < 0) return found;
  StoredHll hll(e, key);
  int32_t known = 0;
  e.set_affected(0);
  if (found == 0) {
    hll_create(&hll);
    hll_mark_count_stale(hll.data());
  } else {
    const ByteView bytes = raw_bytes(e, key, *entry);
    known = count_known(e, bytes, first, count);
    if (known < 0 || known == count) return known < 0 ? known : 0;
    hll.resize(bytes.size);
  }
  int32_t changed = found == 0;
  for (int32_t i = known; i < count; i++) {
    const Bytes element = e.arenas.argument(first + i);
    const HllAddResult result = hll_add(&hll, element.data, element.size, static_cast<size_t>(a[3]));
    if (result == HllAddResult::kCorrupt) return kStatusCorrupt;
    changed += result == HllAddResult::kChanged;
  }
  e.set_affected(changed);
  return changed > 0;
}

int32_t count_union(Engine& e, int32_t first, int32_t count) {
  HllRegisters registers;
  hll_clear_registers(&registers);
  for (int32_t i = 0; i < count; i++) {
    Entry* entry = e.read(e.key(first + i));
    const int32_t found = check_hll(entry);
    if (found < 0) return found;
    if (found == 0) continue;
    const ByteView bytes = entry->string();
    if (hll_merge_into(&registers, bytes.data, bytes.size) != HllStatus::kOk) return kStatusCorrupt;
  }
  e.arenas.write_integer(static_cast<int64_t>(hll_count_registers(registers)));
  return 0;
}

// countHll(first, count): writes the estimate for one key, which it then remembers in the value, or for the
// union of several. 0 or a status.
int32_t count_hll(Engine& e, const int32_t (&a)[2]) {
  if (a[1] > 1) return count_union(e, a[0], a[1]);
  Key key = e.key(a[0]);
  Entry* entry = e.read(key);
  const int32_t found = check_hll(entry);
  if (found < 0) return found;
  uint64_t estimate = 0;
  e.set_affected(false);
  if (found == 1) {
    const ByteView bytes = raw_bytes(e, key, *entry);
    if (!hll_cached_count(bytes.data, &estimate)) {
      if (hll_count(bytes.data, bytes.size, &estimate) != HllStatus::kOk) return kStatusCorrupt;
      StoredHll hll(e, key);
      hll.resize(bytes.size);
      hll_store_cached_count(hll.data(), estimate);
      e.set_affected(true);
    }
  }
  e.arenas.write_integer(static_cast<int64_t>(estimate));
  return 0;
}

// mergeHlls(first, count, sparseBytesMax): the union of all keys into the first, which is created if it is
// absent. 0 or a status; nothing was changed unless it is kStatusCorrupt.
int32_t merge_hlls(Engine& e, const int32_t (&a)[3]) {
  HllRegisters registers;
  hll_clear_registers(&registers);
  bool make_dense = false;
  for (int32_t i = 0; i < a[1]; i++) {
    Entry* entry = e.read(e.key(a[0] + i));
    const int32_t found = check_hll(entry);
    if (found < 0) return found;
    if (found == 0) continue;
    const ByteView bytes = entry->string();
    make_dense = make_dense || hll_is_dense(bytes.data);
    if (hll_merge_into(&registers, bytes.data, bytes.size) != HllStatus::kOk) return kStatusCorrupt;
  }
  Key key = e.key(a[0]);
  e.keyspace.begin_use();  // reading it was one, writing it is another
  Entry* destination = e.find(key);
  StoredHll hll(e, key);
  if (destination == nullptr)
    hll_create(&hll);
  else
    hll.resize(destination->string().size);
  const HllStatus status = hll_store_registers(&hll, registers, make_dense, static_cast<size_t>(a[2]));
  return status == HllStatus::kOk ? 0 : kStatusCorrupt;
}

// ---- looking inside ----

// openHll(key): 1 sparse, 0 dense, kStatusNoKey or a status.
int32_t open_hll(Engine& e, const int32_t (&a)[1]) {
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  const int32_t found = check_hll(entry);
  if (found <= 0) return found == 0 ? kStatusNoKey : found;
  return hll_is_dense(raw_bytes(e, key, *entry).data) ? 0 : 1;
}

// makeHllDense(key): 0 or kStatusCorrupt. The key holds a HyperLogLog.
int32_t make_hll_dense(Engine& e, const int32_t (&a)[1]) {
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  RW_ASSERT(check_hll(entry) == 1, "a HyperLogLog, as opened");
  StoredHll hll(e, key);
  hll.resize(entry->string().size);
  return hll_to_dense(&hll) == HllStatus::kOk ? 0 : kStatusCorrupt;
}

// writeHllRegisters(key): writes an array of all registers; 0 or kStatusCorrupt. The key holds a HyperLogLog.
int32_t write_hll_registers(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.find(e.key(a[0]));
  RW_ASSERT(check_hll(entry) == 1, "a HyperLogLog, as opened");
  const ByteView bytes = entry->string();
  HllRegisters registers;
  hll_clear_registers(&registers);
  if (hll_merge_into(&registers, bytes.data, bytes.size) != HllStatus::kOk) return kStatusCorrupt;
  e.arenas.write_array_header(kHllRegisters);
  for (const uint8_t value : registers.value) e.arenas.write_integer(value);
  return 0;
}

// writeHllCodes(key): writes the codes of a sparse HyperLogLog, spelt out, as a bulk; 0 or kStatusCorrupt.
int32_t write_hll_codes(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.find(e.key(a[0]));
  RW_ASSERT(check_hll(entry) == 1, "a HyperLogLog, as opened");
  const ByteView bytes = entry->string();
  std::string text;
  if (hll_decode(bytes.data, bytes.size, &text) != HllStatus::kOk) return kStatusCorrupt;
  e.arenas.write_bulk(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return 0;
}

// testHll(elements): 1 if the implementation agrees with itself and estimates well up to so many distinct
// elements.
int32_t test_hll(Engine&, const int32_t (&a)[1]) {
  return hll_self_test(static_cast<uint32_t>(a[0])) == nullptr;
}

constexpr Operation kOperations[] = {
    operation<&add_to_hll>("addToHll"),           operation<&count_hll>("countHll"),
    operation<&merge_hlls>("mergeHlls"),          operation<&open_hll>("openHll"),
    operation<&make_hll_dense>("makeHllDense"),   operation<&write_hll_registers>("writeHllRegisters"),
    operation<&write_hll_codes>("writeHllCodes"), operation<&test_hll>("testHll"),
};

}  // namespace

std::span<const Operation> hyperloglog_operations() { return kOperations; }

}  // namespace redwing
