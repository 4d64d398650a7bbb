// SHA-1: the 160-bit fingerprint of some bytes.
//
// Source: FIPS 180-4, "Secure Hash Standard", sections 5.1.1, 5.2.1, 5.3.1 and 6.1. It is here because the
// digests of data that clients compare are made of it; it protects nothing, and must not be used to.
//
// Pure, and may be called from any thread. Cost: O(size), about 64 bytes in 200 ns; nothing is allocated.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "memory/byte_view.h"

namespace redwing {

inline constexpr size_t kSha1Bytes = 20;
using Sha1Hash = std::array<uint8_t, kSha1Bytes>;

/// The hash of any number of bytes.
Sha1Hash sha1(ByteView bytes);

}  // namespace redwing
