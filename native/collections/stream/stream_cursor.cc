// Going over a stream's entries.
#include "collections/stream/stream.h"

namespace redwing {

StreamCursor::StreamCursor(const Stream& stream, StreamId from, StreamId to, bool reverse)
    : stream_(stream), from_(from), to_(to), reverse_(reverse) {
  const StreamId start = reverse ? to : from;
  if (stream.length == 0 || from > to) {
    done_ = true;
    return;
  }
  in_tail_ = stream.blocks.empty() || start >= stream.tail.master;
  if (!in_tail_) {
    cursor_ = stream.blocks.lower_bound([start](const StreamBlockRef& ref) { return ref.master <= start; });
    stream.blocks.previous(&cursor_);
  }
  enter_block();
}

bool StreamCursor::enter_block() {
  reader_ = in_tail_ ? stream_.tail.reader() : cursor_.item().reader();
  position_ = reverse_ ? reader_.end() : reader_.first();
  return true;
}

// To the block that follows in the direction of the walk; false if there is none.
bool StreamCursor::leave_block() {
  if (reverse_) {
    if (in_tail_) {
      if (stream_.blocks.empty()) return false;
      cursor_ = stream_.blocks.last();
      in_tail_ = false;
    } else if (!stream_.blocks.previous(&cursor_)) {
      return false;
    }
    return enter_block();
  }
  if (in_tail_) return false;
  stream_.blocks.next(&cursor_);
  in_tail_ = cursor_.at_end();
  return enter_block();
}

bool StreamCursor::next() {
  if (done_) return false;
  const bool found = reverse_ ? next_backward() : next_forward();
  done_ = !found;
  return found;
}

bool StreamCursor::next_forward() {
  for (;;) {
    while (position_ == reader_.end()) {
      if (!leave_block()) return false;
    }
    entry_ = reader_.at(position_);
    position_ = reader_.after(entry_);
    if (entry_.deleted || entry_.id < from_) continue;
    return entry_.id <= to_;
  }
}

bool StreamCursor::next_backward() {
  for (;;) {
    while (position_ == reader_.first()) {
      if (!leave_block()) return false;
    }
    position_ = reader_.before(position_);
    entry_ = reader_.at(position_);
    if (entry_.deleted || entry_.id > to_) continue;
    return entry_.id >= from_;
  }
}

}  // namespace redwing
