#include "binding/snapshot_check.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "rdb/snapshot_reader.h"

namespace redwing {
namespace {

struct Check {
  Check() : reader(nullptr) {}
  SnapshotReader reader;
  SnapshotReading::State state = SnapshotReading::kMore;
};

// Texts of a file may hold any byte.
Napi::Value latin1(Napi::Env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_latin1(env, text.data(), text.size(), &value);
  return Napi::Value(env, value);
}

Napi::Value number(Napi::Env env, uint64_t count) {
  return Napi::Number::New(env, static_cast<double>(count));
}

Napi::Value facts_of(Napi::Env env, const SnapshotReading& reading) {
  Napi::Array facts = Napi::Array::New(env, reading.facts.size());
  for (size_t i = 0; i < reading.facts.size(); i++) {
    Napi::Array fact = Napi::Array::New(env, 2);
    fact.Set(0u, latin1(env, reading.facts[i].first));
    fact.Set(1u, latin1(env, reading.facts[i].second));
    facts.Set(static_cast<uint32_t>(i), fact);
  }
  return facts;
}

Napi::Value describe(Napi::Env env, const SnapshotReading& reading) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("bytes", number(env, reading.bytes));
  object.Set("totalBytes", number(env, reading.total_bytes));
  // Those whose time has come are counted apart by the reader, since it leaves them out.
  object.Set("keys", number(env, reading.keys + reading.expired + reading.empty));
  object.Set("expiring", number(env, reading.expiring + reading.expired));
  object.Set("expired", number(env, reading.expired));
  object.Set("functions", number(env, reading.functions.size() + reading.functions_skipped));
  object.Set("version", Napi::Number::New(env, reading.version));
  object.Set("facts", facts_of(env, reading));
  object.Set("error", latin1(env, reading.error));
  object.Set("errorOffset", number(env, reading.error_offset));
  object.Set("errorKey", latin1(env, reading.error_key));
  return object;
}

}  // namespace

Napi::Value open_snapshot_check(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::string path = info[0].As<Napi::String>();
  const bool has_tail = info[1].As<Napi::Boolean>();
  const int64_t now_ms = info[2].As<Napi::Number>().Int64Value();
  auto check = std::make_shared<Check>();
  if (!check->reader.open(path, now_ms, false, has_tail)) check->state = SnapshotReading::kFailed;
  Napi::Object object = Napi::Object::New(env);
  object.Set("step", Napi::Function::New(env, [check](const Napi::CallbackInfo& i) -> Napi::Value {
               const int64_t budget_us = i[0].As<Napi::Number>().Int64Value();
               if (check->state == SnapshotReading::kMore) check->state = check->reader.step(budget_us);
               return Napi::Number::New(i.Env(), check->state);
             }));
  object.Set("reading", Napi::Function::New(env, [check](const Napi::CallbackInfo& i) -> Napi::Value {
               return describe(i.Env(), check->reader.reading());
             }));
  return object;
}

}  // namespace redwing
