// The heap against a model: contents survive, counters agree, memory comes back; with frees from a second
// thread.

#include "memory/heap.h"

#include <cstring>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "test/check.h"

using namespace redwing;
using test::Random;

namespace {

struct Object {
  uint8_t* memory;
  size_t size;
  uint8_t fill;
};

size_t random_size(Random& random) {
  constexpr size_t kSegments[] = {128, 192, 320, 576, 1088, 2112, 4160, 8256, 12352, 16448};
  switch (random.below(8)) {
    case 0:
      return kSegments[random.below(10)];
    case 1:
      return 1 + random.below(4096);
    case 2:
      return 1 + random.below(random.one_in(10) ? 100'000 : 6'000);
    default:
      return 1 + random.below(200);
  }
}

Object make(Heap& heap, Random& random) {
  Object object{nullptr, random_size(random), static_cast<uint8_t>(random.next())};
  object.memory = static_cast<uint8_t*>(heap.alloc(object.size));
  CHECK(reinterpret_cast<uintptr_t>(object.memory) % 8 == 0);
  if (object.size <= 4096 && Heap::class_size(object.size) % 64 == 0) {
    CHECK(reinterpret_cast<uintptr_t>(object.memory) % 64 == 0);
  }
  std::memset(object.memory, object.fill, object.size);
  return object;
}

void check_content(const Object& object) {
  CHECK(object.memory[0] == object.fill);
  CHECK(std::memcmp(object.memory, object.memory + 1, object.size - 1) ==
        0);  // so all bytes are as the first
}

void test_class_sizes() {
  for (size_t size = 1; size <= 20'000; size++) {
    size_t taken = Heap::class_size(size);
    CHECK(taken >= size);
    CHECK(size > 4096 || taken <= (size <= 128 ? std::max(size + 7, size_t{16}) : size + size / 8 + 1));
    CHECK_EQ(Heap::class_size(taken <= 4096 ? taken : size), taken);
  }
  CHECK_EQ(Heap::class_size(40), 40u);
  for (size_t buckets : {64, 128, 192, 256}) CHECK_EQ(Heap::class_size(64 + 64 * buckets), 64 + 64 * buckets);
}

void test_model(Random& random) {
  Heap heap;
  std::vector<Object> objects;
  size_t used = 0;
  for (int step = 0; step < 200'000; step++) {
    bool grow = random.below(100) < (step / 20'000 % 2 == 0 ? 70u : 30u);
    if (grow || objects.empty()) {
      objects.push_back(make(heap, random));
      used += Heap::class_size(objects.back().size);
    } else {
      size_t i = random.below(objects.size());
      std::swap(objects[i], objects.back());
      Object object = objects.back();
      objects.pop_back();
      check_content(object);
      heap.free(object.memory, object.size);
      used -= Heap::class_size(object.size);
    }
    if (step % 10'000 == 0) heap.check_invariants();
    CHECK_EQ(heap.used_bytes(), used);
  }
  for (const Object& object : objects) heap.free(object.memory, object.size);
  CHECK_EQ(heap.used_bytes(), 0u);
  heap.check_invariants();
}

void test_memory_comes_back() {
  Heap heap;
  std::vector<void*> objects;
  for (int i = 0; i < 1'000'000; i++) objects.push_back(heap.alloc(40));
  CHECK(heap.resident_bytes() < 45'000'000);
  for (void* object : objects) heap.free(object, 40);
  CHECK_EQ(heap.used_bytes(), 0u);
  CHECK(heap.resident_bytes() <= 8'000'000);
  heap.check_invariants();
}

// One thread allocates and frees some, another frees the rest.
void test_remote(Random& random) {
  Heap heap;
  std::mutex mutex;
  std::vector<Object> handed;
  bool done = false;
  std::thread other([&] {
    while (true) {
      std::vector<Object> batch;
      bool last;
      {
        std::lock_guard lock(mutex);
        batch.swap(handed);
        last = done;
      }
      for (const Object& object : batch) {
        check_content(object);
        heap.free_remote(object.memory, object.size);
      }
      if (last && batch.empty()) return;
      std::this_thread::yield();
    }
  });
  std::vector<Object> mine;
  for (int step = 0; step < 100'000; step++) {
    Object object = make(heap, random);
    if (random.one_in(3)) {
      mine.push_back(object);
    } else {
      std::lock_guard lock(mutex);
      handed.push_back(object);
    }
    if (mine.size() > 1000) {
      for (const Object& held : mine) {
        check_content(held);
        heap.free(held.memory, held.size);
      }
      mine.clear();
    }
    if (random.one_in(500)) heap.collect(8);
  }
  {
    std::lock_guard lock(mutex);
    done = true;
  }
  other.join();
  for (const Object& held : mine) heap.free(held.memory, held.size);
  while (heap.collect() != 0) {
  }
  CHECK_EQ(heap.used_bytes(), 0u);
  heap.check_invariants();
  CHECK(heap.resident_bytes() <= 200'000'000);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_class_sizes();
  test_model(random);
  test_memory_comes_back();
  test_remote(random);
  return 0;
}
