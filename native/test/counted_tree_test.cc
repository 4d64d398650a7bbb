// The counted tree against a vector, with items of weight and under views.

#include "collections/counted_tree.h"

#include <vector>

#include "test/check.h"
#include "test/value_storm.h"

using namespace redwing;
using namespace redwing::test;

namespace {

struct Item {
  uint64_t order;
  uint64_t weight;
};
struct Weigh {
  uint64_t operator()(const Item& item) const { return item.weight; }
};
using Tree = CountedTree<Item, Weigh>;

struct Root {
  uint64_t birth;
  Tree tree;
};

struct TreeType final : ValueType {
  void free(void* root, uint8_t, const Releaser& releaser) const override {
    auto* header = static_cast<Root*>(root);
    header->tree.free_all(releaser, [](Item&) {});
    releaser.free(header, sizeof(Root));
  }
  bool is_heavy(const void* root, uint8_t) const override {
    return static_cast<const Root*>(root)->tree.nodes() > 8;
  }
  size_t memory(const void* root, uint8_t) const override {
    return sizeof(Root) + static_cast<const Root*>(root)->tree.bytes();
  }
  void* copy(const void* root, uint8_t, Heap& heap, uint64_t birth) const override {
    auto* copy = ::new (heap.alloc(sizeof(Root))) Root{birth, {}};
    copy->tree.copy_from(static_cast<const Root*>(root)->tree, heap, birth,
                         [](const Item& item) { return item; });
    return copy;
  }
};

// Items in order of `order`, which grows from left to right.
struct Subject {
  using Model = std::vector<Item>;
  static constexpr ValueKind kKind = ValueKind::kList;
  static const ValueType& type() {
    static const TreeType type;
    return type;
  }
  static bool is_absent(const Model& model) { return model.empty(); }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    SlotRef slot;
    Root* root = nullptr;
    if (keyspace.find_for_write(0, key, &slot) == nullptr) {
      root = ::new (keyspace.heap().alloc(sizeof(Root))) Root{keyspace.edit_new(0, key).birth(), {}};
      keyspace.put_root(0, key, kKind, 0, root, Expiry::none());
      CHECK(keyspace.find_for_write(0, key, &slot) != nullptr);
    }
    Edit edit = keyspace.edit(&slot);
    root = static_cast<Root*>(slot.entry->root());
    if (!edit.may_change(root->birth)) {
      auto* copy = ::new (edit.alloc(sizeof(Root))) Root(*root);
      copy->birth = edit.birth();
      edit.release(root, sizeof(Root), root->birth);
      keyspace.set_root(&slot, copy, 0, false);
      root = copy;
    }
    // Grow, shrink, or push at the ends, for a while each.
    const uint64_t mode = random.below(8);
    const uint64_t steps = 1 + random.below(40);
    for (uint64_t i = 0; i < steps; i++) one_change(edit, root->tree, model, random, mode);
    root->tree.check_invariants();
    if (model.empty()) CHECK(keyspace.erase(0, key));
  }

  static void one_change(const Edit& edit, Tree& tree, Model& model, Random& random, uint64_t mode) {
    CHECK_EQ(tree.empty(), model.empty());
    if (model.empty() || mode <= 3) {
      size_t at = mode == 0 ? 0 : mode == 1 ? model.size() : random.below(model.size() + 1);
      insert(edit, tree, model, at, 1 + random.below(3));
      return;
    }
    size_t at = mode == 4 ? 0 : mode == 5 ? model.size() - 1 : random.below(model.size());
    Tree::Cursor cursor = find(tree, model[at].order);
    CHECK(!cursor.at_end() && cursor.item().order == model[at].order);
    if (mode == 7) {
      model[at].weight = 1 + random.below(5);
      tree.replace(edit, &cursor, model[at]);
      CHECK_EQ(cursor.item().weight, model[at].weight);
      return;
    }
    tree.erase(edit, &cursor);
    model.erase(model.begin() + static_cast<ptrdiff_t>(at));
    CHECK_EQ(cursor.at_end(), at == model.size());
    if (at < model.size()) CHECK_EQ(cursor.item().order, model[at].order);
  }

  static void insert(const Edit& edit, Tree& tree, Model& model, size_t at, uint64_t weight) {
    uint64_t low = at == 0 ? 0 : model[at - 1].order;
    uint64_t high = at == model.size() ? low + (uint64_t{1} << 40) : model[at].order;
    if (at == 0 && !model.empty()) low = model[0].order - (uint64_t{1} << 20);
    if (at == 0 && model.empty()) low = uint64_t{1} << 62;
    uint64_t order = at == model.size() ? low + (uint64_t{1} << 30) : low + (high - low) / 2;
    if (at < model.size() && (order == low || order == high)) return;
    Item item{order, weight};
    Tree::Cursor cursor = find(tree, order);
    CHECK_EQ(cursor.at_end(), at == model.size());
    tree.insert(edit, &cursor, item);
    CHECK_EQ(cursor.item().order, order);
    model.insert(model.begin() + static_cast<ptrdiff_t>(at), item);
  }

  static Tree::Cursor find(const Tree& tree, uint64_t order) {
    return tree.lower_bound([order](const Item& item) { return item.order < order; });
  }

  static void check(const Entry& entry, const Model& model) {
    const Tree& tree = static_cast<const Root*>(entry.root())->tree;
    uint64_t rank = 0;
    Tree::Cursor cursor = tree.begin();
    for (size_t i = 0; i < model.size(); i++) {
      CHECK(!cursor.at_end() && cursor.item().order == model[i].order);
      CHECK_EQ(cursor.item().weight, model[i].weight);
      if (i % 17 == 0) check_rank(tree, cursor, rank, model[i]);
      rank += model[i].weight;
      tree.next(&cursor);
    }
    CHECK(cursor.at_end());
    CHECK_EQ(tree.weight(), rank);
    CHECK_EQ(tree.rank(tree.end()), rank);
    cursor = tree.end();
    for (size_t i = model.size(); i-- > 0;) {
      CHECK(tree.previous(&cursor));
      CHECK_EQ(cursor.item().order, model[i].order);
    }
    CHECK(!tree.previous(&cursor));
  }

  static void check_rank(const Tree& tree, const Tree::Cursor& cursor, uint64_t rank, const Item& item) {
    CHECK_EQ(tree.rank(cursor), rank);
    uint64_t within = 99;
    CHECK_EQ(tree.at_rank(rank + item.weight - 1, &within).item().order, item.order);
    CHECK_EQ(within, item.weight - 1);
  }
};

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  ValueStorm<Subject>(random.next()).run(3'000);
  ValueStorm<Subject>(random.next()).run(3'000);
  return 0;
}
