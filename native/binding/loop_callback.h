// LoopCallback: a function of JavaScript that is called by the event loop itself, when nothing of JavaScript
// runs: through a callback scope, so that promises and ticks that it starts go on before the loop does.
//
// A function that throws is an uncaught exception. Thread: the event loop's only.
#pragma once

#include <napi.h>

#include <initializer_list>

namespace redwing {

class LoopCallback {
 public:
  /// `name`: of what calls, for tools that follow what runs asynchronously.
  LoopCallback(Napi::Function function, const char* name)
      : env_(function.Env()), function_(Napi::Persistent(function)), context_(function.Env(), name) {}

  /// The caller has opened a handle scope for the arguments.
  void operator()(std::initializer_list<napi_value> arguments) const {
    Napi::HandleScope scope(env_);
    napi_value result;
    const napi_status status = napi_make_callback(env_, context_, env_.Global(), function_.Value(),
                                                  arguments.size(), arguments.begin(), &result);
    if (status != napi_pending_exception) return;
    napi_value error;
    napi_get_and_clear_last_exception(env_, &error);
    napi_fatal_exception(env_, error);
  }

 private:
  Napi::Env env_;
  Napi::FunctionReference function_;
  Napi::AsyncContext context_;
};

}  // namespace redwing
