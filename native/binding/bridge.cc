#include "binding/bridge.h"

#include <utility>

#include "memory/assert.h"

namespace redwing {

namespace {
constexpr size_t kArgumentsMax = 3;
}

Bridge::Bridge(Napi::Env env, Napi::Function on_batch, Napi::Function on_connect)
    : env_(env),
      on_batch_(Napi::Persistent(on_batch)),
      on_connect_(Napi::Persistent(on_connect)),
      context_(env, "redwing.transport") {}

void Bridge::call(Napi::FunctionReference& function, std::initializer_list<double> arguments) {
  Napi::HandleScope scope(env_);
  napi_value values[kArgumentsMax], result;
  RW_ASSERT(arguments.size() <= kArgumentsMax, "an event has few arguments");
  size_t count = 0;
  for (double argument : arguments) napi_create_double(env_, argument, &values[count++]);
  napi_status status =
      napi_make_callback(env_, context_, env_.Global(), function.Value(), count, values, &result);
  if (status != napi_pending_exception) return;
  napi_value error;
  napi_get_and_clear_last_exception(env_, &error);
  napi_fatal_exception(env_, error);
}

void Bridge::on_batch(int32_t rows) {
  call(on_batch_, {static_cast<double>(rows)});
  if (borrowed_.empty()) return;
  Napi::HandleScope scope(env_);
  for (auto& reference : borrowed_) reference.Value().Detach();
  borrowed_.clear();
}

void Bridge::on_connect(int32_t id) { call(on_connect_, {static_cast<double>(id)}); }

void Bridge::on_relay(int32_t relay, int32_t event, size_t bytes) {
  call(on_relay_, {static_cast<double>(relay), static_cast<double>(event), static_cast<double>(bytes)});
}

Napi::Value Bridge::borrow(Napi::Env env, uint8_t* bytes, size_t size) {
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, bytes, size);
  borrowed_.push_back(Napi::Persistent(buffer));
  return buffer;
}

}  // namespace redwing
