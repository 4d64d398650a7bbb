#include "binding/server.h"

#include <string>

#include "binding/long_reads.h"
#include "binding/operation.h"
#include "memory/file.h"
#include "memory/platform.h"

namespace redwing {
namespace {

using Info = Napi::CallbackInfo;

int32_t integer(const Info& info, size_t index) { return info[index].As<Napi::Number>().Int32Value(); }

// 0, or the name of libuv's error ("EADDRINUSE").
Napi::Value error_name(Napi::Env env, int error) {
  if (error == 0) return env.Null();
  return Napi::String::New(env, uv_err_name(error));
}

template <class Function>
void add(Napi::Env env, Napi::Object object, const char* name, Function function) {
  object.Set(name, Napi::Function::New(env, function, name));
}

void add_listening(Napi::Env env, Napi::Object object, Engine* engine) {
  // listenTcp(address, port, backlog, ipv6Only) -> null or an error's name
  add(env, object, "listenTcp", [engine](const Info& info) {
    std::string address = info[0].As<Napi::String>();
    int error = engine->transport->listen_tcp(address.c_str(), integer(info, 1), integer(info, 2),
                                              info[3].As<Napi::Boolean>());
    return error_name(info.Env(), error);
  });
  // listenUnix(path, backlog) -> null or an error's name
  add(env, object, "listenUnix", [engine](const Info& info) {
    std::string path = info[0].As<Napi::String>();
    return error_name(info.Env(), engine->transport->listen_unix(path.c_str(), integer(info, 1)));
  });
  // listenerCount()
  add(env, object, "listenerCount", [engine](const Info& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(engine->transport->listener_count()));
  });
  // closeTcpListeners(from, to)
  add(env, object, "closeTcpListeners", [engine](const Info& info) {
    engine->transport->close_tcp_listeners(static_cast<size_t>(integer(info, 0)),
                                           static_cast<size_t>(integer(info, 1)));
  });
  // setKeepalive(seconds)
  add(env, object, "setKeepalive",
      [engine](const Info& info) { engine->transport->set_keepalive(integer(info, 0)); });
  // setOutputLimit(class, hardBytes, softBytes, softSeconds)
  add(env, object, "setOutputLimit", [engine](const Info& info) {
    OutputLimit limit;
    limit.hard_bytes = static_cast<size_t>(info[1].As<Napi::Number>().DoubleValue());
    limit.soft_bytes = static_cast<size_t>(info[2].As<Napi::Number>().DoubleValue());
    limit.soft_ms = static_cast<uint64_t>(info[3].As<Napi::Number>().DoubleValue() * 1000);
    engine->transport->set_output_limit(static_cast<size_t>(integer(info, 0)), limit);
  });
  // setInputLimit(bytes)
  add(env, object, "setInputLimit", [engine](const Info& info) {
    engine->transport->set_input_limit(static_cast<size_t>(info[0].As<Napi::Number>().DoubleValue()));
  });
  // stopTransport(done): closes listeners and connections
  add(env, object, "stopTransport", [engine](const Info& info) {
    auto done = std::make_shared<Napi::FunctionReference>(Napi::Persistent(info[0].As<Napi::Function>()));
    engine->transport->shut_down([engine, done] {
      Napi::Env environment = done->Env();
      Napi::HandleScope scope(environment);
      engine->transport.reset();
      done->Value().MakeCallback(environment.Global(), {});
    });
  });
}

void add_connections(Napi::Env env, Napi::Object object, Engine* engine) {
  // send(id, bytes): outside a batch
  add(env, object, "send", [engine](const Info& info) {
    auto bytes = info[1].As<Napi::Uint8Array>();
    engine->transport->send(integer(info, 0), bytes.Data(), bytes.ByteLength());
  });
  // pushBytes(count, bytes): as pushToMany, what does not lie in the reply arena
  add(env, object, "pushBytes", [engine](const Info& info) {
    auto bytes = info[1].As<Napi::Uint8Array>();
    const int32_t* targets = engine->arenas.targets();
    for (int32_t i = 0; i < integer(info, 0); i++)
      engine->transport->push(targets[i], bytes.Data(), bytes.ByteLength());
  });
  // closeConnection(id, afterOutput)
  add(env, object, "closeConnection", [engine](const Info& info) {
    engine->transport->close(integer(info, 0), info[1].As<Napi::Boolean>());
  });
  // deliverLongRead(job, id or -1): 0, or the status of a read without a reply
  add(env, object, "deliverLongRead", [engine](const Info& info) {
    return Napi::Number::New(info.Env(), engine->long_reads->deliver(integer(info, 0), integer(info, 1)));
  });
  // takeMissedKeys() -> the keys, as texts of bytes, that readings did not find since the last time
  add(env, object, "takeMissedKeys", [engine](const Info& info) {
    Napi::Array result = Napi::Array::New(info.Env(), engine->missed_keys.size());
    for (uint32_t i = 0; i < engine->missed_keys.size(); i++) {
      const std::string& key = engine->missed_keys[i];
      napi_value text;
      napi_create_string_latin1(info.Env(), key.data(), key.size(), &text);
      result.Set(i, text);
    }
    engine->missed_keys.clear();
    return result;
  });
  // connectionFacts(id)
  add(env, object, "connectionFacts", [engine](const Info& info) {
    ConnectionFacts facts = engine->transport->facts(integer(info, 0));
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("peer", facts.peer);
    result.Set("local", facts.local);
    result.Set("fd", facts.fd);
    result.Set("isUnix", facts.is_unix);
    result.Set("isLoopback", facts.is_loopback);
    result.Set("inputBytes", static_cast<double>(facts.input_bytes));
    result.Set("inputCapacity", static_cast<double>(facts.input_capacity));
    result.Set("outputBytes", static_cast<double>(facts.output_bytes));
    result.Set("outputChunks", static_cast<double>(facts.output_chunks));
    return result;
  });
}

// Makes `count` keys "prefix:i", i from 0 on, unless they are there, with values "value:i", which are cut or
// filled with zeros to `size` bytes if that is not 0. O(count * size)
void fill_keys(Keyspace& keyspace, int db, ByteView prefix, int64_t count, size_t size) {
  std::string name, value;
  for (int64_t i = 0; i < count; i++) {
    const std::string number = std::to_string(i);
    name.assign(reinterpret_cast<const char*>(prefix.data), prefix.size).append(":").append(number);
    const Key key =
        keyspace.key(reinterpret_cast<const uint8_t*>(name.data()), static_cast<uint32_t>(name.size()));
    if (keyspace.find(db, key, false) != nullptr) continue;
    value.assign("value:").append(number);
    if (size != 0) value.resize(size, '\0');
    keyspace.put_string(db, key, reinterpret_cast<const uint8_t*>(value.data()), value.size(),
                        Expiry::none());
  }
}

void add_accounts(Napi::Env env, Napi::Object object, Engine* engine) {
  // statistics(): figures of the store and the transport, see src/store/native.ts
  add(env, object, "statistics", [engine](const Info& info) {
    Napi::Object result = Napi::Object::New(info.Env());
    auto set = [&](const char* name, auto value) { result.Set(name, static_cast<double>(value)); };
    KeyspaceMemory memory = engine->keyspace.memory();
    set("usedBytes", memory.used);
    set("residentBytes", memory.resident);
    set("tableBytes", memory.tables);
    set("indexBytes", memory.index);
    set("retiredBytes", memory.retired);
    set("pendingBytes", memory.pending);
    set("countedBytes", engine->keyspace.counted_bytes() + engine->other_bytes());
    set("pendingObjects", engine->keyspace.pending_objects());
    set("reclaimedObjects", engine->keyspace.reclaimed_objects());
    set("evictedKeys", engine->keyspace.evicted_keys());
    set("exceededUs", engine->evictor.current_exceeded_us());
    set("totalExceededUs", engine->evictor.total_exceeded_us());
    set("expiredKeys", engine->keyspace.expired_keys());
    set("expiredFields", engine->keyspace.expired_members());
    set("openViews", engine->keyspace.open_views());
    set("hits", engine->hits);
    set("misses", engine->misses);
    if (const Transport* transport = engine->transport.get()) {
      set("connections", transport->connection_count());
      set("outputBytes", transport->buffered_bytes());
      set("inputBytes", transport->input_bytes());
      set("bytesRead", transport->bytes_read());
      set("bytesWritten", transport->bytes_written());
      set("reads", transport->reads());
      set("writes", transport->writes());
      set("turns", transport->turns());
      set("endedByLimit", transport->ended_by_limit());
    }
    return result;
  });
  // keyType(database, key: Uint8Array): its type, or kStatusNoKey; neither a hit nor an access
  add(env, object, "keyType", [engine](const Info& info) {
    auto bytes = info[1].As<Napi::Uint8Array>();
    const uint64_t hash = engine->keyspace.hash(bytes.Data(), static_cast<uint32_t>(bytes.ByteLength()));
    const Key key{bytes.Data(), static_cast<uint32_t>(bytes.ByteLength()), hash};
    const Entry* entry = engine->keyspace.find(integer(info, 0), key, false);
    return Napi::Number::New(info.Env(),
                             entry == nullptr ? kStatusNoKey : static_cast<int32_t>(entry->kind()));
  });
  // fillKeys(database, prefix: Uint8Array, count, size)
  add(env, object, "fillKeys", [engine](const Info& info) {
    auto prefix = info[1].As<Napi::Uint8Array>();
    fill_keys(engine->keyspace, integer(info, 0), {prefix.Data(), prefix.ByteLength()},
              info[2].As<Napi::Number>().Int64Value(), static_cast<size_t>(integer(info, 3)));
  });
  // descriptorsMax(): how many files and connections the process may have open
  add(env, object, "descriptorsMax", [](const Info& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(files::descriptors_max()));
  });
  // reserveDescriptors(count): room for so many in the system's table
  add(env, object, "reserveDescriptors",
      [](const Info& info) { files::reserve_descriptors(info[0].As<Napi::Number>().Int64Value()); });
  // setAccessPolicy(lfu, logFactor, decayMinutes)
  add(env, object, "setAccessPolicy", [engine](const Info& info) {
    AccessPolicy policy;
    policy.lfu = info[0].As<Napi::Boolean>();
    policy.lfu_log_factor = static_cast<uint32_t>(integer(info, 1));
    policy.lfu_decay_minutes = static_cast<uint32_t>(integer(info, 2));
    engine->keyspace.set_access_policy(policy);
  });
}

// expireCycle(budgetUs): removes expired keys for about that long; how many. Time: numbers[kNowMs].
int32_t expire_cycle(Engine& e, const int32_t (&a)[1]) {
  return static_cast<int32_t>(
      e.keyspace.expire_cycle(static_cast<int64_t>(e.arenas.numbers()[kNowMs]), a[0]));
}

// storeCron(): the store's bounded housekeeping, and the limits of output that stay exceeded.
int32_t store_cron(Engine& e, const int32_t (&)[1]) {
  e.keyspace.cron();
  if (e.transport) e.transport->check_output_limits();
  return 0;
}

// hideExpired(hides): 1: keys and fields whose time has come are absent but stay; 2: they are there as if
// their time had not come; until it is 0 again.
int32_t hide_expired(Engine& e, const int32_t (&a)[1]) {
  constexpr ExpiryMode kModes[] = {ExpiryMode::kRemove, ExpiryMode::kHide, ExpiryMode::kIgnore};
  RW_ASSERT(a[0] >= 0 && a[0] <= 2, "unknown mode of expiry");
  e.keyspace.set_expiry_mode(kModes[a[0]]);
  return 0;
}

// Bytes of buffers into numbers[A] (input) and numbers[B] (output).
int32_t tell_buffers(Engine& e, const BufferBytes& bytes) {
  e.arenas.numbers()[kNumberA] = static_cast<double>(bytes.input);
  e.arenas.numbers()[kNumberB] = static_cast<double>(bytes.output);
  return 0;
}

// connectionBuffers(id): what the buffers of a connection take.
int32_t connection_buffers(Engine& e, const int32_t (&a)[1]) {
  return tell_buffers(e, e.transport ? e.transport->buffers(a[0]) : BufferBytes{});
}

// allBuffers(): what those of all connections take.
int32_t all_buffers(Engine& e, const int32_t (&)[1]) {
  if (!e.transport) return tell_buffers(e, {});
  return tell_buffers(e, {e.transport->input_bytes(), e.transport->buffered_bytes()});
}

// takeBufferPeaks(): the most that those of a single one took since the last call.
int32_t take_buffer_peaks(Engine& e, const int32_t (&)[1]) {
  return tell_buffers(e, e.transport ? e.transport->take_buffer_peaks() : BufferBytes{});
}

// threadTime(): microseconds that this thread has worked, in numbers[A] (program) and numbers[B] (system).
int32_t thread_time(Engine& e, const int32_t (&)[1]) {
  const platform::CpuTime time = platform::thread_cpu_time();
  e.arenas.numbers()[kNumberA] = static_cast<double>(time.user_us);
  e.arenas.numbers()[kNumberB] = static_cast<double>(time.system_us);
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&hide_expired>("hideExpired"), operation<&connection_buffers>("connectionBuffers"),
    operation<&all_buffers>("allBuffers"),   operation<&take_buffer_peaks>("takeBufferPeaks"),
    operation<&thread_time>("threadTime"),   operation<&expire_cycle>("expireCycle"),
    operation<&store_cron>("storeCron"),
};

}  // namespace

std::span<const Operation> server_operations() { return kOperations; }

void add_server_functions(Napi::Env env, Napi::Object object, Engine* engine) {
  add_listening(env, object, engine);
  add_connections(env, object, engine);
  add_accounts(env, object, engine);
  add_memory_functions(env, object, engine);
}

}  // namespace redwing
