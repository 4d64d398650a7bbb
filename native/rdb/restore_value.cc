#include <cstring>

#include "rdb/crc64.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"
#include "rdb/value_codec.h"

namespace redwing {

namespace {

// Whether the version and the checksum behind the value are right.
bool check_footer(ByteView payload) {
  if (payload.size < rdb::kFooterBytes) return false;
  const uint8_t* footer = payload.data + payload.size - rdb::kFooterBytes;
  uint16_t version;
  uint64_t checksum;
  std::memcpy(&version, footer, sizeof version);
  std::memcpy(&checksum, footer + sizeof version, sizeof checksum);
  return version <= rdb::kVersionMax &&
         checksum == crc64(0, payload.data, payload.size - rdb::kChecksumBytes);
}

}  // namespace

RestoreResult restore_value(Keyspace* keyspace, int db, const Key& key, const DumpedValue& dumped,
                            Expiry expiry, const CollectionLimits& limits, Entry** entry) {
  const ByteView payload = dumped.payload;
  if (!check_footer(payload)) return RestoreResult::kBadChecksum;
  RdbInput input({payload.data, payload.size - rdb::kFooterBytes});
  input.set_longest_text(dumped.longest_text);
  const uint8_t type = input.take_byte();
  const Decoded decoded = decode_value(&input, type, {keyspace, db, key, expiry}, limits, entry);
  return decoded == Decoded::kValue ? RestoreResult::kOk : RestoreResult::kBadValue;
}

}  // namespace redwing
