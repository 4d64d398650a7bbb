// Operations that write effects: the commands that go on to the logs because a command has changed something.
//
// Most effects are the command itself. Its row in the chunk is noted (kEffectRows), and `flush_effects`
// copies the frames of all that are noted at once, neighbours in one piece, as they arrived; only what came
// inline is written anew. What a handler writes instead is put together by a recipe (see
// transport/layout.h), of arguments, registers, what was replied or chosen, and words that TypeScript has
// defined:
//
//   a header and parts in kRecipes ──┬─ noted like a row ──► flush_effects ──┬─► a frame
//                                    └─ writeEffect ─────────────────────────┘
//
// A SELECT goes ahead when the database is another one than that of the last effect. Keys and fields that the
// store removes by itself leave their effect here as well, at the moment when they are removed: ahead of the
// command that met them, and with it in one unit (see log/effect_buffer.h).
//
// Invariants
//   1. Rows are flushed before the chunk's memory goes, and before any other effect is written.
//   2. All rows that are noted are of the database kEffectDatabase.
#include "binding/effects.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "binding/operation.h"

namespace redwing {
namespace {

void select_database(Engine& e, int database) {
  static constexpr std::string_view kSelect = "SELECT";
  int32_t& current = e.arenas.control()[kEffectDatabase];
  if (current == database) [[likely]]
    return;
  current = database;
  e.effects.begin_frame(2);
  e.effects.argument(kSelect.data(), kSelect.size());
  e.effects.integer(database);
}

void open_unit(Engine& e, int database) {
  select_database(e, database);
  e.effects.open_unit();
  e.arenas.control()[kEffectUnitOpen] = 1;
  e.arenas.control()[kEffectCount] = 0;
}

// What a removal leaves goes ahead of what the command leaves that met it, and belongs to it.
void begin_removal(Engine& e, int database) {
  e.flush_effects();
  const int32_t* control = e.arenas.control();
  if (control[kEffectScope] != kEffectScopeNone && control[kEffectUnitOpen] == 0) open_unit(e, database);
  begin_effect(e, database);
}

void leave_expired_member(void* context, int db, ByteView key, ByteView member) {
  auto& e = *static_cast<Engine*>(context);
  begin_removal(e, db);
  e.effects.begin_frame(3);
  write_effect_word(e, e.arenas.control()[kEffectFieldWord]);
  e.effects.argument(key);
  e.effects.argument(member);
}

// ---- recipes ----

// Whether `size` bytes are a bulk string of RESP, and nothing else.
bool is_bulk(const uint8_t* bytes, size_t size) {
  const char* text = reinterpret_cast<const char*>(bytes);
  const std::string_view reply(text, size);
  const size_t header_end = reply.find('\n');
  if (header_end == std::string_view::npos || header_end < 2 || reply[0] != '$') return false;
  size_t length = 0;
  const auto [end, error] = std::from_chars(text + 1, text + header_end - 1, length);
  if (error != std::errc() || end != text + header_end - 1) return false;
  return header_end + 1 + length + 2 == size;
}

// The two words of a part as one value.
template <class T>
T value_of(const int32_t* part) {
  static_assert(sizeof(T) == 2 * sizeof(int32_t));
  T value;
  std::memcpy(&value, part + kPartA, sizeof value);
  return value;
}

// All that the command has chosen, `count` things; it is forgotten.
void write_chosen(Engine& e, int32_t count) {
  RW_ASSERT(static_cast<size_t>(count) == e.chosen.size(), "an effect takes all that was chosen");
  const std::string_view bulks = e.chosen.bulks();
  e.effects.bulks(bulks.data(), bulks.size(), count);
  e.chosen.clear();
}

void write_stream_id(Engine& e, StreamId id) {
  uint8_t text[kStreamIdTextMax];
  e.effects.argument(text, format_stream_id(id, text));
}

// A part that may be written later: it means nothing that changes while the chunk's memory stays. False: it
// is another one.
bool write_lasting_part(Engine& e, const int32_t* part) {
  const int32_t a = part[kPartA], b = part[kPartB];
  switch (part[kPartKind]) {
    case kPartArguments:
      for (int32_t i = a; i < a + b; i++) {
        const Bytes bytes = e.arenas.chunk_argument(i);
        e.effects.argument(bytes.data, bytes.size);
      }
      return true;
    case kPartWord:
      write_effect_word(e, a);
      return true;
    case kPartInteger:
      e.effects.integer(value_of<int64_t>(part));
      return true;
    case kPartNumber:
      e.effects.integer(static_cast<int64_t>(value_of<double>(part)));
      return true;
    default:
      return false;
  }
}

// A part of the command that is executed.
void write_part(Engine& e, const int32_t* part) {
  const int32_t a = part[kPartA];
  switch (part[kPartKind]) {
    case kPartArguments:
      return write_effect_arguments(e, a, part[kPartB]);
    case kPartReply:
      return write_effect_reply(e, a);
    case kPartStreamId:
      return write_stream_id(e, e.streams.ids[a]);
    case kPartChosen:
      return write_chosen(e, a);
    default: {
      const bool is_known = write_lasting_part(e, part);
      RW_ASSERT(is_known, "a part of a recipe has a kind");
    }
  }
}

// The recipe at `at`: its header.
const int32_t* recipe_at(const Engine& e, int32_t at) {
  RW_ASSERT(at >= 0 && at <= kRecipeWords - kRecipeHeaderWords, "a recipe begins within its memory");
  const int32_t* recipe = e.arenas.recipes() + at;
  const int32_t room = (kRecipeWords - kRecipeHeaderWords - at) / kPartWords;
  RW_ASSERT(recipe[kRecipeParts] >= 0 && recipe[kRecipeParts] <= room, "a recipe ends within its memory");
  return recipe;
}

// A recipe that was noted.
void write_noted(Engine& e, int32_t at) {
  const int32_t* recipe = recipe_at(e, at);
  e.effects.begin_frame(recipe[kRecipeArguments]);
  const int32_t* part = recipe + kRecipeHeaderWords;
  for (int32_t i = 0; i < recipe[kRecipeParts]; i++, part += kPartWords) {
    const bool lasts = write_lasting_part(e, part);
    RW_ASSERT(lasts, "what was noted means nothing that changes");
  }
}

// writeEffect(database, at): an effect by the recipe there, or what follows of the one before.
int32_t write_effect(Engine& e, const int32_t (&a)[2]) {
  const int32_t* recipe = recipe_at(e, a[1]);
  if (recipe[kRecipeArguments] != 0) {
    begin_effect(e, a[0]);
    e.effects.begin_frame(recipe[kRecipeArguments]);
  }
  const int32_t* part = recipe + kRecipeHeaderWords;
  for (int32_t i = 0; i < recipe[kRecipeParts]; i++, part += kPartWords) write_part(e, part);
  return 0;
}

// ---- the stream as a whole ----

// effectsOn(on): whether commands leave effects from now on; the first one brings its SELECT.
int32_t effects_on(Engine& e, const int32_t (&a)[1]) {
  int32_t* control = e.arenas.control();
  const bool on = a[0] != 0;
  control[kEffectDatabase] = -1;
  if (on == e.effects.is_on()) return 0;
  e.effects.turn_on(on);
  control[kEffectsOn] = on;
  control[kEffectRows] = control[kEffectUnitOpen] = control[kEffectCount] = 0;
  e.keyspace.set_member_listener(on ? leave_expired_member : nullptr, &e);
  return 0;
}

// resetEffects(): the next effect brings its SELECT, since it will stand first in a log.
int32_t reset_effects(Engine& e, const int32_t (&)[1]) {
  e.flush_effects();
  e.arenas.control()[kEffectDatabase] = -1;
  return 0;
}

// flushEffects(): before the chunk's memory goes.
int32_t flush(Engine& e, const int32_t (&)[1]) {
  e.flush_effects();
  return 0;
}

// prepareEffects(database): so that a row can be noted: the database is selected, and, in a transaction, the
// unit open.
int32_t prepare_effects(Engine& e, const int32_t (&a)[1]) {
  e.flush_effects();
  const int32_t* control = e.arenas.control();
  if (control[kEffectScope] == kEffectScopeTransaction && control[kEffectUnitOpen] == 0) open_unit(e, a[0]);
  select_database(e, a[0]);
  return 0;
}

// closeEffects(): the command has ended that has opened a unit.
int32_t close_effects(Engine& e, const int32_t (&)[1]) {
  e.cut_effects();
  return 0;
}

// ---- single effects ----

// copyEffect(database, first, count): arguments as a command: that of a frame of its own.
int32_t copy_effect(Engine& e, const int32_t (&a)[3]) {
  begin_effect(e, a[0]);
  e.effects.begin_frame(a[2]);
  write_effect_arguments(e, a[1], a[2]);
  return 0;
}

// effectsOfChosen(database, word, key, most): a command for each `most` of what the command has chosen: the
// word, the key, and those. Returns how many commands. What was chosen is forgotten.
int32_t write_of_chosen(Engine& e, const int32_t (&a)[4]) {
  const auto most = static_cast<size_t>(a[3]);
  const Bytes key = e.arenas.argument(a[2]);
  int32_t commands = 0;
  for (size_t i = 0; i < e.chosen.size(); i += most, commands++) {
    const size_t count = std::min(most, e.chosen.size() - i);
    const std::string_view bulks = e.chosen.bulks(i, count);
    begin_effect(e, a[0]);
    e.effects.begin_frame(static_cast<int32_t>(count) + 2);
    write_effect_word(e, a[1]);
    e.effects.argument(key.data, key.size);
    e.effects.bulks(bulks.data(), bulks.size(), static_cast<int32_t>(count));
  }
  e.chosen.clear();
  return commands;
}

constexpr Operation kOperations[] = {
    operation<&effects_on>("effectsOn"),       operation<&reset_effects>("resetEffects"),
    operation<&flush>("flushEffects"),         operation<&prepare_effects>("prepareEffects"),
    operation<&close_effects>("closeEffects"), operation<&copy_effect>("copyEffect"),
    operation<&write_effect>("writeEffect"),   operation<&write_of_chosen>("effectsOfChosen"),
};

}  // namespace

void begin_effect(Engine& e, int database) {
  e.flush_effects();
  int32_t* control = e.arenas.control();
  if (control[kEffectScope] == kEffectScopeTransaction && control[kEffectUnitOpen] == 0)
    open_unit(e, database);
  select_database(e, database);
  control[kEffectCount]++;
}

void write_effect_word(Engine& e, int32_t word) {
  const std::string& bulk = e.effect_words[static_cast<size_t>(word)];
  e.effects.bulks(bulk.data(), bulk.size(), 1);
}

void write_effect_arguments(Engine& e, int32_t first, int32_t count) {
  for (int32_t i = first; i < first + count; i++) {
    const Bytes bytes = e.arenas.argument(i);
    e.effects.argument(bytes.data, bytes.size);
  }
}

void write_effect_reply(Engine& e, int32_t from) {
  const int32_t cursor = e.arenas.cursor();
  if (from >= cursor) from = 0;
  const uint8_t* reply = e.arenas.reply() + from;
  const auto size = static_cast<size_t>(cursor - from);
  RW_ASSERT(is_bulk(reply, size), "an effect takes one bulk string of the reply");
  e.effects.bulks(reply, size, 1);
}

void leave_removal(Engine& e, int database, ByteView key, Removal cause) {
  if (cause != Removal::kExpired && cause != Removal::kEvicted) return;
  const int32_t* control = e.arenas.control();
  begin_removal(e, database);
  e.effects.begin_frame(2);
  write_effect_word(e, control[cause == Removal::kExpired ? kEffectExpiredWord : kEffectEvictedWord]);
  e.effects.argument(key);
}

void Engine::cut_effects() {
  flush_effects();
  int32_t* control = arenas.control();
  effects.close_unit(control[kEffectCount]);
  control[kEffectUnitOpen] = control[kEffectCount] = 0;
}

void Engine::flush_effects() {
  int32_t* control = arenas.control();
  const int32_t rows = control[kEffectRows];
  if (rows == 0) return;
  control[kEffectRows] = 0;
  const uint8_t* input = arenas.input();
  int32_t from = 0, to = 0;  // a piece of the input that is not copied yet
  for (int32_t i = 0; i < rows; i++) {
    const int32_t row = arenas.effects()[i];
    if (row < 0) {
      effects.append(input + from, static_cast<size_t>(to - from));
      from = to = 0;
      write_noted(*this, -1 - row);
      continue;
    }
    const int32_t* command = arenas.commands() + kCommandWords * static_cast<ptrdiff_t>(row);
    const int32_t first = command[kCommandFirst], count = command[kCommandCount], at = command[kCommandAt];
    const int32_t* args = arenas.args() + 2 * static_cast<ptrdiff_t>(first);
    const bool is_plain = input[at] == '*';
    if (!is_plain || at != to) {
      effects.append(input + from, static_cast<size_t>(to - from));
      from = to = at;
    }
    if (is_plain) {
      const int32_t* last = args + 2 * static_cast<ptrdiff_t>(count - 1);
      to = last[0] + last[1] + 2;
    } else {
      effects.begin_frame(count);
      for (int32_t k = 0; k < count; k++)
        effects.argument(input + args[2 * k], static_cast<size_t>(args[2 * k + 1]));
    }
  }
  effects.append(input + from, static_cast<size_t>(to - from));
}

std::span<const Operation> effect_operations() { return kOperations; }

void add_effect_functions(Napi::Env env, Napi::Object object, Engine* engine) {
  // defineEffectWord(bytes) -> its number
  object.Set("defineEffectWord", Napi::Function::New(env, [engine](const Napi::CallbackInfo& info) {
               const auto bytes = info[0].As<Napi::Uint8Array>();
               const std::string_view text(reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength());
               engine->effect_words.push_back("$" + std::to_string(text.size()) + "\r\n" + std::string(text) +
                                              "\r\n");
               return Napi::Number::New(info.Env(), static_cast<double>(engine->effect_words.size() - 1));
             }));
  // takeEffects() -> a copy of what has gathered
  object.Set("takeEffects", Napi::Function::New(env, [engine](const Napi::CallbackInfo& info) -> Napi::Value {
               engine->flush_effects();
               std::string taken;
               engine->effects.swap(taken);
               return Napi::Buffer<char>::Copy(info.Env(), taken.data(), taken.size());
             }));
}

}  // namespace redwing
