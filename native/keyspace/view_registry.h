// ViewRegistry: the epoch, and which views are open. Owner thread only.
//
// A view that opens takes the current epoch, and the epoch advances; so what is born later has a greater
// epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "keyspace/view.h"

namespace redwing {

/// The tables of all databases as views share them. Copied when a table is exchanged while a view holds it.
struct TableArray {
  uint32_t references;  // the keyspace's and the views'
  uint32_t count;
  std::unique_ptr<Table*[]> tables;
};

class ViewRegistry {
 public:
  /// The epoch of what is born now.
  uint64_t epoch() const { return epoch_; }
  /// That of the newest open view; 0 without views.
  uint64_t newest_epoch() const { return newest_; }
  size_t open_count() const { return open_.size(); }
  const std::vector<std::unique_ptr<View>>& open_views() const { return open_; }

  /// The newest epoch among the open views that may still read this table below end_position; 0 if none may.
  uint64_t newest_epoch_at(const Table& table, uint64_t end_position) const;
  /// Whether a view older than `epoch` may still read this table below end_position.
  bool is_needed(const Table& table, uint64_t end_position, uint64_t epoch) const;
  /// Whether a view older than an epoch has yet to be told that it is past the table: until then what the
  /// table has retired is looked at when the view moves on, even if nothing in it is needed any more.
  bool is_to_be_released(const Table& table, uint64_t epoch) const;

  View* add(std::unique_ptr<View> view);
  std::unique_ptr<View> remove(View* view);

 private:
  static bool may_read(const View& view, const Table& table, uint64_t end_position);

  uint64_t epoch_ = 1;
  uint64_t newest_ = 0;
  std::vector<std::unique_ptr<View>> open_;  // by epoch
};

}  // namespace redwing
