// The functions of effects for JavaScript that take or return bytes, for src/store/effect-operations.ts.
#pragma once

#include <napi.h>

#include "binding/engine.h"

namespace redwing {

void add_effect_functions(Napi::Env env, Napi::Object object, Engine* engine);

}  // namespace redwing
