#include "keyspace/view_registry.h"

#include <algorithm>

#include "keyspace/table.h"

namespace redwing {

namespace {
// Which of its databases a table is to a view; the number of them if it is none.
uint32_t database_of(const TableArray& array, const Table& table) {
  auto at = static_cast<uint32_t>(table.db());
  if (array.tables[at] == &table) return at;
  // Exchanged with another database since, or younger than the view.
  for (at = 0; at < array.count && array.tables[at] != &table; at++) {
  }
  return at;
}
}  // namespace

bool ViewRegistry::may_read(const View& view, const Table& table, uint64_t end_position) {
  const uint32_t at = database_of(*view.tables_, table);
  if (at == view.tables_->count) return false;
  // Pairs with the release in publish_progress: what the view has read there, it has read before we write.
  uint64_t progress = view.progress_.load(std::memory_order_acquire);
  return progress < (static_cast<uint64_t>(at) << 48) + end_position;
}

uint64_t ViewRegistry::newest_epoch_at(const Table& table, uint64_t end_position) const {
  for (auto view = open_.rbegin(); view != open_.rend(); ++view) {
    if (may_read(**view, table, end_position)) return (*view)->epoch_;
  }
  return 0;
}

bool ViewRegistry::is_needed(const Table& table, uint64_t end_position, uint64_t epoch) const {
  for (const auto& view : open_) {
    if (view->epoch_ >= epoch) return false;
    if (may_read(*view, table, end_position)) return true;
  }
  return false;
}

bool ViewRegistry::is_to_be_released(const Table& table, uint64_t epoch) const {
  for (const auto& view : open_) {
    if (view->epoch_ >= epoch) return false;
    const uint32_t at = database_of(*view->tables_, table);
    if (at < view->tables_->count && view->handled_progress_ < static_cast<uint64_t>(at + 1) << 48)
      return true;
  }
  return false;
}

View* ViewRegistry::add(std::unique_ptr<View> view) {
  view->epoch_ = epoch_;
  newest_ = epoch_++;
  open_.push_back(std::move(view));
  return open_.back().get();
}

std::unique_ptr<View> ViewRegistry::remove(View* view) {
  auto at = std::find_if(open_.begin(), open_.end(), [view](const auto& open) { return open.get() == view; });
  RW_ASSERT(at != open_.end(), "a view that is closed was open");
  std::unique_ptr<View> removed = std::move(*at);
  open_.erase(at);
  newest_ = open_.empty() ? 0 : open_.back()->epoch_;
  return removed;
}

}  // namespace redwing
