// What reading and claiming as a consumer of a group leave (see effects.cc): the state that comes of it,
// entry by entry, since neither the time nor what another consumer has had may be looked at again.
#pragma once

#include "binding/engine.h"
#include "collections/stream/consumer_group.h"

namespace redwing {

/// Of one group, which arguments name. Does nothing while effects are off.
class GroupEffects {
 public:
  GroupEffects(Engine& e, int32_t key, int32_t group) : e_(e), key_(key), group_(group) {}

  /// An entry is pending as `entry` says; or, if the stream does not hold it, not any more. Its identifier is
  /// told as argument `given` has it, -1: in full.
  void claim(const ConsumerGroup& group, const PendingEntry& entry, int32_t given = -1);
  /// Where the group goes on, and how many entries it has read.
  void set_id(const ConsumerGroup& group);
  /// A consumer that came to be, and of whom no entry tells.
  void create_consumer(int32_t consumer);

 private:
  void begin(int32_t word, int32_t arguments);
  void word(int32_t index);
  void argument(int32_t index);
  void id(StreamId id);

  Engine& e_;
  const int32_t key_, group_;
};

}  // namespace redwing
