// KeyPattern: how the name of a key, and perhaps of a field of a hash, follows from an element.
//
//   "weight_*"        the key "weight_" with the element behind it
//   "user_*->age"     the field "age" of the hash "user_" with the element behind it
//   "#"               the element itself
//   "weight"          nothing follows from an element: there is no place for it
//
// Only the first '*' is a place, and only an "->" behind it with something following it begins a field. These
// and the "#" are looked for up to the first NUL of the pattern; all other bytes are taken as they are.
//
// A pattern owns its bytes. Thread: any. Cost: O(length of the name).
#pragma once

#include <string>

#include "memory/byte_view.h"

namespace redwing {

class KeyPattern {
 public:
  explicit KeyPattern(ByteView text);

  /// Whether it stands for the element itself.
  bool is_element() const { return is_element_; }
  /// Whether a key follows from an element.
  bool has_place() const { return has_place_; }
  /// Whether it means a field of the key's hash, and which.
  bool has_field() const { return !field_.empty(); }
  ByteView field() const { return {reinterpret_cast<const uint8_t*>(field_.data()), field_.size()}; }

  /// Writes the key's name for an element over `*name`, whose memory is used again. There must be a place.
  void name_key(ByteView element, std::string* name) const;

 private:
  bool is_element_;
  bool has_place_ = false;
  std::string before_, behind_;  // the place
  std::string field_;
};

}  // namespace redwing
