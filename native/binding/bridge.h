// Bridge: hands the transport's events to JavaScript.
//
// Each event is one call of a JavaScript function, through a callback scope, so that promises and ticks that
// handlers started go on before the loop does. Thread: the event loop's only. A function that throws is an
// uncaught exception.
#pragma once

#include <napi.h>

#include <vector>

#include "binding/engine.h"
#include "transport/transport.h"

namespace redwing {

class Bridge final : public TransportEvents {
 public:
  Bridge(Napi::Env env, Napi::Function on_batch, Napi::Function on_connect);

  void on_batch(int32_t rows) override;
  void on_connect(int32_t id) override;

  // The bytes of a big frame as an ArrayBuffer; detached when the running batch ends.
  Napi::Value borrow(Napi::Env env, uint8_t* bytes, size_t size);

 private:
  void call(Napi::FunctionReference& function, int32_t argument);

  Napi::Env env_;
  Napi::FunctionReference on_batch_, on_connect_;
  Napi::AsyncContext context_;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> borrowed_;
};

}  // namespace redwing
