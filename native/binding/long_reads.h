// LongReads: reads too long for the event loop, run on worker threads over frozen views.
//
// A read is begun on the loop (its view is that instant), computed on a worker into chunks of reply, and
// announced on the loop, where JavaScript takes the chunks for the client that asked, if it is still there.
// Thread: all members on the event loop; the work itself touches only the view and its own result.
#pragma once

#include <napi.h>

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
#include "threads/worker_pool.h"

namespace redwing {

// A reply being built off the loop, in chunks of bounded size. Writes like Arenas do.
class ChunkedReply {
 public:
  explicit ChunkedReply(bool resp3) : resp3_(resp3) {}
  bool resp3() const { return resp3_; }
  void write(const void* bytes, size_t size);
  void write_integer(int64_t value);
  void write_null();
  void write_array_header(size_t count);
  void write_bulk(const uint8_t* bytes, size_t size);
  void write_bulk_integer(int64_t value);
  // Puts "*count\r\n" in front of everything.
  void prepend_array_header(size_t count);
  std::vector<OutputChunk> take() { return std::move(chunks_); }
  // 0, or the negative Status... of a read that has no reply.
  int32_t status() const { return status_; }
  void set_status(int32_t status) { status_ = status; }

 private:
  static constexpr size_t kChunkBytes = kMappedOutputBytes;
  void write_header(char type, int64_t value);
  bool resp3_;
  int32_t status_ = 0;
  std::vector<OutputChunk> chunks_;
};

class LongReads {
 public:
  // `on_done(job)` is called on the loop when a job's reply is ready to be taken with `deliver`.
  LongReads(Napi::Env env, Engine& engine, Napi::Function on_done);
  ~LongReads();

  // A read over the view that it opens now; returns the job's number.
  using Work = std::function<void(const View&, ChunkedReply&)>;
  int32_t begin(Work work);
  // Sends a finished job's reply to a connection, or drops it (connection < 0), and forgets the job. Returns
  // its status.
  int32_t deliver(int32_t job, int32_t connection);
  size_t running() const { return views_.size(); }

 private:
  struct Job {
    Job(int32_t number, bool resp3) : number(number), reply(resp3) {}
    int32_t number;
    View* view = nullptr;
    ChunkedReply reply;
  };
  void on_finished();

  Napi::Env env_;
  Engine& engine_;
  LoopCallback on_done_;
  LoopSignal signal_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Job>> finished_;  // guarded by mutex_
  std::unordered_map<int32_t, std::unique_ptr<Job>> ready_;
  std::unordered_map<int32_t, View*> views_;  // of the jobs that are not finished, by number
  int32_t next_job_ = 1;
  std::unique_ptr<WorkerPool> pool_;
};

// KEYS: the keys of a database that match `pattern`, as one array.
void collect_keys(const View& view, int db, const std::string& pattern, ChunkedReply& reply);

}  // namespace redwing
