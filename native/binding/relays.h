// The functions of connections without a socket (native/transport/relay.h), for
// src/store/relay-operations.ts.
#pragma once

#include <napi.h>

#include "binding/engine.h"

namespace redwing {

void add_relay_functions(Napi::Env env, Napi::Object object, Engine* engine);

}  // namespace redwing
