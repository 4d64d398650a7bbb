// The supply of chunks: what is asked for gets ready, is whole and empty, is replaced when taken and given
// back when not; and a heap that grows fast through one keeps what is written to it.

#include "memory/chunk_supply.h"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include "memory/heap.h"
#include "memory/platform.h"
#include "test/check.h"

using namespace redwing;

namespace {

constexpr size_t kBytes = size_t{2} << 20;
constexpr int kNeverMs = 3'600'000;

// Waits for what is certain to come, however busy the machine is.
void wait_until_ready(ChunkSupply& supply, size_t count) {
  while (supply.ready() != count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void check_fresh(void* chunk) {
  CHECK(chunk != nullptr);
  CHECK_EQ(reinterpret_cast<uintptr_t>(chunk) % kBytes, 0u);
  auto* bytes = static_cast<uint8_t*>(chunk);
  for (size_t i = 0; i < kBytes; i += 509) CHECK_EQ(bytes[i], 0);
  std::memset(bytes, 0xA5, kBytes);
}

void test_ready_taken_replaced() {
  ChunkSupply supply(kBytes, kNeverMs);
  CHECK(supply.take() == nullptr);
  supply.want(3);
  std::vector<void*> taken;
  for (int round = 0; round < 4; round++) {
    wait_until_ready(supply, 3);
    taken.push_back(supply.take());
    check_fresh(taken.back());
    supply.want(3);
  }
  wait_until_ready(supply, 3);
  // Fewer are wanted: what is ready is handed out, and not replaced.
  supply.want(0);
  for (int i = 0; i < 3; i++) {
    taken.push_back(supply.take());
    check_fresh(taken.back());
  }
  CHECK(supply.take() == nullptr);
  for (size_t i = 0; i < taken.size(); i++) {
    for (size_t j = 0; j < i; j++) CHECK(taken[i] != taken[j]);
    platform::unmap(taken[i], kBytes);
  }
}

void test_given_back() {
  ChunkSupply supply(kBytes, 50);
  for (int round = 0; round < 3; round++) {
    // What gets ready may go again between two looks, so it is asked for until it was seen.
    do {
      supply.want(2);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    } while (supply.ready() < 2);
    wait_until_ready(supply, 0);
  }
}

void test_ends_while_it_works() {
  for (int round = 0; round < 50; round++) {
    ChunkSupply supply(kBytes, round % 2 == 0 ? kNeverMs : 1);
    supply.want(static_cast<size_t>(round) % 5);
    if (round % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

// Chunks that were made ahead are the heap's like any other.
void test_heap_that_grows_fast() {
  constexpr size_t kObject = 1024;
  constexpr size_t kObjects = 200'000;
  Heap heap;
  std::vector<uint8_t*> objects;
  objects.reserve(kObjects);
  for (size_t i = 0; i < kObjects; i++) {
    auto* object = static_cast<uint8_t*>(heap.alloc(kObject));
    std::memset(object, static_cast<int>(i % 251), kObject);
    objects.push_back(object);
  }
  for (size_t i = 0; i < kObjects; i++) {
    CHECK_EQ(objects[i][0], i % 251);
    CHECK_EQ(objects[i][kObject - 1], i % 251);
    heap.free(objects[i], kObject);
  }
  CHECK_EQ(heap.used_bytes(), 0u);
  heap.check_invariants();
}

}  // namespace

int main() {
  test_ready_taken_replaced();
  test_given_back();
  test_ends_while_it_works();
  test_heap_that_grows_fast();
  return 0;
}
