// Tests of EffectBuffer: frames, units of one and of several effects, and units of which a part was taken.
#include "log/effect_buffer.h"

#include <string>

#include "test/check.h"

namespace {

using redwing::EffectBuffer;

void set(EffectBuffer* buffer, const char* key) {
  buffer->begin_frame(3);
  buffer->argument("SET", 3);
  buffer->argument(key, 1);
  buffer->integer(-7);
}

std::string frame(const char* key) {
  return "*3\r\n$3\r\nSET\r\n$1\r\n" + std::string(key) + "\r\n$2\r\n-7\r\n";
}

const std::string kMulti = "*1\r\n$5\r\nMULTI\r\n";
const std::string kExec = "*1\r\n$4\r\nEXEC\r\n";

std::string taken(EffectBuffer* buffer) {
  std::string bytes;
  buffer->swap(bytes);
  CHECK_EQ(buffer->size(), size_t{0});
  return bytes;
}

void frames() {
  EffectBuffer buffer;
  CHECK(!buffer.is_on());
  buffer.turn_on(true);
  set(&buffer, "a");
  buffer.append("*1\r\n$4\r\nPING\r\n", 14);
  buffer.begin_frame(3);
  buffer.argument("SREM", 4);
  buffer.bulks("$1\r\na\r\n$1\r\nb\r\n", 14, 2);
  CHECK_EQ(taken(&buffer), frame("a") + "*1\r\n$4\r\nPING\r\n*3\r\n$4\r\nSREM\r\n$1\r\na\r\n$1\r\nb\r\n");
  set(&buffer, "b");
  buffer.turn_on(false);
  CHECK_EQ(buffer.size(), size_t{0});
}

void units() {
  EffectBuffer buffer;
  buffer.turn_on(true);
  set(&buffer, "a");
  buffer.open_unit();
  set(&buffer, "b");
  buffer.close_unit(1);
  CHECK_EQ(taken(&buffer), frame("a") + frame("b"));
  buffer.open_unit();
  set(&buffer, "a");
  set(&buffer, "b");
  buffer.close_unit(2);
  set(&buffer, "c");
  CHECK_EQ(taken(&buffer), kMulti + frame("a") + frame("b") + kExec + frame("c"));
  buffer.close_unit(1);  // none is open
  CHECK_EQ(taken(&buffer), std::string());
}

// MULTI cannot be taken back when it has left, so EXEC must follow even a single effect.
void taken_in_between() {
  EffectBuffer buffer;
  buffer.turn_on(true);
  buffer.open_unit();
  set(&buffer, "a");
  CHECK_EQ(taken(&buffer), kMulti + frame("a"));
  buffer.close_unit(1);
  CHECK_EQ(taken(&buffer), kExec);
  buffer.open_unit();
  set(&buffer, "a");
  buffer.close_unit(1);
  CHECK_EQ(taken(&buffer), frame("a"));
}

}  // namespace

int main() {
  frames();
  units();
  taken_in_between();
  return 0;
}
