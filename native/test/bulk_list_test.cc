// Tests of BulkList: what it says, part by part, and that it keeps no more memory than it may.
#include "types/bulk_list.h"

#include <string>

#include "test/check.h"

namespace {

using redwing::BulkList;

redwing::ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

void test_parts() {
  BulkList list;
  CHECK_EQ(list.bulks(), "");
  for (const char* text : {"a", "", "a longer one"}) list.add(view_of(text));
  CHECK_EQ(list.size(), 3u);
  CHECK_EQ(list.bulks(), "$1\r\na\r\n$0\r\n\r\n$12\r\na longer one\r\n");
  CHECK_EQ(list.bulks(0, 3), list.bulks());
  CHECK_EQ(list.bulks(0, 1), "$1\r\na\r\n");
  CHECK_EQ(list.bulks(1, 2), "$0\r\n\r\n$12\r\na longer one\r\n");
  CHECK_EQ(list.bulks(3, 0), "");
  list.clear();
  CHECK_EQ(list.size(), 0u);
  CHECK_EQ(list.bulks(), "");
}

void test_memory_is_given_back() {
  BulkList list;
  for (int i = 0; i < 1000; i++) list.add(view_of("member:" + std::to_string(i)));
  const size_t little = list.capacity_bytes();
  list.clear();
  CHECK_EQ(list.capacity_bytes(), little);
  // Long texts, and many short ones, of which the ends take most.
  for (const auto& [count, text] :
       {std::pair{3, std::string(1 << 20, 'x')}, std::pair{500000, std::string()}}) {
    for (int i = 0; i < count; i++) list.add(view_of(text));
    CHECK(list.capacity_bytes() > BulkList::kKeptBytes);
    list.clear();
    CHECK(list.capacity_bytes() <= BulkList::kKeptBytes);
    CHECK_EQ(list.size(), 0u);
  }
}

}  // namespace

int main() {
  test_parts();
  test_memory_is_given_back();
  std::puts("ok");
}
