#include "binding/snapshot_check.h"

#include <cstdint>
#include <memory>
#include <string>

#include "binding/snapshots.h"
#include "rdb/snapshot_reader.h"

namespace redwing {
namespace {

struct Check {
  Check() : reader(nullptr) {}
  SnapshotReader reader;
  SnapshotReading::State state = SnapshotReading::kMore;
};

}  // namespace

Napi::Value open_snapshot_check(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const std::string path(reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength());
  const bool has_tail = info[1].As<Napi::Boolean>();
  const int64_t now_ms = info[2].As<Napi::Number>().Int64Value();
  auto check = std::make_shared<Check>();
  if (!check->reader.open(path, now_ms, false, has_tail)) check->state = SnapshotReading::kFailed;
  Napi::Object object = Napi::Object::New(env);
  object.Set("step", Napi::Function::New(env, [check](const Napi::CallbackInfo& i) -> Napi::Value {
               const int64_t budget_us = i[0].As<Napi::Number>().Int64Value();
               if (check->state == SnapshotReading::kMore) check->state = check->reader.step(budget_us);
               return describe(i.Env(), check->state, check->reader.reading());
             }));
  object.Set("contents", Napi::Function::New(env, [check](const Napi::CallbackInfo& i) -> Napi::Value {
               return describe_contents(i.Env(), check->reader.reading());
             }));
  return object;
}

}  // namespace redwing
