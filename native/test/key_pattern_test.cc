// KeyPattern: places, fields, and what is neither.
#include "types/key_pattern.h"

#include <string_view>

#include "test/check.h"

namespace redwing {
namespace {

ByteView bytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

std::string text(ByteView view) { return {reinterpret_cast<const char*>(view.data), view.size}; }

std::string key_for(std::string_view pattern, std::string_view element) {
  std::string name = "what was there before";
  KeyPattern(bytes(pattern)).name_key(bytes(element), &name);
  return name;
}

std::string field_of(std::string_view pattern) { return text(KeyPattern(bytes(pattern)).field()); }

void test_keys() {
  CHECK(key_for("w_*", "a") == "w_a");
  CHECK(key_for("*", "a") == "a");
  CHECK(key_for("*_x", "") == "_x");
  CHECK(key_for("a*b*c", "-") == "a-b*c");
  using std::string_literals::operator""s;
  CHECK(key_for("w_*x\0*y"s, "a\0b"s) == "w_a\0bx\0*y"s);
}

void test_fields() {
  CHECK(key_for("h_*->f", "a") == "h_a" && field_of("h_*->f") == "f");
  CHECK(key_for("h_*x->f->g", "a") == "h_ax" && field_of("h_*x->f->g") == "f->g");
  CHECK(key_for("h_*->", "a") == "h_a->" && field_of("h_*->").empty());
  CHECK(key_for("->*", "a") == "->a" && field_of("->*").empty());
  CHECK(key_for("h_*-f", "a") == "h_a-f");
  using std::string_literals::operator""s;
  CHECK(field_of("h_*->f\0g"s) == "f\0g"s);
  CHECK(field_of("h_*->\0g"s).empty());
  CHECK(field_of("h_*\0->g"s).empty());
}

void test_no_place() {
  for (std::string_view pattern : {"", "w", "h->f", "#", "##", "nosort"}) {
    const KeyPattern parsed(bytes(pattern));
    CHECK(!parsed.has_place() && !parsed.has_field());
    CHECK_EQ(parsed.is_element(), pattern == "#");
  }
  CHECK(!KeyPattern(bytes(std::string_view("w\0*", 3))).has_place());
  CHECK(!KeyPattern(bytes("#*")).is_element());
  CHECK(KeyPattern(bytes(std::string_view("#\0x", 3))).is_element());
}

}  // namespace
}  // namespace redwing

int main() {
  redwing::test_keys();
  redwing::test_fields();
  redwing::test_no_place();
  return 0;
}
