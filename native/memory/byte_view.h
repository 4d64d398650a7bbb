// ByteView: a run of bytes that somebody else owns.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

/// A read-only run of bytes; valid as long as what owns them says.
struct ByteView {
  const uint8_t* data;
  size_t size;
};

}  // namespace redwing
