// The RDB format: a keyspace as a file, or one value as the payload of DUMP.
//
//   file     "REDIS", version in 4 digits | facts | libraries | database ... | kEndOfFile | CRC64, 8 bytes
//
//     fact        kFact, name, text
//     library     kFunction, source
//     database    kSelectDb, number; kResizeDb, keys, of them with expiry; then its keys
//     key         [kExpiryMs, unix time in ms, 8 bytes] [kIdle, seconds | kFrequency, 1 byte]
//                 type, key, value
//
//   payload  type, value | version, 2 bytes | CRC64, 8 bytes
//
//   The CRC is taken over everything before it; 0 stands for "none" in a file. Versions below 5 have none at
//   all. Numbers of a fixed width are little-endian, unless it is said otherwise.
//
// Lengths and small numbers
//   00 llllll                         6 bits
//   01 llllll  llllllll               14 bits, high ones first
//   0x80, 4 bytes                     32 bits, big-endian
//   0x81, 8 bytes                     64 bits, big-endian
//   11 nnnnnn                         no length, but a string in the special form n
//
// Strings
//   length, bytes
//   special 0, 1, 2                   the decimal text of an integer of 8, 16, 32 bits, which follows
//   special 3, packed, size, bytes    `packed` bytes of LZF, which become `size` (both are lengths)
//
// Values. A `block` is a string whose bytes are a structure; an `id` is 16 bytes: ms, seq, big-endian
//   kString            string
//   kList kSet         count, string ...
//   kSortedSet         count, then for each: string, double as text (see DoubleText)
//   kSortedSet2        count, then for each: string, double of 8 bytes
//   kHash              count, then for each: field string, value string
//   kHashZipmap        block: zipmap (Redis 2.4)
//   kListZiplist, kSortedSetZiplist, kHashZiplist     block: ziplist
//   kListQuicklist     count, then blocks: ziplists
//   kSetIntegers       block: collections/set/integer_set.h
//   kHashListpack, kSortedSetListpack, kSetListpack   block: types/listpack.h; of pairs, pairs, members
//   kListQuicklist2    count, then for each: container, block. kPackedNode: a listpack; kPlainNode: an
//                      element
//   kHashMetadata      least expiry (8 bytes, unix ms), count, then for each: 1 + expiry - least expiry as a
//                      length (0: none), field string, value string
//   kHashListpackEx    least expiry (8 bytes), block: listpack of triples field, value, expiry (unix ms, 0:
//                      none), in the order of their expiry, those without one last
//   kHashMetadataEarly kHashListpackExEarly           the same before a release: no least expiry, and the
//                      expiry of each field as a length (unix ms, 0: none)
//   kStream            blocks, then for each: id as a string, block (collections/stream/stream_block.h);
//                      length; last ms, last seq;
//        2 and 3:      first ms, first seq; greatest deleted ms, seq; entries ever added;
//                      groups, then for each
//                        name; last delivered ms, seq;
//        2 and 3:        entries read (2^64 - 1: not known)
//                        pending, then for each: id; time of delivery (8 bytes, ms); deliveries
//                        consumers, then for each
//                          name; seen (8 bytes, ms);
//        3:                active (8 bytes, ms; -1: never)
//                          pending, then for each: id
//   kModule kModule2   module id, then parts that say what they are (ModulePart)
//
// (Format: S. Sanfilippo, "Redis RDB Dump File Format", and what Redis 2.6 to 8.0 write and read.)
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing::rdb {

inline constexpr char kMagic[] = "REDIS";
inline constexpr size_t kMagicBytes = 5;
/// Magic and version.
inline constexpr size_t kHeaderBytes = 9;
inline constexpr size_t kChecksumBytes = 8;
/// Version and CRC behind a dumped value.
inline constexpr size_t kFooterBytes = 10;

/// What Redis 7.0 reads.
inline constexpr int kVersion = 10;
/// What Redis 7.4 reads: fields of hashes may expire.
inline constexpr int kVersionOfExpiringFields = 12;
/// The newest that is read.
inline constexpr int kVersionMax = 12;
/// The first with a CRC at the end.
inline constexpr int kVersionOfChecksums = 5;

/// What comes next in a file where it is no type of a value.
enum Opcode : uint8_t {
  kSlotInfo = 244,       // slot, keys, of them with expiry (lengths)
  kFunction = 245,       // a library
  kFunctionEarly = 246,  // one of a release candidate: refused
  kModuleAux = 247,      // module id, when, parts
  kIdle = 248,           // seconds since the key was used, a length
  kFrequency = 249,      // its LFU counter, a byte
  kFact = 250,
  kResizeDb = 251,
  kExpiryMs = 252,
  kExpirySeconds = 253,  // 4 bytes
  kSelectDb = 254,
  kEndOfFile = 255,
};

/// How a value is written.
enum Type : uint8_t {
  kString = 0,
  kList = 1,
  kSet = 2,
  kSortedSet = 3,
  kHash = 4,
  kSortedSet2 = 5,
  kModule = 6,
  kModule2 = 7,
  kHashZipmap = 9,
  kListZiplist = 10,
  kSetIntegers = 11,
  kSortedSetZiplist = 12,
  kHashZiplist = 13,
  kListQuicklist = 14,
  kStream = 15,
  kHashListpack = 16,
  kSortedSetListpack = 17,
  kListQuicklist2 = 18,
  kStream2 = 19,
  kSetListpack = 20,
  kStream3 = 21,
  kHashMetadataEarly = 22,
  kHashListpackExEarly = 23,
  kHashMetadata = 24,
  kHashListpackEx = 25,
};

/// The two top bits of a length's first byte, and what they leave room for.
inline constexpr uint8_t kSixBits = 0x00;
inline constexpr uint8_t kFourteenBits = 0x40;
inline constexpr uint8_t kSpecial = 0xC0;
inline constexpr uint8_t kLengthFormMask = 0xC0;
inline constexpr uint8_t kThirtyTwoBits = 0x80;
inline constexpr uint8_t kSixtyFourBits = 0x81;
inline constexpr uint64_t kSixBitsMax = (1 << 6) - 1;
inline constexpr uint64_t kFourteenBitsMax = (1 << 14) - 1;

/// Special forms of strings: the low bits of the first byte.
enum SpecialString : uint8_t { kInt8 = 0, kInt16 = 1, kInt32 = 2, kLzf = 3 };

/// What a node of a kListQuicklist2 is.
enum Container : uint8_t { kPlainNode = 1, kPackedNode = 2 };

/// The first byte of a double in kSortedSet: one of these, or the length of its text.
enum DoubleText : uint8_t { kNotANumber = 253, kInfinity = 254, kMinusInfinity = 255 };

/// What a part of a module's value is: a length in front of it.
enum ModulePart : uint8_t {
  kModuleEnd = 0,
  kModuleSigned = 1,    // a length
  kModuleUnsigned = 2,  // a length
  kModuleFloat = 3,     // 4 bytes
  kModuleDouble = 4,    // 8 bytes
  kModuleString = 5,
};

inline constexpr size_t kStreamIdBytes = 16;

}  // namespace redwing::rdb
