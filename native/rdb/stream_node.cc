#include "rdb/stream_node.h"

#include "collections/stream/stream_block.h"
#include "types/listpack.h"

namespace redwing {

namespace {

// Goes over the elements of a listpack; at the end, or where an integer is wanted and there is none, it
// fails.
class Elements {
 public:
  explicit Elements(const uint8_t* list) : list_(list), end_(listpack::end(list)) {}

  bool at_end() const { return at_ == end_; }
  bool failed() const { return has_failed_; }
  int64_t integer() {
    if (at_end()) return fail();
    const PackedValue value = listpack::get(list_, at_);
    at_ = listpack::next(list_, at_);
    return value.is_integer() ? value.integer : fail();
  }
  // An integer that counts something, of which there can be no more than there are bytes.
  uint32_t count() {
    const int64_t value = integer();
    return value >= 0 && value <= static_cast<int64_t>(end_) ? static_cast<uint32_t>(value)
                                                             : static_cast<uint32_t>(fail());
  }
  void skip(uint64_t elements) {
    for (; elements > 0 && !has_failed_; elements--) {
      if (at_end()) {
        fail();
      } else {
        at_ = listpack::next(list_, at_);
      }
    }
  }

 private:
  int64_t fail() {
    has_failed_ = true;
    return 0;
  }

  const uint8_t* list_;
  const uint32_t end_;
  uint32_t at_ = listpack::first();
  bool has_failed_ = false;
};

struct EntryFacts {
  StreamId id;
  bool deleted;
};

bool check_entry(Elements* elements, StreamId master, uint32_t master_fields, EntryFacts* entry) {
  const int64_t flags = elements->integer();
  entry->id.ms = master.ms + static_cast<uint64_t>(elements->integer());
  entry->id.seq = master.seq + static_cast<uint64_t>(elements->integer());
  entry->deleted = (flags & StreamEntry::kDeleted) != 0;
  int64_t length;
  if ((flags & StreamEntry::kSameFields) != 0) {
    elements->skip(master_fields);
    length = int64_t{master_fields} + 3;
  } else {
    const uint32_t fields = elements->count();
    elements->skip(uint64_t{2} * fields);
    length = 2 * int64_t{fields} + 4;
  }
  return elements->integer() == length && !elements->failed() && flags >= 0 && flags <= 3;
}

}  // namespace

bool check_stream_node(const uint8_t* list, StreamId master, StreamNodeFacts* facts) {
  Elements elements(list);
  const uint32_t live = elements.count(), deleted = elements.count(), master_fields = elements.count();
  elements.skip(master_fields);
  if (elements.integer() != 0 || elements.failed()) return false;
  bool is_first = true;
  *facts = {};
  while (!elements.at_end()) {
    EntryFacts entry;
    if (!check_entry(&elements, master, master_fields, &entry)) return false;
    if (is_first && entry.id != master) return false;
    is_first = false;
    if (entry.deleted) {
      facts->deleted++;
      continue;
    }
    if (entry.id < master || (facts->live != 0 && entry.id <= facts->last_live)) return false;
    if (facts->live++ == 0) facts->first_live = entry.id;
    facts->last_live = entry.id;
  }
  return !is_first && facts->live == live && facts->deleted == deleted;
}

}  // namespace redwing
