// What the operations on lists share: what a list is, how long its blocks may become, and the list that
// a run of commands is at.
#pragma once

#include <optional>

#include "binding/engine.h"
#include "collections/list/list_editor.h"

namespace redwing {

inline bool is_list(const Entry* entry) { return entry->kind() == ValueKind::kList; }
/// How long the blocks of lists may become, from the settings in the control words (see ListLimits).
inline int32_t fill_of(const Engine& e) { return e.arenas.control()[kListMaxListpackSize]; }

/// The list that a run of commands is at: often it is the same for all of them, which is then found once.
/// What was done is in the keyspace when the next list is opened or the run ends.
class RunList {
 public:
  explicit RunList(Engine& e) : e_(e) {}
  ~RunList() { close(); }
  RunList(const RunList&) = delete;
  RunList& operator=(const RunList&) = delete;

  /// Whether it is open, under this key.
  bool is(const Key& key) const {
    return editor_.has_value() && key.hash == key_.hash && key.size == key_.size &&
           Entry::equal_bytes(key.data, key_.data, key.size);
  }
  /// Opens another one. 1; 0: absent, and not to be made; kStatusWrongType. Then no list is open.
  int32_t open(const Key& key, bool make) {
    close();
    key_ = key;
    served_ = 0;
    Entry* entry = e_.keyspace.find_for_write(e_.db(), key_, &slot_);
    if (entry == nullptr) {
      if (make) editor_.emplace(e_.keyspace, key_, e_.db(), fill_of(e_));
      return make;
    }
    if (!is_list(entry)) return kStatusWrongType;
    editor_.emplace(e_.keyspace, key_, &slot_, fill_of(e_));
    return 1;
  }
  /// Puts what was done into the keyspace.
  void close() {
    if (!editor_.has_value()) return;
    editor_->finish();
    editor_.reset();
    e_.keyspace.use_again(e_.db(), key_, served_ - 1);
  }
  /// So many more of the run's commands were about the open list.
  void count(int32_t commands) { served_ += commands; }
  /// Of the open list.
  ListEditor& editor() { return *editor_; }

 private:
  Engine& e_;
  Key key_{};
  int32_t served_ = 0;
  SlotRef slot_;
  std::optional<ListEditor> editor_;
};

}  // namespace redwing
