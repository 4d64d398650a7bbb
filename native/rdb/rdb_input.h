// RdbInput: the bytes of an RDB file or of a dumped value, read in order and never beyond their end.
//
//   file    | read already | buffered ............ | not yet ...                    | end
//                          at_                 end_                                 total
//
// Terms
//   text      a string of the format as it is meant: written out as bytes, as an integer or compressed.
//   offset    how many bytes were taken from the beginning.
//   left      how many there are still. Every length is compared with it before anything is allocated.
//   longest   how long a text may be at most, as it is meant: few compressed bytes may say that they are
//   many.
//             That, too, is compared before anything is allocated, and memory that is not there is a failure.
//
// Failing. The first thing that goes wrong is kept with its offset, and all that is taken afterwards is
// refused: so a decoder may ask a few things in a row and look once.
//
// Views of texts lie in the buffer (or in the memory that is read) and hold until the next take; a text that
// is taken as kept holds as long as its RdbText is not used again.
//
// The checksum runs over what was taken; it is brought up to date where bytes leave the buffer.
//
// Thread: one at a time. Cost: O(bytes), one copy from the file into the buffer, none from memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include "memory/byte_view.h"
#include "memory/scratch_bytes.h"
#include "types/number.h"

namespace redwing {

/// Most bytes of a text: what the store's own forms can count in 32 bits.
inline constexpr uint64_t kTextBytesMax = (uint64_t{1} << 32) - 65536;

/// A text with the room that it may need.
struct RdbText {
  ByteView view{nullptr, 0};
  ScratchBytes room;
};

class RdbInput {
 public:
  /// Reads memory, which must stay.
  explicit RdbInput(ByteView memory);
  /// Reads a file from where it stands; `size` is how many bytes it has from there.
  RdbInput(std::FILE* file, uint64_t size);
  RdbInput(const RdbInput&) = delete;
  RdbInput& operator=(const RdbInput&) = delete;

  /// No text may be longer from now on; at first, and at most, kTextBytesMax.
  void set_longest_text(uint64_t bytes) { longest_text_ = bytes < kTextBytesMax ? bytes : kTextBytesMax; }

  uint64_t offset() const { return base_ + static_cast<uint64_t>(at_ - begin_); }
  uint64_t left() const { return total_ - offset(); }
  /// CRC-64 of all that was taken.
  uint64_t checksum();

  /// Refuses what is read; keeps the first reason. Always false.
  bool fail(const char* reason);
  bool failed() const { return error_ != nullptr; }
  /// nullptr if nothing failed.
  const char* error() const { return error_; }
  uint64_t error_offset() const { return error_offset_; }

  // -- Plain bytes. All return 0, or false, once something failed. --

  uint8_t take_byte() { return ensure(1) ? *at_++ : 0; }
  uint16_t take_u16() { return take_number<uint16_t>(); }
  uint32_t take_u32() { return take_number<uint32_t>(); }
  uint64_t take_u64() { return take_number<uint64_t>(); }
  double take_double() { return take_number<double>(); }
  /// Copies `size` bytes to `out`, past the buffer if they are many.
  bool take_bytes(uint8_t* out, size_t size);
  /// `size` bytes where they lie, until the next take.
  bool take_view(uint64_t size, ByteView* view);
  bool skip(uint64_t size);

  // -- Of the format. --

  /// A length; `*encoding` is set where it is none but the number of an encoding of texts (and may be nullptr
  /// where that is not allowed).
  uint64_t take_length(uint8_t* encoding);
  uint64_t take_length() { return take_length(nullptr); }
  /// A number of things that take at least `bytes_each` bytes; it fails if there cannot be as many.
  uint64_t take_count(uint64_t bytes_each);
  /// A text, until the next take; of at most `longest` bytes, if that is less than what texts may have.
  bool take_text(RdbText* text, uint64_t longest = kTextBytesMax) { return take_text(text, longest, false); }
  /// A text that holds longer.
  bool take_kept_text(RdbText* text, uint64_t longest = kTextBytesMax) {
    return take_text(text, longest, is_file());
  }
  bool skip_text();

  /// What comes next of a string that may be too large to be copied about: `is_plain` says that `length`
  /// bytes follow to be taken with take_bytes; otherwise it was taken into `text` as a whole.
  struct LargeText {
    bool is_plain = false;
    bool is_integer = false;
    uint64_t length = 0;
    int64_t integer = 0;
  };
  bool take_large_text(RdbText* text, LargeText* large);

  // -- What is in the buffer, for a reader that knows how to take it from there. --

  const uint8_t* buffered() const { return at_; }
  const uint8_t* buffered_end() const { return end_; }
  /// Says that it was taken up to there.
  void take_up_to(const uint8_t* to) { at_ = to; }
  /// Tries to have `size` bytes buffered; false if there are not as many, which is no failure.
  bool buffer(size_t size) {
    return static_cast<size_t>(end_ - at_) >= size || (size <= left() && ensure(size));
  }

 private:
  bool is_file() const { return file_ != nullptr; }
  bool ensure(size_t size) {
    if (static_cast<size_t>(end_ - at_) >= size) [[likely]]
      return error_ == nullptr;
    return refill(size);
  }
  template <typename Number>
  Number take_number() {
    Number number{};
    if (!ensure(sizeof number)) return number;
    __builtin_memcpy(&number, at_, sizeof number);
    at_ += sizeof number;
    return number;
  }
  bool refill(size_t size);
  bool read_file(uint8_t* out, size_t size);
  void settle_checksum();
  bool take_text(RdbText* text, uint64_t longest, bool copies);
  bool take_plain(RdbText* text, uint64_t length, bool copies);
  bool may_be_so_long(uint64_t length, uint64_t longest);
  bool take_integer(uint8_t encoding, int64_t* value);
  bool take_compressed(RdbText* text, uint64_t longest);

  std::FILE* file_ = nullptr;  // nullptr: all is in the buffer
  uint64_t total_;             // bytes that there are
  uint64_t base_ = 0;          // offset of begin_
  const uint8_t* begin_;       // of the buffer
  const uint8_t* at_;          // what is taken next
  const uint8_t* end_;         // of what is buffered
  const uint8_t* summed_;      // up to where the checksum goes
  uint64_t checksum_ = 0;
  size_t capacity_ = 0;
  ScratchBytes buffer_;
  uint8_t* room_ = nullptr;  // in it
  uint64_t longest_text_ = kTextBytesMax;
  const char* error_ = nullptr;
  uint64_t error_offset_ = 0;
};

}  // namespace redwing
