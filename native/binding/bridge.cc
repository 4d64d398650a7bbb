#include "binding/bridge.h"

namespace redwing {

Bridge::Bridge(Napi::Env env, Napi::Function on_batch, Napi::Function on_connect)
    : env_(env), on_batch_(on_batch, kName), on_connect_(on_connect, kName) {}

void Bridge::on_batch(int32_t rows) {
  Napi::HandleScope scope(env_);
  on_batch_({Napi::Number::New(env_, rows)});
  if (borrowed_.empty()) return;
  for (auto& reference : borrowed_) reference.Value().Detach();
  borrowed_.clear();
}

void Bridge::on_connect(int32_t id) {
  Napi::HandleScope scope(env_);
  on_connect_({Napi::Number::New(env_, id)});
}

void Bridge::on_relay(int32_t relay, int32_t event, size_t bytes) {
  Napi::HandleScope scope(env_);
  (*on_relay_)({Napi::Number::New(env_, relay), Napi::Number::New(env_, event),
                Napi::Number::New(env_, static_cast<double>(bytes))});
}

Napi::Value Bridge::borrow(Napi::Env env, uint8_t* bytes, size_t size) {
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, bytes, size);
  borrowed_.push_back(Napi::Persistent(buffer));
  return buffer;
}

}  // namespace redwing
