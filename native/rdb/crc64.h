// CRC64: the checksum at the end of RDB files and of dumped values.
//
// Polynomial 0xad93d23594c935a9 (D. Jones, "An improved 64-bit cyclic redundancy check for protein
// sequences", 2002), bits reflected on the way in and out, beginning with 0, nothing added at the end. Where
// the processor multiplies without carries, 128 bytes are folded into the next 128 (V. Gopal et al., "Fast
// CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", 2009); elsewhere eight bytes are
// taken at a time (M. Kounavis and F. Berry, "Novel table lookup-based algorithms for high-performance CRC
// generation", 2008).
//
// Pure; any thread. Cost: O(size), about a nanosecond for ten bytes, or for two.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

/// The checksum of what `crc` is the checksum of with these bytes behind it; begin with 0.
uint64_t crc64(uint64_t crc, const void* data, size_t size);
/// The same without the processor's help, for comparison.
uint64_t crc64_portable(uint64_t crc, const void* data, size_t size);

}  // namespace redwing
