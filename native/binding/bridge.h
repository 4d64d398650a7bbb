// Bridge: hands the transport's events to JavaScript.
//
// Each event is one call of a JavaScript function (see loop_callback.h). Thread: the event loop's only.
#pragma once

#include <napi.h>

#include <optional>
#include <vector>

#include "binding/engine.h"
#include "binding/loop_callback.h"
#include "transport/transport.h"

namespace redwing {

class Bridge final : public TransportEvents {
 public:
  Bridge(Napi::Env env, Napi::Function on_batch, Napi::Function on_connect);
  // To be set before a relay is opened.
  void set_relay_listener(Napi::Function on_relay) { on_relay_.emplace(on_relay, kName); }

  void on_batch(int32_t rows) override;
  void on_connect(int32_t id) override;
  void on_relay(int32_t relay, int32_t event, size_t bytes) override;

  // The bytes of a big frame as an ArrayBuffer; detached when the running batch ends.
  Napi::Value borrow(Napi::Env env, uint8_t* bytes, size_t size);

 private:
  static constexpr char kName[] = "redwing.transport";

  Napi::Env env_;
  LoopCallback on_batch_, on_connect_;
  std::optional<LoopCallback> on_relay_;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> borrowed_;
};

}  // namespace redwing
