#include "transport/arenas.h"

#include <algorithm>
#include <charconv>

#include "keyspace/blob.h"

namespace redwing {

namespace {
// Decimal digits of a size, then CRLF, behind a type byte: "$12\r\n". At most 1 + 20 + 2 bytes.
constexpr size_t kHeaderBytes = 24;

size_t format_header(uint8_t* out, char type, int64_t value) {
  char* first = reinterpret_cast<char*>(out);
  *first = type;
  char* end = std::to_chars(first + 1, first + kHeaderBytes, value).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return static_cast<size_t>(end - first);
}
}  // namespace

Arenas::Arenas()
    : input_(std::make_unique_for_overwrite<uint8_t[]>(kInputBytes + kSpareBytes)),
      reply_(std::make_unique_for_overwrite<uint8_t[]>(kReplyBytes)),
      control_(std::make_unique<int32_t[]>(kControlWords)),
      args_(std::make_unique_for_overwrite<int32_t[]>(2 * static_cast<size_t>(kArgsMax + kSpareArgs))),
      commands_(std::make_unique_for_overwrite<int32_t[]>(static_cast<size_t>(kCommandsMax) * kCommandWords)),
      batch_(std::make_unique_for_overwrite<int32_t[]>(static_cast<size_t>(kBatchRowsMax) * kRowWords)),
      targets_(std::make_unique_for_overwrite<int32_t[]>(kTargetsMax)),
      effects_(std::make_unique_for_overwrite<int32_t[]>(kCommandsMax)),
      recipes_(std::make_unique_for_overwrite<int32_t[]>(kRecipeWords)),
      numbers_(std::make_unique<double[]>(kNumberWords)),
      hashes_(std::make_unique_for_overwrite<uint64_t[]>(kArgsMax)),
      frame_base_(input_.get()),
      frame_args_(args_.get()) {
  control_[kProtocol] = 2;
  control_[kCurrentRow] = -1;
  control_[kReplyTo] = -1;
  control_[kEffectDatabase] = -1;
}

void Arenas::enter_frame(const uint8_t* base, const int32_t* args) {
  RW_ASSERT(in_arena_frame(), "frames do not nest");
  frame_base_ = base;
  frame_args_ = args;
}

void Arenas::leave_frame() {
  frame_base_ = input_.get();
  frame_args_ = args_.get();
}

void Arenas::clear_hashes(int32_t count) {
  RW_ASSERT(count >= 0 && count <= kArgsMax, "argument count out of range");
  std::fill_n(hashes_.get(), count, uint64_t{0});
  hashed_args_ = count;
}

void Arenas::make_room(size_t size) {
  RW_ASSERT(size <= static_cast<size_t>(kReplyBytes) / 2,
            "a reply of this size must be cut or sent as a blob");
  RW_ASSERT(sink_ != nullptr, "the reply arena is full and nothing drains it");
  sink_->drain();
  RW_ASSERT(cursor() == 0, "a drained arena is empty");
}

void Arenas::write(const void* bytes, size_t size) {
  const auto* from = static_cast<const uint8_t*>(bytes);
  constexpr size_t kPiece = static_cast<size_t>(kReplyBytes) / 4;
  while (size > 0) {
    size_t n = std::min(size, kPiece);
    std::memcpy(ensure(n), from, n);
    cursor() += static_cast<int32_t>(n);
    from += n;
    size -= n;
  }
}

void Arenas::write_integer(int64_t value) {
  uint8_t* at = ensure(kHeaderBytes);
  cursor() += static_cast<int32_t>(format_header(at, ':', value));
}

void Arenas::write_array_header(size_t count) {
  uint8_t* at = ensure(kHeaderBytes);
  cursor() += static_cast<int32_t>(format_header(at, '*', static_cast<int64_t>(count)));
}

void Arenas::write_null() {
  if (resp3())
    write("_\r\n", 3);
  else
    write("$-1\r\n", 5);
}

void Arenas::write_bulk(const uint8_t* bytes, size_t size) {
  if (size <= static_cast<size_t>(kReplyBytes) / 4) [[likely]] {
    uint8_t* start = ensure(size + kHeaderBytes + 2);
    uint8_t* at = start;
    if (size < 10) {
      at[0] = '$';
      at[1] = static_cast<uint8_t>('0' + size);
      at[2] = '\r';
      at[3] = '\n';
      at += 4;
    } else if (size < 100) {
      at[0] = '$';
      at[1] = static_cast<uint8_t>('0' + size / 10);
      at[2] = static_cast<uint8_t>('0' + size % 10);
      at[3] = '\r';
      at[4] = '\n';
      at += 5;
    } else {
      at += format_header(at, '$', static_cast<int64_t>(size));
    }
    std::memcpy(at, bytes, size);
    at += size;
    at[0] = '\r';
    at[1] = '\n';
    cursor() += static_cast<int32_t>(at + 2 - start);
    return;
  }
  uint8_t* at = ensure(kHeaderBytes);
  cursor() += static_cast<int32_t>(format_header(at, '$', static_cast<int64_t>(size)));
  write(bytes, size);
  write("\r\n", 2);
}

void Arenas::write_bulk_integer(int64_t value) {
  char digits[kHeaderBytes];
  char* end = std::to_chars(digits, digits + kHeaderBytes, value).ptr;
  write_bulk(reinterpret_cast<const uint8_t*>(digits), static_cast<size_t>(end - digits));
}

void Arenas::write_blob(Blob* blob, Heap& heap) {
  // Below this a copy costs less than a chunk of its own in the connection's queue.
  constexpr size_t kSharedBytes = 65536;
  if (blob->size < kSharedBytes || sink_ == nullptr) return write_bulk(blob->data(), blob->size);
  uint8_t* at = ensure(kHeaderBytes);
  cursor() += static_cast<int32_t>(format_header(at, '$', static_cast<int64_t>(blob->size)));
  blob->acquire();
  sink_->append_blob(blob, heap);
  write("\r\n", 2);
}

}  // namespace redwing
