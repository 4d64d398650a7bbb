// Glob patterns over bytes, as KEYS, SCAN MATCH, PSUBSCRIBE and ACL key patterns use them.
//
// Grammar: '*' any run of bytes, '?' one byte, '[abc]' one byte of a class, '[^abc]' one byte not in it,
// '[a-z]' a range (its ends in either order), '\x' the byte x itself, inside a class too. A class that is
// never closed ends with the pattern; a backslash that ends the pattern is itself. Bytes of ranges compare as
// signed (0x80-0xff lie below 0), as Redis does on x86.
//
// An empty text matches the empty pattern only, not even "*": commands for which "*" means everything, empty
// names included (KEYS, SCAN), look for it before they come here. Inside a class, an escaped byte compares
// with its case even when case is ignored.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

/// A text that would match beyond this many runs of stars, one that ends the pattern not counted, does not
/// match.
inline constexpr size_t kGlobStarsMax = 1000;

/// Whether the whole of `text` matches the whole of `pattern`. `ignore_case` folds ASCII letters only. Pure;
/// any thread. Time O(pattern_size * text_size) at worst for any pattern (only the last star is ever
/// reconsidered), no memory, no recursion.
bool glob_match(const uint8_t* pattern, size_t pattern_size, const uint8_t* text, size_t text_size,
                bool ignore_case);

/// Whether `pattern` has no special byte ('*', '?', '[', '\'), so that it matches exactly itself. O(size).
bool glob_is_literal(const uint8_t* pattern, size_t pattern_size);

/// Length of the longest prefix of `pattern` without a special byte: every (case-sensitive) match starts with
/// these bytes. O(size).
size_t glob_literal_prefix(const uint8_t* pattern, size_t pattern_size);

}  // namespace redwing
