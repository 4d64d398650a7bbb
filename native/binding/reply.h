// Writers of replies for which Arenas and ChunkedReply (`Out`) have no word of their own.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>

#include "types/double.h"
#include "types/listpack.h"

namespace redwing {

/// A header of any kind: its letter and a count.
template <typename Out>
void write_typed_header(Out& out, char type, size_t count) {
  char header[24] = {type};
  char* end = std::to_chars(header + 1, header + 22, count).ptr;
  *end++ = '\r';
  *end++ = '\n';
  out.write(header, static_cast<size_t>(end - header));
}

/// A map of `count` pairs; in RESP2 an array of twice as many.
template <typename Out>
void write_map_header(Out& out, size_t count) {
  write_typed_header(out, out.resp3() ? '%' : '*', out.resp3() ? count : count * 2);
}

/// A set; in RESP2 an array.
template <typename Out>
void write_set_header(Out& out, size_t count) {
  write_typed_header(out, out.resp3() ? '~' : '*', count);
}

/// A packed value as a bulk.
template <typename Out>
void write_packed(Out& out, const PackedValue& value) {
  if (value.is_integer()) {
    out.write_bulk_integer(value.integer);
  } else {
    out.write_bulk(value.data, value.size);
  }
}

/// A double as a bulk, in any protocol.
template <typename Out>
void write_bulk_double(Out& out, double value) {
  uint8_t text[kDoubleTextMax];
  out.write_bulk(text, format_double(value, text));
}

/// A double; in RESP2 a bulk.
template <typename Out>
void write_double(Out& out, double value) {
  if (!out.resp3()) return write_bulk_double(out, value);
  uint8_t line[kDoubleTextMax + 3] = {','};
  const size_t size = 1 + format_double(value, line + 1);
  line[size] = '\r';
  line[size + 1] = '\n';
  out.write(line, size + 2);
}

/// The null of a missing array.
template <typename Out>
void write_null_array(Out& out) {
  if (out.resp3()) {
    out.write("_\r\n", 3);
  } else {
    out.write("*-1\r\n", 5);
  }
}

}  // namespace redwing
