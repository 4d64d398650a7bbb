// Comparing the nine tags of a bucket at once: SSE2, NEON, or words of eight bytes.
//
// Both functions read the 16 bytes from the start of a bucket, of which the first nine are tags, and return a
// mask with bit i for tag i.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define RW_TAGS_SSE2 1
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define RW_TAGS_NEON 1
#endif

#include "memory/platform.h"

namespace redwing {

constexpr uint32_t kTagMask = 0x1FF;

#if defined(RW_TAGS_SSE2)

/// Tags equal to `tag`.
RW_INLINE uint32_t match_tag(const uint8_t* bucket, uint8_t tag) {
  __m128i tags = _mm_load_si128(reinterpret_cast<const __m128i*>(bucket));
  __m128i equal = _mm_cmpeq_epi8(tags, _mm_set1_epi8(static_cast<char>(tag)));
  return static_cast<uint32_t>(_mm_movemask_epi8(equal)) & kTagMask;
}

/// Tags in [low, high], low <= high.
RW_INLINE uint32_t match_tag_range(const uint8_t* bucket, uint8_t low, uint8_t high) {
  __m128i tags = _mm_load_si128(reinterpret_cast<const __m128i*>(bucket));
  __m128i clamped = _mm_max_epu8(tags, _mm_set1_epi8(static_cast<char>(low)));
  clamped = _mm_min_epu8(clamped, _mm_set1_epi8(static_cast<char>(high)));
  return static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(clamped, tags))) & kTagMask;
}

#elif defined(RW_TAGS_NEON)

RW_INLINE uint32_t tag_bits(uint8x16_t hits) {
  const uint8x8_t weights = {1, 2, 4, 8, 16, 32, 64, 128};
  uint32_t low = vaddv_u8(vand_u8(vget_low_u8(hits), weights));
  return low | static_cast<uint32_t>(vgetq_lane_u8(hits, 8) & 1) << 8;
}

RW_INLINE uint32_t match_tag(const uint8_t* bucket, uint8_t tag) {
  return tag_bits(vceqq_u8(vld1q_u8(bucket), vdupq_n_u8(tag)));
}

RW_INLINE uint32_t match_tag_range(const uint8_t* bucket, uint8_t low, uint8_t high) {
  uint8x16_t tags = vld1q_u8(bucket);
  return tag_bits(vandq_u8(vcgeq_u8(tags, vdupq_n_u8(low)), vcleq_u8(tags, vdupq_n_u8(high))));
}

#else

RW_INLINE uint32_t match_tag(const uint8_t* bucket, uint8_t tag) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 9; i++) mask |= static_cast<uint32_t>(bucket[i] == tag) << i;
  return mask;
}

RW_INLINE uint32_t match_tag_range(const uint8_t* bucket, uint8_t low, uint8_t high) {
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 9; i++) mask |= static_cast<uint32_t>(bucket[i] >= low && bucket[i] <= high) << i;
  return mask;
}

#endif

}  // namespace redwing
