#include "types/pattern_table.h"

#include <cstring>

#include "memory/assert.h"
#include "types/glob.h"

namespace redwing {

int32_t PatternTable::add(const uint8_t* pattern, size_t size) {
  int32_t number = static_cast<int32_t>(slots_.size());
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    number = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[static_cast<size_t>(number)];
  slot.pattern.assign(reinterpret_cast<const char*>(pattern), size);
  slot.prefix = glob_literal_prefix(pattern, size);
  slot.used = true;
  return number;
}

void PatternTable::remove(int32_t number) {
  RW_ASSERT(static_cast<size_t>(number) < slots_.size() && slots_[static_cast<size_t>(number)].used,
            "a pattern is removed that is not there");
  slots_[static_cast<size_t>(number)] = Slot();
  free_.push_back(number);
}

size_t PatternTable::match(const uint8_t* text, size_t size, int32_t* next, int32_t* out, size_t max) const {
  size_t found = 0;
  for (auto i = static_cast<size_t>(*next); i < slots_.size(); i++) {
    const Slot& slot = slots_[i];
    if (!slot.used || slot.prefix > size || std::memcmp(slot.pattern.data(), text, slot.prefix) != 0)
      continue;
    const auto* pattern = reinterpret_cast<const uint8_t*>(slot.pattern.data());
    if (!glob_match(pattern, slot.pattern.size(), text, size, false)) continue;
    if (found == max) {
      *next = static_cast<int32_t>(i);
      return found;
    }
    out[found++] = static_cast<int32_t>(i);
  }
  *next = 0;
  return found;
}

}  // namespace redwing
