// CommandSnapshot: everything in a view as the commands that make it, for write_snapshot.
//
//   head | FUNCTION LOAD ... | SELECT, commands of each key (rdb/value_commands.h) | SELECT, ... | ...
//
// Thread: one at a time.
#pragma once

#include "rdb/command_output.h"
#include "rdb/snapshot_writer.h"
#include "rdb/value_commands.h"

namespace redwing {

class CommandSnapshot {
 public:
  CommandSnapshot(const SnapshotOptions& options, ByteSink* sink) : options_(options), out_(sink) {}

  void put_head() {
    out_.put_raw(view_of(options_.commands_head));
    for (const std::string& library : options_.functions) {
      out_.begin(3);
      out_.put("FUNCTION");
      out_.put("LOAD");
      out_.put(view_of(library));
    }
  }
  void put_database(int db) {
    out_.begin(2);
    out_.put("SELECT");
    out_.put_integer(db);
  }
  void put_key(const Entry& entry) { write_value_commands(entry, &out_); }
  bool put_end() { return out_.flush(); }
  bool ok() const { return out_.ok(); }

 private:
  static ByteView view_of(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  const SnapshotOptions& options_;
  CommandOutput out_;
};

}  // namespace redwing
