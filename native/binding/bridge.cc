#include "binding/bridge.h"

#include <utility>

namespace redwing {

Bridge::Bridge(Napi::Env env, Napi::Function on_batch, Napi::Function on_connect)
    : env_(env),
      on_batch_(Napi::Persistent(on_batch)),
      on_connect_(Napi::Persistent(on_connect)),
      context_(env, "redwing.transport") {}

void Bridge::call(Napi::FunctionReference& function, int32_t argument) {
  Napi::HandleScope scope(env_);
  napi_value value, result;
  napi_create_int32(env_, argument, &value);
  napi_status status =
      napi_make_callback(env_, context_, env_.Global(), function.Value(), 1, &value, &result);
  if (status != napi_pending_exception) return;
  napi_value error;
  napi_get_and_clear_last_exception(env_, &error);
  napi_fatal_exception(env_, error);
}

void Bridge::on_batch(int32_t rows) {
  call(on_batch_, rows);
  if (borrowed_.empty()) return;
  Napi::HandleScope scope(env_);
  for (auto& reference : borrowed_) reference.Value().Detach();
  borrowed_.clear();
}

void Bridge::on_connect(int32_t id) { call(on_connect_, id); }

Napi::Value Bridge::borrow(Napi::Env env, uint8_t* bytes, size_t size) {
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, bytes, size);
  borrowed_.push_back(Napi::Persistent(buffer));
  return buffer;
}

}  // namespace redwing
