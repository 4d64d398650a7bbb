// ScratchBytes: memory for bytes that are made, used and forgotten, again and again.
//
// It is asked for with sizes that come from outside, so that there may be none is an answer and no end of the
// process.
//
// Thread: one at a time. Cost: an allocation when more is wanted than before, or when much was wanted before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace redwing {

class ScratchBytes {
 public:
  /// More than so much is given back at the next use.
  static constexpr size_t kKeptBytes = size_t{1} << 20;

  /// At least so many bytes, uninitialised (of none, too, there is an address); what was in it is lost.
  /// nullptr if the system has not as many.
  uint8_t* of(size_t size) {
    if (bytes_ == nullptr || size > capacity_ || capacity_ > kKeptBytes) {
      // Before, so that the two are never there together.
      bytes_.reset();
      bytes_.reset(new (std::nothrow) uint8_t[size]);
      capacity_ = bytes_ == nullptr ? 0 : size;
    }
    return bytes_.get();
  }

 private:
  std::unique_ptr<uint8_t[]> bytes_;
  size_t capacity_ = 0;
};

}  // namespace redwing
