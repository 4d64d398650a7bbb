// Functions of the transport and accounts of the store for JavaScript: nothing hot.
#pragma once

#include <napi.h>

#include "binding/engine.h"

namespace redwing {

// Adds takeRemovals to an engine's object.
void add_memory_functions(Napi::Env env, Napi::Object object, Engine* engine);
// Adds dumpKey.
void add_serialization_functions(Napi::Env env, Napi::Object object, Engine* engine);
// Adds listenTcp, send, close, facts, memory and the rest.
void add_server_functions(Napi::Env env, Napi::Object object, Engine* engine);

}  // namespace redwing
