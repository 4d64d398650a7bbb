// The addon's face: `open` makes an engine and returns it as an object of shared buffers and functions. What
// is not hot is written with node-addon-api; the operations are in the files of their families (see
// operation.h).
#include <napi.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "binding/bridge.h"
#include "binding/effect_log.h"
#include "binding/effects.h"
#include "binding/engine.h"
#include "binding/long_reads.h"
#include "binding/operation.h"
#include "binding/relays.h"
#include "binding/server.h"
#include "binding/snapshot_check.h"
#include "binding/snapshots.h"
#include "memory/platform.h"

namespace redwing {
namespace {

// An engine with what ties it to its environment. Lives until the environment is cleaned up or `close` is
// called.
struct Instance {
  Instance(int databases, const HashSeed& seed) : engine(databases, seed) {}
  Engine engine;
  std::unique_ptr<Bridge> bridge;
  std::unique_ptr<Snapshots> snapshots;
  napi_async_cleanup_hook_handle cleanup = nullptr;
};

void add_operations(Napi::Env env, Napi::Object object, std::span<const Operation> operations,
                    Engine* engine) {
  for (const Operation& operation : operations) {
    napi_value function;
    napi_create_function(env, operation.name, NAPI_AUTO_LENGTH, operation.call, engine, &function);
    object.Set(operation.name, Napi::Value(env, function));
  }
}

template <class T>
void add_memory(Napi::Env env, Napi::Object object, const char* name, T* memory, size_t count) {
  object.Set(name, Napi::ArrayBuffer::New(env, memory, count * sizeof(T)));
}

void add_buffers(Napi::Env env, Napi::Object object, const Arenas& arenas) {
  add_memory(env, object, "input", arenas.input(), static_cast<size_t>(kInputBytes + kSpareBytes));
  add_memory(env, object, "reply", arenas.reply(), kReplyBytes);
  add_memory(env, object, "control", arenas.control(), kControlWords);
  add_memory(env, object, "args", arenas.args(), 2 * static_cast<size_t>(kArgsMax + kSpareArgs));
  add_memory(env, object, "commands", arenas.commands(), static_cast<size_t>(kCommandsMax) * kCommandWords);
  add_memory(env, object, "targets", arenas.targets(), static_cast<size_t>(kTargetsMax));
  add_memory(env, object, "effects", arenas.effects(), static_cast<size_t>(kCommandsMax));
  add_memory(env, object, "recipes", arenas.recipes(), static_cast<size_t>(kRecipeWords));
  add_memory(env, object, "batch", arenas.batch(), static_cast<size_t>(kBatchRowsMax) * kRowWords);
  add_memory(env, object, "numbers", arenas.numbers(), kNumberWords);
}

// enterFrame(bytes: Uint8Array, args: Int32Array): the next commands' arguments lie there.
Napi::Function enter_frame(Napi::Env env, Engine* engine) {
  return Napi::Function::New(env, [engine](const Napi::CallbackInfo& info) {
    auto bytes = info[0].As<Napi::Uint8Array>();
    auto args = info[1].As<Napi::Int32Array>();
    engine->arenas.enter_frame(bytes.Data(), args.Data());
    engine->keyspace.begin_use();
  });
}

// enterQueue(queue, bytes: Uint8Array, args: Int32Array): the arguments of a queue are copied there, and
// behind them to `args` its commands; the next commands' arguments lie there.
Napi::Function enter_queue(Napi::Env env, Engine* engine) {
  return Napi::Function::New(env, [engine](const Napi::CallbackInfo& info) {
    const CommandQueue& queue = engine->queues.at(info[0].As<Napi::Number>().Int32Value());
    auto bytes = info[1].As<Napi::Uint8Array>();
    auto args = info[2].As<Napi::Int32Array>();
    RW_ASSERT(queue.bytes() <= bytes.ElementLength() && queue.words() <= args.ElementLength(),
              "a queue fits where it is entered");
    queue.copy_to(bytes.Data(), args.Data());
    engine->arenas.enter_frame(bytes.Data(), args.Data());
    engine->keyspace.begin_use();
  });
}

// Ends everything in order: snapshots, long reads, the transport with its sockets, then the engine itself.
void dispose(Instance* instance, napi_async_cleanup_hook_handle handle) {
  auto finish = [instance, handle] {
    delete instance;
    if (handle != nullptr) napi_remove_async_cleanup_hook(handle);
  };
  instance->snapshots.reset();
  instance->engine.long_reads.reset();
  instance->engine.effect_log.reset();
  if (instance->engine.transport)
    instance->engine.transport->shut_down(finish);
  else
    finish();
}

// open(databases, seed: 32 bytes) -> the engine's buffers and operations.
Napi::Value open(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto databases = info[0].As<Napi::Number>().Int32Value();
  auto bytes = info[1].As<Napi::Uint8Array>();
  HashSeed seed{};
  std::memcpy(&seed, bytes.Data(), std::min(sizeof seed, bytes.ByteLength()));
  auto* instance = new Instance(databases, seed);  // owned by the environment: freed by `dispose`
  Engine* engine = &instance->engine;
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle handle, void* data) {
        dispose(static_cast<Instance*>(data), handle);
      },
      instance, &instance->cleanup);

  Napi::Object object = Napi::Object::New(env);
  add_buffers(env, object, engine->arenas);
  const std::span<const Operation> families[] = {
      string_operations(),
      key_operations(),
      bitmap_operations(),
      hyperloglog_operations(),
      lcs_operations(),
      list_operations(),
      set_operations(),
      set_algebra_operations(),
      sorted_set_operations(),
      sorted_set_range_operations(),
      sorted_set_algebra_operations(),
      hash_operations(),
      hash_reading_operations(),
      hash_expiry_operations(),
      stream_operations(),
      stream_group_operations(),
      stream_info_operations(),
      sort_operations(),
      geo_operations(),
      frame_operations(),
      memory_operations(),
      digest_operations(),
      serialization_operations(),
      effect_operations(),
      server_operations(),
  };
  for (std::span<const Operation> family : families) {
    add_operations(env, object, family, engine);
  }
  object.Set("enterFrame", enter_frame(env, engine));
  object.Set("enterQueue", enter_queue(env, engine));
  add_effect_functions(env, object, engine);
  add_serialization_functions(env, object, engine);
  add_server_functions(env, object, engine);
  add_relay_functions(env, object, engine);
  add_log_functions(env, object, engine);
  instance->snapshots = std::make_unique<Snapshots>(env, *engine);
  add_snapshot_functions(env, object, engine, instance->snapshots.get());
  object.Set("startTransport", Napi::Function::New(env, [instance](const Napi::CallbackInfo& i) {
               uv_loop_t* loop = nullptr;
               napi_get_uv_event_loop(i.Env(), &loop);
               instance->bridge =
                   std::make_unique<Bridge>(i.Env(), i[0].As<Napi::Function>(), i[1].As<Napi::Function>());
               Engine& e = instance->engine;
               e.transport = std::make_unique<Transport>(loop, e.arenas, *instance->bridge);
               e.long_reads = std::make_unique<LongReads>(i.Env(), e, i[2].As<Napi::Function>());
             }));
  // setRelayListener(onRelay(relay, event, bytes)): after startTransport, before a relay is opened
  object.Set("setRelayListener", Napi::Function::New(env, [instance](const Napi::CallbackInfo& i) {
               instance->bridge->set_relay_listener(i[0].As<Napi::Function>());
             }));
  object.Set("bigFrame", Napi::Function::New(env, [instance](const Napi::CallbackInfo& i) -> Napi::Value {
               ByteBuffer* big = instance->engine.transport->big_frame(i[0].As<Napi::Number>().Int32Value());
               if (big == nullptr) return i.Env().Null();
               return instance->bridge->borrow(i.Env(), big->data.get(), big->size);
             }));
  return object;
}

// sendDatagram(path, bytes) -> null or an error's name
Napi::Value send_datagram(const Napi::CallbackInfo& info) {
  std::string path = info[0].As<Napi::String>();
  auto bytes = info[1].As<Napi::Uint8Array>();
  const int error = platform::send_datagram(path.c_str(), bytes.Data(), bytes.ByteLength());
  if (error == 0) return info.Env().Null();
  return Napi::String::New(info.Env(), uv_err_name(uv_translate_sys_error(error)));
}

// lowerOtherThreads(): see platform::lower_other_threads
void lower_other_threads(const Napi::CallbackInfo&) { platform::lower_other_threads(); }

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("open", Napi::Function::New(env, open));
  exports.Set("sendDatagram", Napi::Function::New(env, send_datagram));
  exports.Set("openSnapshotCheck", Napi::Function::New(env, open_snapshot_check));
  exports.Set("lowerOtherThreads", Napi::Function::New(env, lower_other_threads));
  return exports;
}

}  // namespace
}  // namespace redwing

using redwing::initialise;
NODE_API_MODULE(redwing, initialise)
