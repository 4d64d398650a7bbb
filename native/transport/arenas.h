// Arenas: the memory that TypeScript and C++ share (see layout.h), and the writer of replies over it.
//
// Ownership: an Arenas owns its regions for its whole life; TypeScript sees them as ArrayBuffers and must not
// outlive it. Thread: the event loop's only.
//
// Invariants
//   1. 0 <= reply cursor <= kReplyBytes; whoever writes a reply asked `ensure` for the room first.
//   2. A handler in TypeScript may write kReplyHeadroom bytes without asking: `ensure` leaves as much free.
//   3. `frame` is the arena's own (base = input, args = the shared table) except between `enter_frame` and
//      `leave_frame`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "memory/assert.h"
#include "transport/layout.h"

namespace redwing {

struct Blob;
class Heap;

// Bytes of one argument. Valid until the end of the turn.
struct Bytes {
  const uint8_t* data;
  uint32_t size;
};

// Where replies go that do not fit the arena. Implemented by the transport, and by the library for calls in
// process.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  // Makes the whole reply arena free: what is in it leaves for its connections. Moves the cursor to 0.
  virtual void drain() = 0;
  // Appends a shared large string to the current reply without copying it; takes over one reference
  // on the blob, which lives in `heap`.
  virtual void append_blob(Blob* blob, Heap& heap) = 0;
};

class Arenas {
 public:
  Arenas();
  Arenas(const Arenas&) = delete;
  Arenas& operator=(const Arenas&) = delete;

  uint8_t* input() const { return input_.get(); }
  uint8_t* reply() const { return reply_.get(); }
  int32_t* control() const { return control_.get(); }
  int32_t* args() const { return args_.get(); }
  int32_t* commands() const { return commands_.get(); }
  int32_t* batch() const { return batch_.get(); }
  double* numbers() const { return numbers_.get(); }
  int32_t* targets() const { return targets_.get(); }
  int32_t* effects() const { return effects_.get(); }
  int32_t* recipes() const { return recipes_.get(); }

  void set_sink(ReplySink* sink) { sink_ = sink; }
  ReplySink* sink() const { return sink_; }

  // ---- arguments ----
  // Argument `index` of the current frame.
  Bytes argument(int32_t index) const {
    const int32_t* pair = frame_args_ + 2 * static_cast<ptrdiff_t>(index);
    return {frame_base_ + pair[0], static_cast<uint32_t>(pair[1])};
  }
  // Argument `index` of the chunk, whatever the current frame is.
  Bytes chunk_argument(int32_t index) const {
    const int32_t* pair = args_.get() + 2 * static_cast<ptrdiff_t>(index);
    return {input_.get() + pair[0], static_cast<uint32_t>(pair[1])};
  }
  // From now on arguments are offsets from `base`, listed in `args`. Both must stay valid until
  // `leave_frame`.
  void enter_frame(const uint8_t* base, const int32_t* args);
  void leave_frame();
  bool in_arena_frame() const { return frame_args_ == args_.get(); }

  // ---- hashes of the chunk's keys, computed ahead by the prefetch ----
  // Forgets the hashes of the first `count` arguments.
  void clear_hashes(int32_t count);
  void remember_hash(int32_t index, uint64_t hash) {
    if (in_arena_frame() && index < hashed_args_) hashes_[index] = hash;
  }
  // The hash computed ahead for an argument, or 0: not known.
  uint64_t known_hash(int32_t index) const {
    return in_arena_frame() && index < hashed_args_ ? hashes_[index] : 0;
  }

  // ---- replies ----
  int32_t& cursor() { return control_[kReplyCursor]; }
  // A place for `size` more bytes of reply (size <= kReplyBytes / 2); the caller moves the cursor.
  uint8_t* ensure(size_t size) {
    if (static_cast<size_t>(cursor()) + size + kReplyHeadroom > static_cast<size_t>(kReplyBytes))
      make_room(size);
    return reply_.get() + cursor();
  }
  void write(const void* bytes, size_t size);
  void write_integer(int64_t value);  // :n
  void write_null();                  // the protocol's null
  void write_array_header(size_t count);
  void write_bulk(const uint8_t* bytes, size_t size);  // any size
  void write_bulk_integer(int64_t value);              // $len of its decimal form
  void write_blob(Blob* blob, Heap& heap);  // a large string, shared with the store while it is sent
  bool resp3() const { return control_[kProtocol] == 3; }

 private:
  void make_room(size_t size);

  std::unique_ptr<uint8_t[]> input_, reply_;
  std::unique_ptr<int32_t[]> control_, args_, commands_, batch_, targets_, effects_, recipes_;
  std::unique_ptr<double[]> numbers_;
  std::unique_ptr<uint64_t[]> hashes_;
  int32_t hashed_args_ = 0;
  const uint8_t* frame_base_;
  const int32_t* frame_args_;
  ReplySink* sink_ = nullptr;
};

}  // namespace redwing
