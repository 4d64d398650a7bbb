// What operations need that leave effects: see effects.cc.
#pragma once

#include <napi.h>

#include "binding/engine.h"

namespace redwing {

/// Makes room for one more effect, in `database`: what was noted goes ahead of it.
void begin_effect(Engine& e, int database);

/// Arguments of the effect that was begun: a word; arguments of the command; the bulk string that was replied
/// at `from`, or, if the arena was drained since, at its beginning, the last thing that was replied.
void write_effect_word(Engine& e, int32_t word);
void write_effect_arguments(Engine& e, int32_t first, int32_t count);
void write_effect_reply(Engine& e, int32_t from);

/// A key that the store has removed by itself leaves the command that removes it. Only while effects are on.
void leave_removal(Engine& e, int database, ByteView key, Removal cause);

/// Adds the functions of effects that take or return bytes, for src/store/effect-operations.ts.
void add_effect_functions(Napi::Env env, Napi::Object object, Engine* engine);

}  // namespace redwing
