// Snapshots: writing what a frozen view shows into files, and checking such files, on worker threads; and
// reading them into the keyspace, in steps on the loop.
//
//   begin ─► view opened ─► a worker writes ─► announced on the loop ─► view closed ─► the caller's function
//
// Thread: all members on the event loop; a job's work touches only its view, its progress and its result.
#pragma once

#include <napi.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "binding/engine.h"
#include "binding/loop_callback.h"
#include "binding/loop_signal.h"
#include "rdb/snapshot_reader.h"
#include "rdb/snapshot_writer.h"
#include "threads/worker_pool.h"

namespace redwing {

class Snapshots {
 public:
  Snapshots(Napi::Env env, Engine& engine);
  /// Cancels what is being written, and waits for it.
  ~Snapshots();
  Snapshots(const Snapshots&) = delete;
  Snapshots& operator=(const Snapshots&) = delete;

  /// What a file was found to be.
  struct Check {
    SnapshotReading::State state = SnapshotReading::kDone;
    SnapshotReading reading;
  };
  /// Writes a view, or checks a file (then the view is a nullptr).
  struct Outcome {
    SnapshotResult written;
    std::unique_ptr<Check> check;
  };
  using Work = std::function<Outcome(View*, SnapshotProgress*)>;

  /// Work on a worker, over the view of this instant if it is asked for; the job's number. `on_done` is
  /// called with its outcome, as an object.
  int32_t begin(Work work, bool takes_view, Napi::Function on_done);
  /// The same at once, on the loop.
  Outcome run(const Work& work);
  /// nullptr: the job is done.
  SnapshotProgress* progress(int32_t job);
  /// Has a job end soon. When `waits`, it writes no more, nor renames, when this returns.
  void cancel(int32_t job, bool waits);

  /// Files that are being read into the keyspace, by number.
  std::unordered_map<int32_t, std::unique_ptr<SnapshotReader>> readers;
  int32_t next_reader = 1;

 private:
  struct Job {
    explicit Job(Napi::Function on_done) : on_done(on_done, "redwing.snapshot") {}
    int32_t number = 0;
    View* view = nullptr;
    bool runs = false;  // guarded by mutex_
    SnapshotProgress progress;
    Outcome outcome;
    LoopCallback on_done;
  };
  void run_job(Job* job, const Work& work);
  void on_finished();
  void finish(const std::shared_ptr<Job>& job);

  Napi::Env env_;
  Engine& engine_;
  LoopSignal signal_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<int32_t> finished_;  // guarded by mutex_
  std::unordered_map<int32_t, std::shared_ptr<Job>> jobs_;
  int32_t next_job_ = 1;
  std::unique_ptr<WorkerPool> pool_;
};

/// How reading stands: SnapshotReading of src/store/snapshot-operations.ts. O(1)
Napi::Value describe(Napi::Env env, SnapshotReading::State state, const SnapshotReading& reading);
/// What the file has beside keys: SnapshotContents there. O(bytes of them)
Napi::Value describe_contents(Napi::Env env, const SnapshotReading& reading);

/// Adds the functions of src/store/snapshot-operations.ts.
void add_snapshot_functions(Napi::Env env, Napi::Object object, Engine* engine, Snapshots* snapshots);

}  // namespace redwing
