// Dumped values of every type, put together byte by byte, for tests of what reads them. Formats:
// rdb/format.h, rdb/ziplist.h.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "rdb/crc64.h"
#include "rdb/format.h"
#include "types/listpack.h"

namespace redwing::test {

using Texts = std::vector<std::string>;

inline std::string little(uint64_t number, size_t bytes) {
  std::string out(bytes, '\0');
  for (size_t i = 0; i < bytes; i++) out[i] = static_cast<char>(number >> (8 * i));
  return out;
}
inline std::string big(uint64_t number) {
  std::string out = little(number, 8);
  return {out.rbegin(), out.rend()};
}
inline std::string byte(uint64_t number) { return little(number, 1); }
inline std::string real(double number) {
  uint64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return little(bits, 8);
}

/// A length in its shortest form.
inline std::string length(uint64_t number) {
  if (number < 64) return byte(number);
  if (number < 16384) return byte(0x40 | number >> 8) + byte(number);
  if (number > UINT32_MAX) return byte(rdb::kSixtyFourBits) + big(number);
  return byte(rdb::kThirtyTwoBits) + big(number).substr(4);
}
inline std::string text(const std::string& bytes) { return length(bytes.size()) + bytes; }
/// A count and so many texts; `behind` follows each.
inline std::string texts(const Texts& all, size_t each = 1) {
  std::string out = length(all.size() / each);
  for (const std::string& one : all) out += text(one);
  return out;
}

inline std::string listpack_of(const Texts& all) {
  size_t bytes = listpack::kEmptyBytes;
  for (const std::string& one : all) bytes += one.size() + 16;
  std::string block(bytes, '\0');
  auto* data = reinterpret_cast<uint8_t*>(block.data());
  listpack::init(data);
  for (const std::string& one : all)
    listpack::insert(data, listpack::end(data), {reinterpret_cast<const uint8_t*>(one.data()), one.size()});
  block.resize(listpack::bytes(data));
  return block;
}

/// Entries of a ziplist as they are encoded, without what says how long the one before is.
inline std::string ziplist_of_entries(const Texts& entries) {
  std::string body;
  size_t before = 0, last = 10;
  for (const std::string& entry : entries) {
    last = 10 + body.size();
    const std::string back = before < 254 ? byte(before) : byte(254) + little(before, 4);
    before = back.size() + entry.size();
    body += back + entry;
  }
  return little(body.size() + 11, 4) + little(last, 4) + little(entries.size(), 2) + body + "\xff";
}
inline std::string ziplist_string(const std::string& one) {
  if (one.size() < 64) return byte(one.size()) + one;
  if (one.size() < 16384) return byte(0x40 | one.size() >> 8) + byte(one.size()) + one;
  return byte(0x80) + big(one.size()).substr(4) + one;
}
inline std::string ziplist_of(const Texts& all) {
  Texts entries;
  for (const std::string& one : all) entries.push_back(ziplist_string(one));
  return ziplist_of_entries(entries);
}

inline std::string zipmap_of(const Texts& pairs) {
  std::string out = byte(pairs.size() / 2);
  for (size_t i = 0; i < pairs.size(); i++) {
    const std::string& one = pairs[i];
    out += one.size() < 254 ? byte(one.size()) : byte(254) + little(one.size(), 4);
    if (i % 2 == 1) out += byte(2);
    out += one;
    if (i % 2 == 1) out += "??";
  }
  return out + "\xff";
}

inline std::string integers_of(size_t width, const std::vector<int64_t>& all) {
  std::string out = little(width, 4) + little(all.size(), 4);
  for (int64_t one : all) out += little(static_cast<uint64_t>(one), width);
  return out;
}

/// A stream of three entries, one of them deleted, with a group of two consumers; `version`: 1, 2, 3.
inline std::string stream_of(int version) {
  const std::string id = big(5) + big(1);
  const std::string node = listpack_of({"2", "1", "1", "f",    "0",  // counts, master's fields
                                        "2", "0", "0", "v1",   "4",  // 5-1
                                        "3", "1", "0", "gone", "4",  // 6-1, deleted
                                        "0", "4", "2", "2",    "a", "1", "b", "2", "8"});  // 9-3
  std::string out = length(1) + text(id) + text(node);
  out += length(2) + length(9) + length(3);
  if (version > 1) out += length(5) + length(1) + length(6) + length(1) + length(3);
  const std::string when = little(1700000000000, 8);
  out += length(1) + text("group") + length(9) + length(3);
  if (version > 1) out += length(3);
  out += length(2) + id + when + length(1) + big(9) + big(3) + when + length(7);
  out += length(2);
  for (const auto& [name, owned] : {std::pair{"c1", id}, std::pair{"c2", big(9) + big(3)}}) {
    out += text(name) + when;
    if (version > 2) out += when;
    out += length(1) + owned;
  }
  return out;
}

/// Version and checksum behind a value.
inline std::string payload(const std::string& value) {
  const std::string whole = value + little(rdb::kVersionMax, 2);
  return whole + little(crc64(0, whole.data(), whole.size()), 8);
}

/// A value of every type and encoding, the number of its type in front.
inline std::vector<std::string> values_of_every_type() {
  using namespace std::string_literals;
  const std::string longer(300, 'x'), far(70, 'k');
  const std::string soon = little(1900000000000, 8);
  const auto typed = [](rdb::Type type, const std::string& body) { return byte(type) + body; };
  std::vector<std::string> all = {
      typed(rdb::kString, text("plain")),
      typed(rdb::kString, text(std::string(5000, 'y'))),
      typed(rdb::kString, "\xc0\x85"s),
      typed(rdb::kString, "\xc1\x85\x12"s),
      typed(rdb::kString, "\xc2\x85\x12\x00\x80"s),
      // "aaaaaaaaaa": one byte as it is, and a copy of nine from one back.
      typed(rdb::kString, "\xc3\x05\x0a\x00"s + "a\xe0\x00\x00"s),
      typed(rdb::kList, texts({"a", "12", "", longer})),
      typed(rdb::kSet, texts({"a", "b", "17"})),
      typed(rdb::kSet, texts({"1", "-2", "300000"})),
      typed(rdb::kSet, texts({far, far + "1"})),
      typed(rdb::kHash, texts({"f", "v", "g", "17"}, 2)),
      typed(rdb::kHash, texts({"f", longer}, 2)),
      typed(rdb::kHashZipmap, text(zipmap_of({"f", "v", "g", longer}))),
      typed(rdb::kListZiplist, text(ziplist_of({"a", "12", longer, ""}))),
      typed(rdb::kListZiplist,
            text(ziplist_of_entries({"\xc0\x01\x80"s, "\xd0\x01\x02\x03\x80"s,
                                     "\xe0\x01\x02\x03\x04\x05\x06\x07\x80"s, "\xf0\x01\x02\x80"s,
                                     "\xfe\x80"s, "\xf1"s, "\xfd"s}))),
      typed(rdb::kSetIntegers, text(integers_of(2, {-5, 1, 700}))),
      typed(rdb::kSetIntegers, text(integers_of(8, {INT64_MIN, 0, INT64_MAX}))),
      typed(rdb::kSortedSetZiplist, text(ziplist_of({"a", "1", "b", "2.5"}))),
      typed(rdb::kHashZiplist, text(ziplist_of({"f", "v", "g", "1"}))),
      typed(rdb::kListQuicklist, length(2) + text(ziplist_of({"a", "b"})) + text(ziplist_of({"c"}))),
      typed(rdb::kStream, stream_of(1)),
      typed(rdb::kStream2, stream_of(2)),
      typed(rdb::kStream3, stream_of(3)),
      typed(rdb::kHashListpack, text(listpack_of({"f", "v", "g", "1"}))),
      typed(rdb::kHashListpack, text(listpack_of({"f", longer}))),
      typed(rdb::kSortedSetListpack, text(listpack_of({"a", "1", "b", "2"}))),
      typed(rdb::kSortedSetListpack, text(listpack_of({"b", "2.5", "a", "-1"}))),
      typed(rdb::kSetListpack, text(listpack_of({"a", "1", "b"}))),
      typed(rdb::kListQuicklist2,
            length(2) + length(2) + text(listpack_of({"a", "1"})) + length(1) + text(longer)),
      typed(rdb::kListQuicklist2, length(1) + length(2) + text(listpack_of({"a", "1"}))),
      typed(rdb::kHashMetadataEarly,
            length(2) + length(1900000000000) + text("f") + text("v") + length(0) + text("g") + text("w")),
      typed(rdb::kHashMetadata,
            soon + length(2) + length(1) + text("f") + text("v") + length(0) + text("g") + text("w")),
      typed(rdb::kHashListpackExEarly, text(listpack_of({"f", "v", "1900000000000", "g", "w", "0"}))),
      typed(rdb::kHashListpackEx, soon + text(listpack_of({"f", "v", "1900000000000", "g", "w", "0"}))),
  };
  std::string text_scores = length(4), scores = length(3);
  text_scores += text("a") + byte(3) + "1.5" + text("b") + byte(254) + text("c") + byte(255) + text("d") +
                 byte(2) + "-7";
  for (double score : {-1.5, 0.0, 1e300}) scores += text("m" + std::to_string(score)) + real(score);
  all.push_back(typed(rdb::kSortedSet, text_scores));
  all.push_back(typed(rdb::kSortedSet2, scores));
  return all;
}

/// A file of values of every type, under keys that are numbers, with everything that may stand beside them.
inline std::string file_of_every_type() {
  std::string out = "REDIS0012";
  out += byte(rdb::kFact) + text("redis-ver") + text("7.4.0") + byte(rdb::kFunction) + text("#!lua name=x");
  out += byte(rdb::kModuleAux) + length(77) + length(2) + length(1) + length(1) + length(3) + length(5) +
         text("s") + length(4) + real(1) + length(0);
  int i = 0;
  for (const std::string& value : values_of_every_type()) {
    if (i % 10 == 0)
      out += byte(rdb::kSelectDb) + length(i / 10) + byte(rdb::kResizeDb) + length(10) + length(1) +
             byte(rdb::kSlotInfo) + length(1) + length(2) + length(0);
    if (i % 4 == 1) out += byte(rdb::kExpiryMs) + little(1900000000000, 8);
    if (i % 4 == 2) out += byte(rdb::kExpirySeconds) + little(1900000000, 4) + byte(rdb::kIdle) + length(100);
    if (i % 4 == 3) out += byte(rdb::kFrequency) + byte(7);
    out += value.substr(0, 1) + text("key" + std::to_string(i++)) + value.substr(1);
  }
  out += byte(rdb::kEndOfFile);
  return out + little(crc64(0, out.data(), out.size()), 8);
}

}  // namespace redwing::test
