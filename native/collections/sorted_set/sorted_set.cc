#include "collections/sorted_set/sorted_set.h"

namespace redwing {

bool SortedSet::find_packed(ByteView member, double* score) const {
  const uint32_t at = packed().find(member);
  if (at == 0) return false;
  *score = packed().score_at(at);
  return true;
}

bool SortedSet::find_rank(ByteView member, uint64_t* rank, double* score) const {
  if (is_packed_) {
    const uint32_t at = packed().find(member);
    if (at == 0) return false;
    *score = packed().score_at(at);
    *rank = packed().rank_at(at);
    return true;
  }
  const Entry* entry = tree().members.find(member);
  if (entry == nullptr) return false;
  *score = SortedSetTree::score_of(*entry);
  *rank = tree().order.rank(tree().place_of(*entry));
  return true;
}

// ---- The type ----

namespace {

bool is_packed(uint8_t encoding) { return encoding == static_cast<uint8_t>(SortedSetForm::kPacked); }

}  // namespace

void SortedSetType::free(void* root, uint8_t encoding, const Releaser& releaser) const {
  if (is_packed(encoding)) {
    ListpackRoot::free(root, releaser);
  } else {
    static_cast<SortedSetTree*>(root)->free_all(releaser);
  }
}

bool SortedSetType::is_heavy(const void* root, uint8_t encoding) const {
  constexpr uint64_t kLightElements = 64;
  return !is_packed(encoding) && static_cast<const SortedSetTree*>(root)->size() > kLightElements;
}

size_t SortedSetType::memory(const void* root, uint8_t encoding) const {
  return is_packed(encoding) ? ListpackRoot::memory(root) : static_cast<const SortedSetTree*>(root)->bytes();
}

void* SortedSetType::copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const {
  return is_packed(encoding) ? ListpackRoot::copy(root, heap)
                             : static_cast<const SortedSetTree*>(root)->copy(heap, birth);
}

}  // namespace redwing
