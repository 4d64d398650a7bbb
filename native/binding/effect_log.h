// EffectLog: the append-only log of an engine: takes the effects of each turn to the log's thread, and keeps
// output back from clients as the policy asks.
//
//   always         output leaves when all effects that it may depend on are on the disk
//   every second   output leaves at once, unless something has waited for the disk for more than two seconds:
//                  then it waits until that has arrived, so that never more than what two seconds
//                  acknowledged can be lost
//   never          output leaves at once
//
// Whatever the policy, output also waits while more than kBacklogBytes are not even written.
//
// While the file cannot be written, the server refuses what the policy lets it refuse (`set_refusing`), so
// that what waits to be written grows no more, and output of then need not wait. What was kept back before
// leaves, except with `always`.
//
// Ownership: the engine's. Thread: the event loop's.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "binding/loop_callback.h"
#include "binding/loop_signal.h"
#include "log/append_log.h"
#include "transport/output_gate.h"

namespace redwing {

struct Engine;

class EffectLog final : public OutputGate {
 public:
  static constexpr uint64_t kBacklogBytes = uint64_t{64} << 20;
  static constexpr int64_t kLateUs = 2'000'000;

  /// `on_change`: called in the loop when an error has come or gone.
  EffectLog(Napi::Env env, Engine& engine, Napi::Function on_change);
  ~EffectLog() override;
  EffectLog(const EffectLog&) = delete;
  EffectLog& operator=(const EffectLog&) = delete;

  /// Goes on in the file at `path`, which must be there. 0 or libuv's error.
  int open(const std::string& path);
  /// Has what was executed so far brought to the disk, as the last that is taken; output waits for that only
  /// with `always`. `on_end` is called in the loop, with whether all of it is there, and may not destroy
  /// this.
  void end(Napi::Function on_end);
  void set_policy(SyncPolicy policy);
  /// Lines "#TS:<unix seconds>" in front of the effects of each new second.
  void set_timestamps(bool on) { has_timestamps_ = on; }
  void set_refusing(bool refuses) { refuses_ = refuses; }
  AppendLog& log() { return *log_; }
  /// How often output had to wait since a sync took more than two seconds.
  uint64_t delayed_syncs() const { return delayed_syncs_; }

  void take_effects() override;
  bool is_shut(bool within_batch) const override;
  uint64_t position() const override { return log_->position(); }
  uint64_t released() const override;
  bool is_flooded() const override { return is_flooded_; }

 private:
  void on_progress();
  void look();

  Engine& engine_;
  Napi::Env env_;
  LoopCallback on_change_;
  std::optional<LoopCallback> on_end_;  // until it is called
  LoopSignal signal_;
  std::string scratch_;
  SyncPolicy policy_ = SyncPolicy::kEverySecond;
  int64_t timestamp_s_ = 0;
  uint64_t delayed_syncs_ = 0;
  bool has_timestamps_ = false;
  bool refuses_ = false, has_failed_ = false, is_ending_ = false;
  bool is_late_ = false, is_flooded_ = false;
  std::unique_ptr<AppendLog> log_;
};

/// The functions of the log in the store's object; see src/store/log-operations.ts.
void add_log_functions(Napi::Env env, Napi::Object object, Engine* engine);

}  // namespace redwing
