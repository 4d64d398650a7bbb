#include "binding/effect_log.h"

#include <fcntl.h>
#include <uv.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "binding/engine.h"
#include "memory/platform.h"

namespace redwing {

namespace {

constexpr size_t kWriteMax = size_t{1} << 30;

constexpr char kName[] = "redwing.log";

// A file by libuv's synchronous functions, which repeat what a signal has interrupted.
class SystemFile final : public LogFile {
 public:
  explicit SystemFile(uv_file file) : file_(file) {}
  ~SystemFile() override {
    uv_fs_t request;
    uv_fs_close(nullptr, &request, file_, nullptr);
    uv_fs_req_cleanup(&request);
  }
  int64_t write(const char* bytes, size_t size) override {
    uv_buf_t buffer = uv_buf_init(const_cast<char*>(bytes), static_cast<unsigned>(std::min(size, kWriteMax)));
    uv_fs_t request;
    uv_fs_write(nullptr, &request, file_, &buffer, 1, -1, nullptr);
    return result(request);
  }
  int sync() override {
    uv_fs_t request;
    uv_fs_fdatasync(nullptr, &request, file_, nullptr);
    return static_cast<int>(result(request));
  }
  int truncate(uint64_t size) override {
    uv_fs_t request;
    uv_fs_ftruncate(nullptr, &request, file_, static_cast<int64_t>(size), nullptr);
    return static_cast<int>(result(request));
  }

 private:
  static int64_t result(uv_fs_t& request) {
    const int64_t value = request.result;
    uv_fs_req_cleanup(&request);
    return value;
  }

  uv_file file_;
};

// libuv's errors are the system's, negated, where the system's text is what people know; elsewhere they are
// numbers of its own.
std::string describe(int error) {
  constexpr int kFirstOfLibuv = -4000;
  return error > kFirstOfLibuv ? std::generic_category().message(-error) : uv_strerror(error);
}

// Size of a file, or an error below 0.
int64_t size_of(uv_file file) {
  uv_fs_t request;
  int64_t result = uv_fs_fstat(nullptr, &request, file, nullptr);
  if (result == 0) result = static_cast<int64_t>(request.statbuf.st_size);
  uv_fs_req_cleanup(&request);
  return result;
}

}  // namespace

EffectLog::EffectLog(Napi::Env env, Engine& engine, Napi::Function on_change)
    : engine_(engine),
      env_(env),
      on_change_(on_change, kName),
      signal_(env, [this] { on_progress(); }),
      log_(std::make_unique<AppendLog>([this] { signal_.send(); })) {}

EffectLog::~EffectLog() {
  if (engine_.transport) engine_.transport->set_gate(nullptr);
  log_.reset();  // its thread signals no more
}

int EffectLog::open(const std::string& path) {
  uv_fs_t request;
  const int file = uv_fs_open(nullptr, &request, path.c_str(), UV_FS_O_WRONLY | UV_FS_O_APPEND, 0, nullptr);
  uv_fs_req_cleanup(&request);
  if (file < 0) return file;
  auto owned = std::make_unique<SystemFile>(file);
  const int64_t size = size_of(file);
  if (size < 0) return static_cast<int>(size);
  // What was executed so far belongs to the file before, if it is the half of a transaction, too.
  engine_.cut_effects();
  take_effects();
  log_->open(std::move(owned), static_cast<uint64_t>(size));
  timestamp_s_ = 0;
  if (engine_.transport) engine_.transport->set_gate(this);
  return 0;
}

void EffectLog::end(Napi::Function on_end) {
  // What a transaction does from now on is of no log.
  engine_.cut_effects();
  take_effects();
  on_end_.emplace(on_end, kName);
  is_ending_ = true;
  log_->hurry();
  look();
  // It may have nothing to do.
  signal_.send();
}

void EffectLog::set_policy(SyncPolicy policy) {
  policy_ = policy;
  log_->set_policy(policy);
  look();
}

void EffectLog::take_effects() {
  engine_.flush_effects();
  if (engine_.effects.size() > 0) {
    engine_.effects.swap(scratch_);
    const int64_t now_s = engine_.keyspace.now() / 1000;
    if (has_timestamps_ && now_s > timestamp_s_) {
      timestamp_s_ = now_s;
      scratch_.insert(0, "#TS:" + std::to_string(now_s) + "\r\n");
    }
    log_->append(scratch_);
  }
  look();
}

// How far the thread is behind, and whether that matters: nobody waits for a file that cannot be written, or
// that ends, unless that was promised.
void EffectLog::look() {
  const bool waits = policy_ == SyncPolicy::kAlways || !(has_failed_ || is_ending_);
  const uint64_t waiting = log_->position() - log_->written();
  if (waits && waiting > (is_flooded_ ? kBacklogBytes / 4 : kBacklogBytes)) {
    if (!std::exchange(is_flooded_, true)) log_->watch(true);
  } else if (std::exchange(is_flooded_, false)) {
    log_->watch(false);
  }
  const int64_t since = policy_ == SyncPolicy::kEverySecond ? log_->unsynced_since_us() : 0;
  const bool was_late = is_late_;
  is_late_ = since != 0 && platform::monotonic_us() - since > kLateUs && waits;
  if (is_late_ && !was_late) delayed_syncs_++;
}

bool EffectLog::is_shut(bool within_batch) const {
  if (refuses_) return false;
  if (is_flooded_ || is_late_) return true;
  return policy_ == SyncPolicy::kAlways &&
         (within_batch || engine_.effects.size() > 0 || log_->position() != log_->synced());
}

uint64_t EffectLog::released() const {
  if (policy_ == SyncPolicy::kAlways) return log_->synced();
  return is_flooded_ || is_late_ ? log_->synced() : UINT64_MAX;
}

void EffectLog::on_progress() {
  const bool failed = log_->failure().operation != nullptr;
  const bool changed = std::exchange(has_failed_, failed) != failed;
  look();
  if (changed) on_change_({});
  if (!on_end_ || log_->is_hurrying()) return;
  Napi::HandleScope scope(env_);
  const LoopCallback on_end = std::move(*on_end_);
  on_end_.reset();
  on_end({Napi::Boolean::New(env_, log_->synced() == log_->position())});
}

// ---- functions --------------------------------------------------------------------------------------------

namespace {

using Info = Napi::CallbackInfo;

Napi::Value figures(const Info& info, Engine* engine) {
  Napi::Object result = Napi::Object::New(info.Env());
  EffectLog& effect_log = *engine->effect_log;
  AppendLog& log = effect_log.log();
  auto set = [&](const char* name, auto value) { result.Set(name, static_cast<double>(value)); };
  set("position", log.position());
  set("written", log.written());
  set("synced", log.synced());
  set("fileBytes", log.file_size());
  set("syncs", log.syncs());
  set("delayedSyncs", effect_log.delayed_syncs());
  result.Set("isSyncing", log.is_syncing());
  const LogFailure failure = log.failure();
  if (failure.operation != nullptr) {
    result.Set("failed", failure.operation);
    result.Set("error", failure.error == 0 ? "EIO" : uv_err_name(failure.error));
    result.Set("reason", failure.error == 0 ? "short write" : describe(failure.error));
  }
  return result;
}

}  // namespace

void add_log_functions(Napi::Env env, Napi::Object object, Engine* engine) {
  auto add = [&](const char* name, auto function) {
    object.Set(name, Napi::Function::New(env, function, name));
  };
  // openLog(path, onChange) -> null or an error's name
  add("openLog", [engine](const Info& info) -> Napi::Value {
    if (!engine->effect_log)
      engine->effect_log = std::make_unique<EffectLog>(info.Env(), *engine, info[1].As<Napi::Function>());
    auto path = info[0].As<Napi::Uint8Array>();
    const int error =
        engine->effect_log->open(std::string(reinterpret_cast<const char*>(path.Data()), path.ByteLength()));
    if (error == 0) return info.Env().Null();
    return Napi::String::New(info.Env(), uv_err_name(error));
  });
  // supersedeLog(): something else on the disk has all that was taken before the last openLog
  add("supersedeLog", [engine](const Info&) { engine->effect_log->log().supersede(); });
  // endLog(onEnd): nothing more is taken; onEnd(isWhole) when what was taken is on the disk, or cannot be
  add("endLog", [engine](const Info& info) { engine->effect_log->end(info[0].As<Napi::Function>()); });
  // closeLog(): what is not written is dropped
  add("closeLog", [engine](const Info&) { engine->effect_log.reset(); });
  // finishLog(timeoutMs) -> whether all is on the disk
  add("finishLog", [engine](const Info& info) {
    engine->effect_log->take_effects();
    const int64_t timeout_ms = info[0].As<Napi::Number>().Int64Value();
    return Napi::Boolean::New(info.Env(), engine->effect_log->log().finish(timeout_ms * 1000));
  });
  // setLogPolicy(policy: 0 always, 1 every second, 2 never)
  add("setLogPolicy", [engine](const Info& info) {
    engine->effect_log->set_policy(static_cast<SyncPolicy>(info[0].As<Napi::Number>().Int32Value()));
  });
  add("setLogTimestamps",
      [engine](const Info& info) { engine->effect_log->set_timestamps(info[0].As<Napi::Boolean>()); });
  // setLogRefusing(refuses): clients are refused what depends on the data
  add("setLogRefusing",
      [engine](const Info& info) { engine->effect_log->set_refusing(info[0].As<Napi::Boolean>()); });
  // setLogSyncDelay(microseconds)
  add("setLogSyncDelay", [engine](const Info& info) {
    engine->effect_log->log().set_sync_delay_us(info[0].As<Napi::Number>().Int64Value());
  });
  // logFigures(): see src/store/log-operations.ts
  add("logFigures", [engine](const Info& info) { return figures(info, engine); });
}

}  // namespace redwing
