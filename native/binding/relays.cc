#include "binding/relays.h"

#include <string>
#include <utility>

namespace redwing {
namespace {

using Info = Napi::CallbackInfo;

int32_t integer(const Info& info, size_t index) { return info[index].As<Napi::Number>().Int32Value(); }

template <class Function>
void add(Napi::Env env, Napi::Object object, const char* name, Function function) {
  object.Set(name, Napi::Function::New(env, function, name));
}

}  // namespace

// A transport that has been stopped has closed its relays, so what still comes for one is dropped.
void add_relay_functions(Napi::Env env, Napi::Object object, Engine* engine) {
  // openRelay(peer, local, fd) -> its number
  add(env, object, "openRelay", [engine](const Info& info) {
    RelayPeer peer;
    peer.peer = info[0].As<Napi::String>();
    peer.local = info[1].As<Napi::String>();
    peer.fd = integer(info, 2);
    return Napi::Number::New(info.Env(), engine->transport->open_relay(std::move(peer)));
  });
  // probeTcp(address, port, ipv6Only) -> null or an error's name
  add(env, object, "probeTcp", [engine](const Info& info) -> Napi::Value {
    std::string address = info[0].As<Napi::String>();
    int error = engine->transport->probe_tcp(address.c_str(), integer(info, 1), info[2].As<Napi::Boolean>());
    if (error == 0) return info.Env().Null();
    return Napi::String::New(info.Env(), uv_err_name(error));
  });
  // relayInput(relay, bytes) -> whether more may come
  add(env, object, "relayInput", [engine](const Info& info) {
    auto bytes = info[1].As<Napi::Uint8Array>();
    bool more = !engine->transport ||
                engine->transport->relay_input(integer(info, 0), bytes.Data(), bytes.ByteLength());
    return Napi::Boolean::New(info.Env(), more);
  });
  // endRelay(relay, isGone)
  add(env, object, "endRelay", [engine](const Info& info) {
    if (engine->transport) engine->transport->relay_ended(integer(info, 0), info[1].As<Napi::Boolean>());
  });
  // takeRelayOutput(relay, into) -> bytes taken
  add(env, object, "takeRelayOutput", [engine](const Info& info) {
    auto into = info[1].As<Napi::Uint8Array>();
    size_t taken = 0;
    if (engine->transport)
      taken = engine->transport->take_relay_output(integer(info, 0), into.Data(), into.ByteLength());
    return Napi::Number::New(info.Env(), static_cast<double>(taken));
  });
  // relaySent(relay) -> bytes to take next
  add(env, object, "relaySent", [engine](const Info& info) {
    size_t next = engine->transport ? engine->transport->relay_sent(integer(info, 0)) : 0;
    return Napi::Number::New(info.Env(), static_cast<double>(next));
  });
}

}  // namespace redwing
