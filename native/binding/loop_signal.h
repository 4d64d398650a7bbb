// LoopSignal: lets another thread have something called on the event loop, soon and at least once, however
// often it is sent.
//
// Ownership: made and destroyed on the loop's thread; whoever sends must have stopped before. It does not
// keep the loop alive. Thread: `send` any, the rest the loop's. Cost: a write to a descriptor.
#pragma once

#include <napi.h>
#include <uv.h>

#include <functional>
#include <utility>

namespace redwing {

class LoopSignal {
 public:
  LoopSignal(Napi::Env env, std::function<void()> on_signal)
      : on_signal_(std::move(on_signal)), async_(new uv_async_t) {
    uv_loop_t* loop = nullptr;
    napi_get_uv_event_loop(env, &loop);
    uv_async_init(loop, async_, [](uv_async_t* async) {
      if (async->data != nullptr) static_cast<LoopSignal*>(async->data)->on_signal_();
    });
    async_->data = this;
    uv_unref(reinterpret_cast<uv_handle_t*>(async_));
  }
  ~LoopSignal() {
    // libuv has it until it is closed, which may be later than this.
    async_->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(async_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
  }
  LoopSignal(const LoopSignal&) = delete;
  LoopSignal& operator=(const LoopSignal&) = delete;

  void send() { uv_async_send(async_); }

 private:
  const std::function<void()> on_signal_;
  uv_async_t* const async_;
};

}  // namespace redwing
