#include "keyspace/removal_log.h"

namespace redwing {

void RemovalLog::append(int db, ByteView key, Removal cause) {
  if (records_.size() + kRecordHeaderBytes + key.size > kBytesMax) {
    lost_++;
    return;
  }
  const auto number = static_cast<uint32_t>(db);
  const auto size = static_cast<uint32_t>(key.size);
  const auto byte = [](uint32_t word, int index) { return static_cast<uint8_t>(word >> (8 * index)); };
  const uint8_t header[kRecordHeaderBytes] = {
      byte(number, 0), byte(number, 1), static_cast<uint8_t>(cause), 0, byte(size, 0), byte(size, 1),
      byte(size, 2),   byte(size, 3)};
  records_.insert(records_.end(), header, header + kRecordHeaderBytes);
  records_.insert(records_.end(), key.data, key.data + key.size);
}

void RemovalLog::clear() {
  records_.clear();
  if (records_.capacity() > kKeptBytes) records_.shrink_to_fit();
  lost_ = 0;
}

}  // namespace redwing
