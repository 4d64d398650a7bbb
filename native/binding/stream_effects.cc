#include "binding/stream_effects.h"

#include "binding/effects.h"

namespace redwing {
namespace {

// Words behind the first of their row, as TypeScript defines them.
enum ClaimWord : int32_t { kClaim, kNoIdle, kTime, kRetryCount, kForce, kJustId, kLastId };
enum GroupWord : int32_t { kGroup, kSetId, kEntriesRead, kCreateConsumer };

}  // namespace

void GroupEffects::word(int32_t index) { write_effect_word(e_, index); }

void GroupEffects::argument(int32_t index) {
  const Bytes bytes = e_.arenas.argument(index);
  e_.effects.argument(bytes.data, bytes.size);
}

void GroupEffects::id(StreamId id) {
  uint8_t text[kStreamIdTextMax];
  e_.effects.argument(text, format_stream_id(id, text));
}

void GroupEffects::begin(int32_t first_word, int32_t arguments) {
  begin_effect(e_, e_.db());
  e_.effects.begin_frame(arguments);
  word(first_word);
}

void GroupEffects::claim(const ConsumerGroup& group, const PendingEntry& entry, int32_t given) {
  if (!e_.effects.is_on()) return;
  const int32_t first = e_.arenas.control()[kEffectClaimWord];
  begin(first + kClaim, 14);
  argument(key_);
  argument(group_);
  const ByteView consumer = group.consumer(entry.consumer())->name->view();
  e_.effects.argument(consumer.data, consumer.size);
  word(first + kNoIdle);
  if (given >= 0)
    argument(given);
  else
    id(entry.id());
  word(first + kTime);
  e_.effects.integer(entry.delivered_ms());
  word(first + kRetryCount);
  e_.effects.integer(entry.deliveries());
  word(first + kForce);
  word(first + kJustId);
  word(first + kLastId);
  id(group.last_id);
}

void GroupEffects::set_id(const ConsumerGroup& group) {
  if (!e_.effects.is_on()) return;
  const int32_t first = e_.arenas.control()[kEffectGroupWord];
  begin(first + kGroup, 7);
  word(first + kSetId);
  argument(key_);
  argument(group_);
  id(group.last_id);
  word(first + kEntriesRead);
  e_.effects.integer(group.entries_read);
}

void GroupEffects::create_consumer(int32_t consumer) {
  if (!e_.effects.is_on()) return;
  const int32_t first = e_.arenas.control()[kEffectGroupWord];
  begin(first + kGroup, 5);
  word(first + kCreateConsumer);
  argument(key_);
  argument(group_);
  argument(consumer);
}

}  // namespace redwing
