// BulkList: texts as bulk strings of RESP, one behind the other, and where each ends: gathered by one
// operation to be copied by another.
//
// What few commands gather once may be large; so memory is given back when more than kKeptBytes of it are no
// longer needed.
//
// Cost: a copy of each byte, amortised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "memory/byte_view.h"
#include "types/number.h"

namespace redwing {

class BulkList {
 public:
  /// More memory than this does not stay when the list is cleared.
  static constexpr size_t kKeptBytes = size_t{1} << 20;

  size_t size() const { return ends_.size(); }
  /// Bytes of memory that it holds.
  size_t capacity_bytes() const { return bytes_.capacity() + ends_.capacity() * sizeof(size_t); }

  void add(ByteView text) {
    uint8_t digits[kInt64TextMax];
    const size_t size = format_int64(static_cast<int64_t>(text.size), digits);
    bytes_ += '$';
    bytes_.append(reinterpret_cast<const char*>(digits), size);
    bytes_ += "\r\n";
    if (text.size != 0) bytes_.append(reinterpret_cast<const char*>(text.data), text.size);
    bytes_ += "\r\n";
    ends_.push_back(bytes_.size());
  }
  /// `count` of them from `first` on, as they are written; valid until the list changes.
  std::string_view bulks(size_t first, size_t count) const {
    const size_t from = end_of(first), to = end_of(first + count);
    return {bytes_.data() + from, to - from};
  }
  std::string_view bulks() const { return bytes_; }
  void clear() {
    if (capacity_bytes() > kKeptBytes) {
      // Assigning an empty string would leave the memory where it is.
      std::string().swap(bytes_);
      std::vector<size_t>().swap(ends_);
    } else {
      bytes_.clear();
      ends_.clear();
    }
  }

 private:
  // Where so many of them end.
  size_t end_of(size_t count) const { return count == 0 ? 0 : ends_[count - 1]; }

  std::string bytes_;
  std::vector<size_t> ends_;
};

}  // namespace redwing
