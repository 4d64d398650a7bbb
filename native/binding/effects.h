// What operations need that leave effects: see effects.cc.
#pragma once

#include <napi.h>

#include "binding/engine.h"

namespace redwing {

/// Makes room for one more effect, in `database`: what was noted goes ahead of it.
void begin_effect(Engine& e, int database);

/// A key that the store has removed by itself leaves the command that removes it. Only while effects are on.
void leave_removal(Engine& e, int database, ByteView key, Removal cause);

/// Adds the functions of effects that take or return bytes, for src/store/effect-operations.ts.
void add_effect_functions(Napi::Env env, Napi::Object object, Engine* engine);

}  // namespace redwing
