#include "collections/stream/stream_id.h"

#include <charconv>
#include <cstring>

namespace redwing {

namespace {

bool is_blank(uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// An unsigned number. Redis reads a signed one first, which it refuses if it is negative, and leaves
// everything that is not canonical to strtoull, where a negative number wraps around.
bool parse_number(const uint8_t* at, const uint8_t* end, uint64_t* value) {
  const uint8_t* start = at;
  while (at < end && is_blank(*at)) at++;
  const bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+')) at++;
  if (at == end) return false;
  uint64_t sum = 0;
  const uint8_t* first_digit = at;
  for (; at < end; at++) {
    const uint64_t digit = static_cast<uint64_t>(*at) - '0';
    if (digit > 9 || sum > (UINT64_MAX - digit) / 10) return false;
    sum = sum * 10 + digit;
  }
  const bool canonical = first_digit == start + 1 && *first_digit != '0';
  if (negative && canonical && sum <= uint64_t{1} << 63) return false;
  *value = negative ? uint64_t{0} - sum : sum;
  return true;
}

}  // namespace

size_t format_stream_id(StreamId id, uint8_t* out) {
  auto* text = reinterpret_cast<char*>(out);
  char* at = std::to_chars(text, text + 20, id.ms).ptr;
  *at++ = '-';
  return static_cast<size_t>(std::to_chars(at, at + 20, id.seq).ptr - text);
}

bool parse_stream_id(ByteView text, const StreamIdSyntax& syntax, StreamId* id, bool* open) {
  constexpr size_t kTextMax = 127;
  if (open != nullptr) *open = false;
  if (text.size > kTextMax) return false;
  const uint8_t* at = text.data;
  const uint8_t* end = at;
  while (end < at + text.size && *end != 0) end++;
  if (text.size == 1 && (*at == '-' || *at == '+')) {
    if (!syntax.extremes) return false;
    *id = *at == '-' ? StreamId::min() : StreamId::max();
    return true;
  }
  const uint8_t* dash = at;
  while (dash < end && *dash != '-') dash++;
  StreamId result{0, syntax.missing_seq};
  if (!parse_number(at, dash, &result.ms)) return false;
  if (dash < end) {
    if (syntax.any_sequence && end - dash == 2 && dash[1] == '*') {
      result.seq = 0;
      *open = true;
    } else if (!parse_number(dash + 1, end, &result.seq)) {
      return false;
    }
  }
  *id = result;
  return true;
}

}  // namespace redwing
