// Bridge: hands the transport's events to JavaScript.
//
// Each event is one call of a JavaScript function, through a callback scope, so that promises and ticks that
// handlers started go on before the loop does. Thread: the event loop's only. A function that throws is an
// uncaught exception.
#pragma once

#include <napi.h>

#include <initializer_list>
#include <vector>

#include "binding/engine.h"
#include "transport/transport.h"

namespace redwing {

class Bridge final : public TransportEvents {
 public:
  Bridge(Napi::Env env, Napi::Function on_batch, Napi::Function on_connect);
  // To be set before a relay is opened.
  void set_relay_listener(Napi::Function on_relay) { on_relay_ = Napi::Persistent(on_relay); }

  void on_batch(int32_t rows) override;
  void on_connect(int32_t id) override;
  void on_relay(int32_t relay, int32_t event, size_t bytes) override;

  // The bytes of a big frame as an ArrayBuffer; detached when the running batch ends.
  Napi::Value borrow(Napi::Env env, uint8_t* bytes, size_t size);

 private:
  void call(Napi::FunctionReference& function, std::initializer_list<double> arguments);

  Napi::Env env_;
  Napi::FunctionReference on_batch_, on_connect_, on_relay_;
  Napi::AsyncContext context_;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> borrowed_;
};

}  // namespace redwing
