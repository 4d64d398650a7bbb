// A storm over values of one kind: random changes to a few keys, checked against a model, while views that
// were opened in between are read by threads of their own and must go on showing what the model was then.
//
// `Subject` gives what is particular to a kind:
//   using Model = ...;                                               copyable
//   static constexpr ValueKind kKind;
//   static const ValueType& type();
//   static void change(Keyspace&, const Key&, Model&, Random&);      a random command; an empty model: no key
//   static bool is_absent(const Model&);                             whether there is no such key
//   static void check(const Entry&, const Model&);                   any thread
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "keyspace/edit.h"
#include "keyspace/keyspace.h"
#include "test/check.h"

namespace redwing::test {

template <typename Subject>
class ValueStorm {
 public:
  using Model = typename Subject::Model;

  explicit ValueStorm(uint64_t seed) : random_(seed), keyspace_(1, {seed, seed ^ 7, seed ^ 13}) {
    keyspace_.register_type(Subject::kKind, &Subject::type());
    keyspace_.set_now(1'000);
    models_.resize(kKeys);
  }

  void run(int changes) {
    const size_t before = keyspace_.used_bytes();
    for (int i = 0; i < changes; i++) {
      const size_t at = random_.below(kKeys);
      step(at);
      if (random_.one_in(16)) check_key(at);
      if (readers_.size() < kReadersMax && random_.one_in(200)) open_reader();
      if (random_.one_in(50)) close_readers(false);
      if (random_.one_in(500)) keyspace_.cron();
    }
    close_readers(true);
    for (size_t at = 0; at < kKeys; at++) check_key(at);
    keyspace_.check_invariants();
    keyspace_.flush(0);
    keyspace_.wait_for_reclaimer();
    keyspace_.cron();
    keyspace_.heap().collect(SIZE_MAX);
    // Nothing of the values is left; an empty table may be smaller than the one that was there.
    CHECK(keyspace_.used_bytes() <= before + kSlackBytes);
  }

 private:
  static constexpr size_t kKeys = 6;
  static constexpr size_t kReadersMax = 3;
  static constexpr size_t kSlackBytes = 4096;

  struct Reader {
    View* view;
    std::vector<Model> expected;
    std::atomic<bool> done{false};
    std::thread thread;
  };

  static std::string name(size_t at) { return "key:" + std::to_string(at); }
  static Key key_in(const View& view, const std::string& text) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    return {bytes, static_cast<uint32_t>(text.size()), view.hash(bytes, text.size())};
  }

  void step(size_t at) {
    const std::string text = name(at), other_text = name((at + 1) % kKeys);
    Key key = keyspace_.key(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    Key other = keyspace_.key(reinterpret_cast<const uint8_t*>(other_text.data()), other_text.size());
    Model& model = models_[at];
    Model& other_model = models_[(at + 1) % kKeys];
    switch (random_.below(400)) {
      case 0:
        CHECK_EQ(keyspace_.erase(0, key), !Subject::is_absent(model));
        model = Model();
        break;
      case 1:
        if (keyspace_.rename(0, key, other)) {
          other_model = model;
          model = Model();
        }
        break;
      case 2:
        if (keyspace_.copy(0, key, 0, other)) other_model = model;
        break;
      case 3:
        keyspace_.set_expiry(0, key, random_.one_in(2) ? kNoExpiry : 1'000'000);
        break;
      default:
        Subject::change(keyspace_, key, model, random_);
    }
  }

  void check_key(size_t at) {
    const std::string text = name(at);
    Key key = keyspace_.key(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    const Entry* entry = keyspace_.find(0, key);
    CHECK_EQ(entry == nullptr, Subject::is_absent(models_[at]));
    if (entry != nullptr) Subject::check(*entry, models_[at]);
  }

  void open_reader() {
    auto reader = std::make_unique<Reader>();
    reader->view = keyspace_.open_view();
    reader->expected = models_;
    Reader* raw = reader.get();
    raw->thread = std::thread([raw] {
      for (int round = 0; round < 2; round++) {
        for (size_t at = 0; at < raw->expected.size(); at++) {
          const std::string text = name(at);
          const Entry* entry = raw->view->find(0, key_in(*raw->view, text));
          CHECK_EQ(entry == nullptr, Subject::is_absent(raw->expected[at]));
          if (entry != nullptr) Subject::check(*entry, raw->expected[at]);
          std::this_thread::yield();
        }
      }
      raw->done.store(true, std::memory_order_release);
    });
    readers_.push_back(std::move(reader));
  }

  void close_readers(bool all) {
    std::erase_if(readers_, [&](const std::unique_ptr<Reader>& reader) {
      if (!all && !reader->done.load(std::memory_order_acquire)) return false;
      reader->thread.join();
      keyspace_.close_view(reader->view);
      return true;
    });
  }

  Random random_;
  Keyspace keyspace_;
  std::vector<Model> models_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

}  // namespace redwing::test
