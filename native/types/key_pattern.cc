#include "types/key_pattern.h"

#include <string_view>

#include "memory/assert.h"

namespace redwing {

KeyPattern::KeyPattern(ByteView text) {
  const std::string_view all(reinterpret_cast<const char*>(text.data), text.size);
  const std::string_view shown = all.substr(0, all.find('\0'));
  is_element_ = shown == "#";
  const size_t place = shown.find('*');
  if (place == std::string_view::npos) return;
  has_place_ = true;
  before_ = all.substr(0, place);
  const size_t arrow = shown.find("->", place + 1);
  const bool has_field = arrow != std::string_view::npos && arrow + 2 < shown.size();
  behind_ = all.substr(place + 1, has_field ? arrow - place - 1 : std::string_view::npos);
  if (has_field) field_ = all.substr(arrow + 2);
}

void KeyPattern::name_key(ByteView element, std::string* name) const {
  RW_ASSERT(has_place_, "the pattern has a place for an element");
  name->assign(before_);
  name->append(reinterpret_cast<const char*>(element.data), element.size);
  name->append(behind_);
}

}  // namespace redwing
