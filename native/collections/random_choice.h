// Elements of a collection chosen at random, each with the same probability.
//
// Terms
//   draws    as many choices of one among all; the same may come again
//   sample   so many different ones, in any order
//   source   what is chosen from:
//              using Item                        what a visitor gets of an element
//              uint64_t size() const             elements to choose from
//              uint64_t pass_size() const        elements that a pass touches, size() or more. O(1)
//              void for_each(visit) const        a pass: visit(Item), which holds during the call only
//              auto collect() const              all Items in a container with [i], as long as it lives
//              const Dictionary* index() const   where single elements are drawn, or nullptr
//              Item item_of(const Entry&) const  of one of the index's members
//
// A sample of few elements is drawn from the index, leaving out what comes again, so that the cost does not
// depend on the size; one of more than a third is taken in a pass (selection sampling: Knuth, "The Art of
// Computer Programming" 2, 3.4.2, algorithm S). Without an index everything is a pass.
//
// Cost: O(chosen) with an index, O(pass_size() + chosen) without one and for large samples.
#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_set>

#include "collections/dictionary.h"
#include "memory/assert.h"
#include "types/random.h"

namespace redwing {

/// How many are to be chosen, and how.
struct RandomChoice {
  uint64_t count = 0;
  bool repeats = false;  // draws instead of a sample

  /// As commands say it: a negative count asks for that many draws, another for a sample.
  static RandomChoice of(int64_t count) {
    return count < 0 ? RandomChoice{0 - static_cast<uint64_t>(count), true}
                     : RandomChoice{static_cast<uint64_t>(count), false};
  }
  /// How many this makes of a collection of `size`.
  uint64_t among(uint64_t size) const {
    if (repeats) return size == 0 ? 0 : count;
    return std::min(count, size);
  }
};

/// Algorithm S: decides of each of `size` elements in turn whether it belongs to a sample of `wanted`, at
/// most `size`.
class SelectionSampling {
 public:
  SelectionSampling(uint64_t size, uint64_t wanted) : left_(size), wanted_(wanted) {
    RW_ASSERT(wanted <= size, "a sample is no larger than what it is taken from");
  }
  bool takes_next(SplitMix64& random) {
    const bool takes = wanted_ != 0 && random.below(left_) < wanted_;
    left_--;
    wanted_ -= takes;
    return takes;
  }

 private:
  uint64_t left_;
  uint64_t wanted_;
};

/// The numbers by which elements are drawn from an index, a seed for each of the next ones, so that what
/// these draws will touch can be brought near while it is not needed yet. A draw depends on its seed and the
/// index alone: if that has changed meanwhile, it was in vain, no more.
class SeedsAhead {
 public:
  /// Before the next draw. `left`: how many are likely to be drawn from `index`, this one with them; nullptr:
  /// nothing is brought near. `random` gives the seeds.
  void prepare(const Dictionary* index, uint64_t left, FunctionRef<uint64_t()> random) {
    // About half of the places are empty.
    constexpr uint32_t kPasses = 4;
    if (used_ < count_) return;
    used_ = 0;
    count_ = std::min(left, kAhead);
    for (uint64_t i = 0; i < count_; i++) seeds_[i] = random();
    if (count_ == 1 || index == nullptr) return;
    for (uint32_t near = 0; near < kPasses; near++) {
      for (uint64_t i = 0; i < count_; i++) index->prefetch_random(SplitMix64(seeds_[i]), near);
    }
  }
  /// For one draw.
  SplitMix64 next() {
    RW_ASSERT(used_ < count_, "draws are prepared");
    return SplitMix64(seeds_[used_++]);
  }

 private:
  static constexpr uint64_t kAhead = 16;
  uint64_t seeds_[kAhead] = {};
  uint64_t count_ = 0, used_ = 0;
};

/// Whether a sample of so many is taken in a pass even where there is an index.
inline bool is_sampled_in_pass(uint64_t wanted, uint64_t size) {
  constexpr uint64_t kShare = 3;
  return wanted > size / kShare;
}

/// What choose_at_random will cost, in elements touched; O(1).
template <typename Source>
uint64_t random_choice_cost(const Source& source, const RandomChoice& choice) {
  const uint64_t most = choice.among(source.pass_size());
  const bool passes =
      source.index() == nullptr || (!choice.repeats && is_sampled_in_pass(most, source.pass_size()));
  return passes ? std::max(most, source.pass_size()) : most;
}

/// Calls visit(Item) for the elements chosen, choice.among(source.size()) of them.
template <typename Source, typename Visit>
void choose_at_random(const Source& source, const RandomChoice& choice, SplitMix64& random, Visit&& visit) {
  using Item = typename Source::Item;
  const uint64_t size = source.size(), wanted = choice.among(size);
  if (wanted == 0) return;
  const Dictionary* index = source.index();
  if (index == nullptr && wanted == 1) {
    uint64_t before = random.below(size);
    source.for_each([&](const Item& item) {
      if (before-- == 0) visit(item);
    });
  } else if (!choice.repeats && (index == nullptr || is_sampled_in_pass(wanted, size))) {
    SelectionSampling sampling(size, wanted);
    source.for_each([&](const Item& item) {
      if (sampling.takes_next(random)) visit(item);
    });
  } else if (index == nullptr) {
    auto items = source.collect();
    for (uint64_t i = 0; i < wanted; i++) visit(items[random.below(size)]);
  } else {
    SeedsAhead seeds;
    const auto draw = [&](uint64_t left) {
      seeds.prepare(index, left, random);
      return index->random(seeds.next());
    };
    if (choice.repeats) {
      for (uint64_t i = 0; i < wanted; i++) visit(source.item_of(*draw(wanted - i)));
      return;
    }
    std::unordered_set<const Entry*> seen;
    while (seen.size() < wanted) {
      const Entry* member = draw(wanted - seen.size());
      if (seen.insert(member).second) visit(source.item_of(*member));
    }
  }
}

}  // namespace redwing
