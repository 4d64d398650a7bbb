#include "binding/snapshots.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "binding/collection_limits.h"
#include "memory/file_lock.h"

namespace redwing {

namespace {

using Info = Napi::CallbackInfo;

// A snapshot, the base of an append-only file, a backup: more at a time wait.
constexpr size_t kThreads = 2;
constexpr int64_t kCheckStepUs = 50'000;

std::string text(const Napi::Value& value) {
  auto bytes = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

Napi::Value buffer(Napi::Env env, const std::string& bytes) {
  return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size());
}

Napi::Value number(Napi::Env env, uint64_t count) {
  return Napi::Number::New(env, static_cast<double>(count));
}

// Texts of a file may hold any byte: each becomes a character of its own.
Napi::Value latin1(Napi::Env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_latin1(env, text.data(), text.size(), &value);
  return Napi::Value(env, value);
}

Napi::Value describe(Napi::Env env, const SnapshotResult& result) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("failed", result.failed == nullptr ? "" : result.failed);
  object.Set("problem", result.error == 0 ? "" : std::generic_category().message(result.error));
  object.Set("keys", static_cast<double>(result.keys));
  object.Set("bytes", static_cast<double>(result.bytes));
  return object;
}

SnapshotOptions options_of(const Napi::Object& given) {
  SnapshotOptions options;
  options.temporary_path = text(given.Get("temporaryPath"));
  options.final_path = text(given.Get("finalPath"));
  options.compresses = given.Get("compresses").ToBoolean();
  options.has_checksum = given.Get("hasChecksum").ToBoolean();
  options.sync_bytes = static_cast<size_t>(given.Get("syncBytes").ToNumber().DoubleValue());
  options.key_delay_us = given.Get("keyDelayUs").ToNumber().Int64Value();
  options.key_use = static_cast<KeyUse>(given.Get("keyUse").ToNumber().Int32Value());
  options.frequency_decay_minutes = given.Get("frequencyDecayMinutes").ToNumber();
  options.as_commands = given.Get("asCommands").ToBoolean();
  options.commands_head = text(given.Get("commandsHead"));
  auto facts = given.Get("facts").As<Napi::Array>();
  for (uint32_t i = 0; i < facts.Length(); i++) {
    auto fact = facts.Get(i).As<Napi::Array>();
    options.facts.emplace_back(fact.Get(0u).ToString(), fact.Get(1u).ToString());
  }
  auto functions = given.Get("functions").As<Napi::Array>();
  for (uint32_t i = 0; i < functions.Length(); i++) options.functions.push_back(text(functions.Get(i)));
  return options;
}

}  // namespace

Napi::Value describe(Napi::Env env, SnapshotReading::State state, const SnapshotReading& reading) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("isMore", state == SnapshotReading::kMore);
  object.Set("bytes", number(env, reading.bytes));
  object.Set("totalBytes", number(env, reading.total_bytes));
  object.Set("keys", number(env, reading.keys));
  object.Set("expired", number(env, reading.expired));
  object.Set("keysInFile", number(env, reading.keys_in_file()));
  object.Set("expiringInFile", number(env, reading.expiring_in_file()));
  object.Set("version", reading.version);
  object.Set("error", reading.error);
  object.Set("errorOffset", number(env, reading.error_offset));
  object.Set("errorKey", latin1(env, reading.error_key));
  return object;
}

Napi::Value describe_contents(Napi::Env env, const SnapshotReading& reading) {
  Napi::Array facts = Napi::Array::New(env, reading.facts.size());
  for (uint32_t i = 0; i < reading.facts.size(); i++) {
    Napi::Array fact = Napi::Array::New(env, 2);
    fact.Set(0u, latin1(env, reading.facts[i].first));
    fact.Set(1u, latin1(env, reading.facts[i].second));
    facts.Set(i, fact);
  }
  Napi::Array functions = Napi::Array::New(env, reading.functions.size());
  for (uint32_t i = 0; i < reading.functions.size(); i++) functions.Set(i, buffer(env, reading.functions[i]));
  Napi::Object object = Napi::Object::New(env);
  object.Set("facts", facts);
  object.Set("functions", functions);
  return object;
}

Snapshots::Snapshots(Napi::Env env, Engine& engine)
    : env_(env),
      engine_(engine),
      signal_(env, [this] { on_finished(); }),
      pool_(std::make_unique<WorkerPool>(kThreads)) {}

Snapshots::~Snapshots() {
  for (const auto& [number, job] : jobs_) job->progress.is_cancelled = true;
  // Nothing reads any more once the threads are joined; then the views can go.
  pool_.reset();
  for (const auto& [number, job] : jobs_) {
    if (job->view != nullptr) engine_.keyspace.close_view(job->view);
  }
}

int32_t Snapshots::begin(Work work, bool takes_view, Napi::Function on_done) {
  auto job = std::make_shared<Job>(on_done);
  job->number = next_job_++;
  if (takes_view) job->view = engine_.keyspace.open_view();
  jobs_.emplace(job->number, job);
  // The worker sees the job by its address: it lives in the map until it is done or the pool is gone.
  pool_->run([this, job = job.get(), work = std::move(work)] { run_job(job, work); });
  return job->number;
}

void Snapshots::run_job(Job* job, const Work& work) {
  {
    std::lock_guard lock(mutex_);
    job->runs = !job->progress.is_cancelled;
  }
  if (job->runs) {
    job->outcome = work(job->view, &job->progress);
  } else {
    job->outcome.written.error = ECANCELED;
    job->outcome.written.failed = "cancel";
  }
  {
    std::lock_guard lock(mutex_);
    job->runs = false;
    finished_.push_back(job->number);
  }
  ended_.notify_all();
  signal_.send();
}

void Snapshots::cancel(int32_t number, bool waits) {
  auto found = jobs_.find(number);
  if (found == jobs_.end()) return;
  Job& job = *found->second;
  std::unique_lock lock(mutex_);
  job.progress.is_cancelled = true;
  // One that has not begun does nothing when it does.
  if (waits) ended_.wait(lock, [&job] { return !job.runs; });
}

Snapshots::Outcome Snapshots::run(const Work& work) {
  SnapshotProgress progress;
  View* view = engine_.keyspace.open_view();
  Outcome outcome = work(view, &progress);
  engine_.keyspace.close_view(view);
  return outcome;
}

SnapshotProgress* Snapshots::progress(int32_t number) {
  auto found = jobs_.find(number);
  return found == jobs_.end() ? nullptr : &found->second->progress;
}

void Snapshots::on_finished() {
  std::vector<int32_t> finished;
  {
    std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  Napi::HandleScope scope(env_);
  for (int32_t number : finished) {
    auto found = jobs_.find(number);
    std::shared_ptr<Job> job = found->second;
    jobs_.erase(found);
    finish(job);
  }
}

void Snapshots::finish(const std::shared_ptr<Job>& job) {
  if (job->view != nullptr) engine_.keyspace.close_view(job->view);
  const Outcome& outcome = job->outcome;
  job->on_done({outcome.check != nullptr ? describe(env_, outcome.check->state, outcome.check->reading)
                                         : describe(env_, outcome.written)});
}

namespace {

bool has_expiring_fields(const Engine& engine) {
  for (int db = 0; db < engine.keyspace.databases(); db++) {
    if (engine.keyspace.member_expires(db) != 0) return true;
  }
  return false;
}

Snapshots::Work writing(const Engine& engine, const Napi::Object& given) {
  SnapshotOptions options = options_of(given);
  options.has_expiring_fields = has_expiring_fields(engine);
  return [options = std::move(options)](View* view, SnapshotProgress* progress) {
    return Snapshots::Outcome{write_snapshot(view, options, progress), nullptr};
  };
}

Snapshots::Work checking(std::string path) {
  return [path = std::move(path)](View*, SnapshotProgress* progress) {
    auto check = std::make_unique<Snapshots::Check>();
    SnapshotReader reader(nullptr);
    check->state = SnapshotReading::kFailed;
    if (reader.open(path, kNoExpiry, true, true)) {
      do {
        check->state = reader.step(kCheckStepUs);
      } while (check->state == SnapshotReading::kMore && !progress->is_cancelled);
    }
    check->reading = reader.reading();
    return Snapshots::Outcome{{}, std::move(check)};
  };
}

template <class Function>
void add(Napi::Env env, Napi::Object object, const char* name, Function function) {
  object.Set(name, Napi::Function::New(env, function, name));
}

void add_writing(Napi::Env env, Napi::Object object, Engine* engine, Snapshots* snapshots) {
  // beginSnapshot(options, done) -> the job's number
  add(env, object, "beginSnapshot", [=](const Info& info) {
    int32_t job =
        snapshots->begin(writing(*engine, info[0].As<Napi::Object>()), true, info[1].As<Napi::Function>());
    return Napi::Number::New(info.Env(), job);
  });
  // writeSnapshot(options) -> its result
  add(env, object, "writeSnapshot", [=](const Info& info) {
    return describe(info.Env(), snapshots->run(writing(*engine, info[0].As<Napi::Object>())).written);
  });
  // beginSnapshotCheck(path, done) -> the job's number
  add(env, object, "beginSnapshotCheck", [=](const Info& info) {
    return Napi::Number::New(info.Env(),
                             snapshots->begin(checking(text(info[0])), false, info[1].As<Napi::Function>()));
  });
  // snapshotProgress(job) -> keys written so far, or -1 if it is done
  add(env, object, "snapshotProgress", [=](const Info& info) {
    const SnapshotProgress* progress = snapshots->progress(info[0].ToNumber());
    return Napi::Number::New(info.Env(), progress == nullptr ? -1 : static_cast<double>(progress->keys));
  });
  // cancelSnapshot(job, waits)
  add(env, object, "cancelSnapshot",
      [=](const Info& info) { snapshots->cancel(info[0].ToNumber(), info[1].ToBoolean()); });
}

void add_reading(Napi::Env env, Napi::Object object, Engine* engine, Snapshots* snapshots) {
  // openSnapshot({path, nowMs, keepsExpired, hasTail, skipsChecksum}) -> the reader's number, or
  // what is wrong
  add(env, object, "openSnapshot", [=](const Info& info) -> Napi::Value {
    auto given = info[0].As<Napi::Object>();
    auto reader = std::make_unique<SnapshotReader>(&engine->keyspace, collection_limits(*engine));
    reader->set_verifies_checksum(!given.Get("skipsChecksum").ToBoolean());
    if (!reader->open(text(given.Get("path")), given.Get("nowMs").ToNumber().Int64Value(),
                      given.Get("keepsExpired").ToBoolean(), given.Get("hasTail").ToBoolean()))
      return Napi::String::New(info.Env(), reader->reading().error);
    int32_t number = snapshots->next_reader++;
    snapshots->readers.emplace(number, std::move(reader));
    return Napi::Number::New(info.Env(), number);
  });
  // readSnapshot(reader, budgetUs) -> how far it is
  add(env, object, "readSnapshot", [=](const Info& info) -> Napi::Value {
    SnapshotReader& reader = *snapshots->readers.at(info[0].ToNumber());
    SnapshotReading::State state = reader.step(info[1].ToNumber().Int64Value());
    return describe(info.Env(), state, reader.reading());
  });
  // snapshotContents(reader) -> {facts, functions}
  add(env, object, "snapshotContents", [=](const Info& info) -> Napi::Value {
    return describe_contents(info.Env(), snapshots->readers.at(info[0].ToNumber())->reading());
  });
  // closeSnapshot(reader)
  add(env, object, "closeSnapshot",
      [=](const Info& info) { snapshots->readers.erase(info[0].ToNumber().Int32Value()); });
}

void add_locking(Napi::Env env, Napi::Object object) {
  // lockFile(path, text) -> the lock, or why not: ["", who has it] or [what is wrong, ""]
  add(env, object, "lockFile", [](const Info& info) -> Napi::Value {
    FileLock lock = lock_file(text(info[0]), text(info[1]));
    if (lock.handle >= 0) return Napi::Number::New(info.Env(), static_cast<double>(lock.handle));
    Napi::Array reason = Napi::Array::New(info.Env(), 2);
    reason.Set(0u, lock.error == 0 ? "" : std::generic_category().message(lock.error));
    reason.Set(1u, lock.holder);
    return reason;
  });
  // unlockFile(path, lock)
  add(env, object, "unlockFile",
      [](const Info& info) { unlock_file(text(info[0]), info[1].ToNumber().Int64Value()); });
}

}  // namespace

void add_snapshot_functions(Napi::Env env, Napi::Object object, Engine* engine, Snapshots* snapshots) {
  add_writing(env, object, engine, snapshots);
  add_reading(env, object, engine, snapshots);
  add_locking(env, object);
}

}  // namespace redwing
