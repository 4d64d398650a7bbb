// RdbOutput: lengths and strings in their shortest forms; the same bytes and checksum whatever the size of
// the buffer; a sink that fails.
#include "rdb/rdb_output.h"

#include <string>

#include "rdb/crc64.h"
#include "test/check.h"

namespace redwing {
namespace {

using namespace std::string_literals;
using test::Random;

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class Text final : public ByteSink {
 public:
  bool take(ByteView bytes) override {
    taken_++;
    if (room_ < bytes.size) return false;
    room_ -= bytes.size;
    text_.append(reinterpret_cast<const char*>(bytes.data), bytes.size);
    return true;
  }
  std::string text_;
  size_t room_ = SIZE_MAX;
  size_t taken_ = 0;
};

template <typename Put>
std::string written(Put put) {
  Text sink;
  RdbOutput out(&sink, {});
  put(&out);
  CHECK(out.flush());
  CHECK_EQ(out.checksum(), crc64(0, sink.text_.data(), sink.text_.size()));
  CHECK_EQ(out.bytes(), uint64_t{sink.text_.size()});
  return sink.text_;
}

std::string length(uint64_t number) {
  return written([number](RdbOutput* out) { out->put_length(number); });
}
std::string string(const std::string& text) {
  return written([&text](RdbOutput* out) { out->put_string(view_of(text)); });
}
std::string integer(int64_t number) {
  return written([number](RdbOutput* out) { out->put_integer(number); });
}

void test_lengths() {
  CHECK_EQ(length(0), "\0"s);
  CHECK_EQ(length(63), "\x3f"s);
  CHECK_EQ(length(64), "\x40\x40"s);
  CHECK_EQ(length(16383), "\x7f\xff"s);
  CHECK_EQ(length(16384), "\x80\0\0\x40\0"s);
  CHECK_EQ(length(UINT32_MAX), "\x80\xff\xff\xff\xff"s);
  CHECK_EQ(length(uint64_t{1} << 32), "\x81\0\0\0\x01\0\0\0\0"s);
  CHECK_EQ(length(UINT64_MAX), "\x81\xff\xff\xff\xff\xff\xff\xff\xff"s);
}

// As Redis 7.0.15 dumps them.
void test_strings() {
  CHECK_EQ(string(""), "\0"s);
  CHECK_EQ(string("0"), "\xc0\0"s);
  CHECK_EQ(string("-128"), "\xc0\x80"s);
  CHECK_EQ(string("128"), "\xc1\x80\0"s);
  CHECK_EQ(string("-32768"), "\xc1\0\x80"s);
  CHECK_EQ(string("32768"), "\xc2\0\x80\0\0"s);
  CHECK_EQ(string("-2147483648"), "\xc2\0\0\0\x80"s);
  CHECK_EQ(string("2147483648"),
           "\x0a"
           "2147483648"s);
  CHECK_EQ(string("-0"), "\x02-0"s);
  CHECK_EQ(string("007"),
           "\x03"
           "007"s);
  CHECK_EQ(integer(-2147483649), "\x0b-2147483649"s);
  CHECK_EQ(integer(INT64_MIN), "\x14-9223372036854775808"s);
  CHECK_EQ(string(std::string(20, 'x')), "\x14"s + std::string(20, 'x'));
  CHECK_EQ(string(std::string(21, 'x')).substr(0, 1), "\xc3"s);
}

void put_something(Random random, RdbOutput* out) {
  for (int i = 0; i < 300; i++) {
    switch (random.below(6)) {
      case 0:
        out->put_length(random.next() >> random.below(64));
        break;
      case 1:
        out->put_integer(static_cast<int64_t>(random.next()) >> random.below(64));
        break;
      case 2:
        out->put_string(view_of(random.bytes(random.below(400))));
        break;
      case 3:
        out->put_string(view_of(std::string(random.below(3000), 'y')));
        break;
      case 4:
        out->put_fixed64(random.next());
        break;
      default:
        out->put_byte(static_cast<uint8_t>(random.next()));
    }
  }
}

void test_buffers(Random& random) {
  for (int round = 0; round < 50; round++) {
    const Random same(random.next());
    const std::string expected = written([&same](RdbOutput* out) { put_something(same, out); });
    Text sink;
    RdbOutput::Options options;
    options.buffer_bytes = RdbOutput::kBufferBytesMin + random.below(1000);
    RdbOutput out(&sink, options);
    put_something(same, &out);
    CHECK_EQ(out.checksum(), crc64(0, expected.data(), expected.size()));
    CHECK(out.flush());
    CHECK(sink.text_ == expected);
  }
}

void test_failing_sink(Random& random) {
  Text sink;
  sink.room_ = 1000;
  RdbOutput::Options options;
  options.buffer_bytes = RdbOutput::kBufferBytesMin;
  RdbOutput out(&sink, options);
  put_something(random, &out);
  CHECK(!out.ok());
  const size_t taken = sink.taken_;
  put_something(random, &out);
  CHECK(!out.flush());
  CHECK_EQ(sink.taken_, taken);
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::Random random = redwing::Random::from(argc, argv);
  redwing::test_lengths();
  redwing::test_strings();
  redwing::test_buffers(random);
  redwing::test_failing_sink(random);
  return 0;
}
