#include "binding/long_reads.h"

#include <algorithm>
#include <charconv>
#include <thread>
#include <utility>

#include "types/glob.h"

namespace redwing {

namespace {
// Long reads that run at a time; more wait.
constexpr size_t kThreads = 2;
constexpr size_t kHeaderBytes = 24;
}  // namespace

void ChunkedReply::write(const void* bytes, size_t size) {
  const auto* from = static_cast<const uint8_t*>(bytes);
  if (!chunks_.empty() && chunks_.back().try_append(from, size)) return;
  // Between two chunks the loop may have the core that both share.
  std::this_thread::yield();
  size_t capacity = std::max(size, kChunkBytes);
  OutputBytes copy = make_output_bytes(capacity);
  std::copy_n(from, size, copy.get());
  chunks_.emplace_back(std::move(copy), size, capacity);
}

void ChunkedReply::write_header(char type, int64_t value) {
  char header[kHeaderBytes] = {type};
  char* end = std::to_chars(header + 1, header + kHeaderBytes, value).ptr;
  *end++ = '\r';
  *end++ = '\n';
  write(header, static_cast<size_t>(end - header));
}

void ChunkedReply::write_integer(int64_t value) { write_header(':', value); }

void ChunkedReply::write_array_header(size_t count) { write_header('*', static_cast<int64_t>(count)); }

void ChunkedReply::write_null() {
  if (resp3_) {
    write("_\r\n", 3);
  } else {
    write("$-1\r\n", 5);
  }
}

void ChunkedReply::write_bulk(const uint8_t* bytes, size_t size) {
  write_header('$', static_cast<int64_t>(size));
  write(bytes, size);
  write("\r\n", 2);
}

void ChunkedReply::write_bulk_integer(int64_t value) {
  char digits[kHeaderBytes];
  char* end = std::to_chars(digits, digits + kHeaderBytes, value).ptr;
  write_bulk(reinterpret_cast<const uint8_t*>(digits), static_cast<size_t>(end - digits));
}

void ChunkedReply::prepend_array_header(size_t count) {
  std::string header = "*";
  header.append(std::to_string(count)).append("\r\n");
  OutputBytes copy = make_output_bytes(header.size());
  std::copy_n(header.data(), header.size(), copy.get());
  chunks_.emplace(chunks_.begin(), std::move(copy), header.size(), header.size());
}

LongReads::LongReads(Napi::Env env, Engine& engine, Napi::Function on_done)
    : env_(env),
      engine_(engine),
      on_done_(on_done, "redwing.long-read"),
      signal_(env, [this] { on_finished(); }),
      pool_(std::make_unique<WorkerPool>(kThreads)) {}

LongReads::~LongReads() {
  // Nothing reads any more once the threads are joined; then the views of what was not finished can go.
  pool_.reset();
  for (const auto& [number, view] : views_) engine_.keyspace.close_view(view);
}

int32_t LongReads::begin(Work work) {
  auto job = std::make_unique<Job>(next_job_++, engine_.arenas.resp3());
  job->view = engine_.keyspace.open_view();
  int32_t number = job->number;
  views_.emplace(number, job->view);
  // std::function wants copies, so the job travels as a shared pointer that only the task holds.
  auto shared = std::make_shared<std::unique_ptr<Job>>(std::move(job));
  pool_->run([this, shared, work = std::move(work)] {
    work(*(*shared)->view, (*shared)->reply);
    {
      std::lock_guard lock(mutex_);
      finished_.push_back(std::move(*shared));
    }
    signal_.send();
  });
  return number;
}

void LongReads::on_finished() {
  std::vector<std::unique_ptr<Job>> finished;
  {
    std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  Napi::HandleScope scope(env_);
  for (auto& job : finished) {
    engine_.keyspace.close_view(job->view);
    int32_t number = job->number;
    views_.erase(number);
    ready_.emplace(number, std::move(job));
    on_done_({Napi::Number::New(env_, number)});
  }
}

int32_t LongReads::deliver(int32_t number, int32_t connection) {
  auto found = ready_.find(number);
  if (found == ready_.end()) return 0;
  std::unique_ptr<Job> job = std::move(found->second);
  ready_.erase(found);
  const int32_t status = job->reply.status();
  if (connection < 0) return status;
  for (OutputChunk& chunk : job->reply.take()) engine_.transport->send_chunk(connection, std::move(chunk));
  return status;
}

void collect_keys(const View& view, int db, const std::string& pattern, ChunkedReply& reply) {
  const auto* glob = reinterpret_cast<const uint8_t*>(pattern.data());
  const bool all = pattern == "*";
  size_t count = 0;
  ViewWalker walker(view, db);
  auto visit = [&](int, const Entry& entry) {
    if (entry.is_expired(view.now())) return;
    ByteView key = entry.key();
    if (!all && !glob_match(glob, pattern.size(), key.data, key.size, false)) return;
    reply.write_bulk(key.data, key.size);
    count++;
  };
  // Between two segments (some 100 us) the loop may have the core that both share.
  while (walker.next_segment(visit)) std::this_thread::yield();
  reply.prepend_array_header(count);
}

}  // namespace redwing
