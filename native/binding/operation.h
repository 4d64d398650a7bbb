// How an operation of the store becomes a function of JavaScript.
//
// An operation is `int32_t name(Engine&, const int32_t (&a)[N])`: small integers in, one integer out, nothing
// allocated. Arguments of commands are named by their index in the argument table; replies are written at the
// arena's cursor; what does not fit an integer travels in the `numbers` registers. The C API of Node-API is
// used directly because this is the hot path: a call costs about 30 ns, nearly all of it Node-API's own.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "binding/engine.h"

namespace redwing {

template <size_t N>
using OperationBody = int32_t (*)(Engine&, const int32_t (&)[N]);

template <size_t N, OperationBody<N> body>
napi_value call_operation(napi_env env, napi_callback_info info) {
  size_t count = N;
  napi_value values[N];
  void* engine = nullptr;
  napi_get_cb_info(env, info, &count, values, nullptr, &engine);
  int32_t arguments[N];
  for (size_t i = 0; i < N; i++) napi_get_value_int32(env, values[i], &arguments[i]);
  napi_value result;
  napi_create_int32(env, body(*static_cast<Engine*>(engine), arguments), &result);
  return result;
}

struct Operation {
  const char* name;
  napi_callback call;
};

template <size_t N>
int32_t operation_arity(OperationBody<N>);

// `operation<&get_string>("getString")`: an entry of a family's table.
template <auto body>
constexpr Operation operation(const char* name) {
  return {name, []<size_t N>(OperationBody<N>) -> napi_callback { return call_operation<N, body>; }(body)};
}

// The families of operations, each in the file of its name.
std::span<const Operation> string_operations();
std::span<const Operation> key_operations();
std::span<const Operation> bitmap_operations();
std::span<const Operation> hyperloglog_operations();
std::span<const Operation> lcs_operations();
std::span<const Operation> set_operations();
std::span<const Operation> set_algebra_operations();
std::span<const Operation> list_operations();
std::span<const Operation> sorted_set_operations();
std::span<const Operation> sorted_set_range_operations();
std::span<const Operation> sorted_set_algebra_operations();
std::span<const Operation> hash_operations();
std::span<const Operation> hash_reading_operations();
std::span<const Operation> hash_expiry_operations();
std::span<const Operation> stream_operations();
std::span<const Operation> stream_group_operations();
std::span<const Operation> stream_info_operations();
std::span<const Operation> sort_operations();
std::span<const Operation> geo_operations();
std::span<const Operation> frame_operations();
std::span<const Operation> memory_operations();
std::span<const Operation> digest_operations();
std::span<const Operation> serialization_operations();
std::span<const Operation> effect_operations();
std::span<const Operation> server_operations();

}  // namespace redwing
