// The keyspace as a whole: its databases, views, accounts and housekeeping.

#include "keyspace/keyspace.h"

#include <algorithm>

namespace redwing {

Keyspace::Keyspace(int databases, const HashSeed& seed)
    : hasher_(seed),
      reclaimer_(heap_, types_),
      context_{heap_, hasher_, views_, reclaimer_, types_},
      random_(seed.a ^ (seed.b << 1) ^ (seed.c >> 1)) {
  RW_ASSERT(databases >= 1 && databases <= 32768, "the number of databases is sane");
  auto count = static_cast<uint32_t>(databases);
  auto array = std::make_unique<TableArray>(TableArray{1, count, std::make_unique<Table*[]>(count)});
  for (uint32_t i = 0; i < count; i++) {
    array->tables[i] = std::make_unique<Table>(context_, static_cast<int>(i)).release();
  }
  tables_ = array.release();
  table_list_ = tables_->tables.get();
}

Keyspace::~Keyspace() {
  RW_ASSERT(views_.open_count() == 0, "views are closed before their keyspace ends");
  for (uint32_t i = 0; i < tables_->count; i++) {
    reclaimer_.free_table(std::unique_ptr<Table>(tables_->tables[i]), 0);
  }
  release_array(tables_);
  reclaimer_.wait_idle();
}

void Keyspace::set_removal_listener(RemovalListener listener, void* context) {
  removal_listener_ = listener;
  removal_context_ = context;
}

// ---- Databases ----

// The array of tables, as the keyspace's own: views that share it keep the old one.
TableArray* Keyspace::writable_tables() {
  if (tables_->references == 1) return tables_;
  auto copy =
      std::make_unique<TableArray>(TableArray{1, tables_->count, std::make_unique<Table*[]>(tables_->count)});
  std::copy_n(tables_->tables.get(), tables_->count, copy->tables.get());
  release_array(tables_);
  tables_ = copy.release();
  table_list_ = tables_->tables.get();
  return tables_;
}

void Keyspace::release_array(TableArray* array) {
  if (--array->references == 0) std::unique_ptr<TableArray>{array}.reset();
}

void Keyspace::swap(int a, int b) {
  if (a == b) return;
  TableArray* array = writable_tables();
  std::swap(array->tables[static_cast<size_t>(a)], array->tables[static_cast<size_t>(b)]);
  table(a).set_db(a);
  table(b).set_db(b);
}

Keyspace::DataTotals Keyspace::data_totals() const {
  DataTotals totals{0, counted_bytes()};
  for (int db = 0; db < databases(); db++) {
    totals.keys += table(db).size();
    totals.bytes -= std::min(totals.bytes, structure_bytes(db));
  }
  return totals;
}

// As if all keys were of one size: right when only one database has any.
size_t Keyspace::DataTotals::share_of(uint64_t part) const {
  if (part == 0) return 0;
  return static_cast<size_t>(static_cast<double>(bytes) * static_cast<double>(part) /
                             static_cast<double>(keys));
}

uint64_t Keyspace::flush(int db) {
  const uint64_t keys = table(db).size();
  return keys == 0 ? 0 : detach_table(db, data_totals().share_of(keys));
}

uint64_t Keyspace::flush_all() {
  const DataTotals totals = data_totals();
  for (int db = 0; db < databases(); db++) {
    if (const uint64_t keys = table(db).size(); keys != 0) detach_table(db, totals.share_of(keys));
  }
  return totals.keys;
}

// Puts an empty table in the place of a database's; the old one, whose keys take about data_bytes, goes to
// the background thread when no view has it.
uint64_t Keyspace::detach_table(int db, size_t data_bytes) {
  const size_t bytes = data_bytes + structure_bytes(db);
  auto fresh = std::make_unique<Table>(context_, db);
  TableArray* array = writable_tables();
  std::unique_ptr<Table> old{array->tables[static_cast<size_t>(db)]};
  array->tables[static_cast<size_t>(db)] = fresh.release();
  uint64_t keys = old->size();
  reclaimer_.count_retired(bytes);
  detached_.push_back({std::move(old), views_.epoch(), bytes});
  release_detached();
  return keys;
}

void Keyspace::release_detached() {
  for (const auto& view : views_.open_views()) release_passed(*view);
  // A view may have moved on since, past a table that release_passed will still look at for it.
  std::erase_if(detached_, [this](DetachedTable& detached) {
    if (views_.is_to_be_released(*detached.table, detached.epoch)) return false;
    reclaimer_.uncount_retired(detached.bytes);
    reclaimer_.free_table(std::move(detached.table), detached.bytes);
    return true;
  });
}

size_t Keyspace::expires(int db) const { return table(db).expiry().size(); }

size_t Keyspace::member_expires(int db) const { return table(db).member_expiry().size(); }

int64_t Keyspace::average_ttl(int db) const { return table(db).expiry().average_ttl(now_ms_); }

// ---- Views ----

View* Keyspace::open_view() {
  std::unique_ptr<View> view{new View(hasher_)};
  view->now_ms_ = now_ms_;
  view->tables_ = tables_;
  tables_->references++;
  for (int db = 0; db < databases(); db++) {
    view->sizes_.push_back(table(db).size());
    view->expires_.push_back(table(db).expiry().size());
  }
  return views_.add(std::move(view));
}

void Keyspace::close_view(View* view) {
  std::unique_ptr<View> closed = views_.remove(view);
  for (int db = 0; db < databases(); db++) {
    if (table(db).has_retired()) table(db).release_retired(0, RetiredBins::kBins);
  }
  release_detached();
  release_array(closed->tables_);
}

// Frees what a view has left behind since the last time.
void Keyspace::release_passed(View& view) {
  uint64_t progress = view.progress_.load(std::memory_order_acquire);
  if (progress == view.handled_progress_) return;
  auto bin_at = [&](uint64_t point) { return static_cast<uint32_t>((point & (kPositionEnd - 1)) >> 40); };
  auto first_db = static_cast<uint32_t>(view.handled_progress_ >> 48);
  auto last_db = static_cast<uint32_t>(progress >> 48);
  for (uint32_t db = first_db; db <= last_db && db < view.tables_->count; db++) {
    Table* passed = view.tables_->tables[db];
    uint32_t first = db == first_db ? bin_at(view.handled_progress_) : 0;
    uint32_t last = db == last_db ? bin_at(progress) : RetiredBins::kBins;
    passed->release_retired(first, last);
  }
  view.handled_progress_ = progress;
}

// ---- Accounts and housekeeping ----

KeyspaceMemory Keyspace::memory() const {
  KeyspaceMemory memory{heap_.used_bytes(),         heap_.resident_bytes(),    0, 0,
                        reclaimer_.retired_bytes(), reclaimer_.pending_bytes()};
  for (int db = 0; db < databases(); db++) {
    memory.tables += table(db).bytes();
    memory.index += table(db).expiry().bytes() + table(db).member_expiry().bytes();
  }
  return memory;
}

void Keyspace::cron() {
  release_detached();
  reclaimer_.flush();
  heap_.collect();
  // Segments do not merge, so an emptied table is exchanged for a small one.
  constexpr size_t kSegmentsKept = 64;
  if (++cron_db_ >= databases()) cron_db_ = 0;
  if (table(cron_db_).size() == 0 && table(cron_db_).segments() > kSegmentsKept) detach_table(cron_db_, 0);
}

void Keyspace::wait_for_reclaimer() { reclaimer_.wait_idle(); }

void Keyspace::check_invariants() const {
  heap_.check_invariants();
  for (int db = 0; db < databases(); db++) {
    RW_ASSERT(table(db).db() == db, "a table knows its database");
    table(db).check_invariants(now_ms_);
  }
}

}  // namespace redwing
