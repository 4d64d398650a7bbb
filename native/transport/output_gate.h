// OutputGate: decides when output may leave for its client. Implemented by who makes effects of commands
// durable; asked by the transport.
//
// Thread: the event loop's only.
#pragma once

#include <cstdint>

namespace redwing {

class OutputGate {
 public:
  virtual ~OutputGate() = default;
  /// Takes over the effects of what was executed since the last time. At the end of a batch, before its
  /// replies leave, and once more in each turn of the loop.
  virtual void take_effects() = 0;
  /// Whether output must be kept of what is being executed (`within_batch`: its effects are not taken yet),
  /// or was before.
  virtual bool is_shut(bool within_batch) const = 0;
  /// Where the stream of effects ends at this moment.
  virtual uint64_t position() const = 0;
  /// What depends on effects up to there may leave.
  virtual uint64_t released() const = 0;
  /// Whether effects come faster than they can be kept: who has output here executes nothing more.
  virtual bool is_flooded() const = 0;
};

}  // namespace redwing
