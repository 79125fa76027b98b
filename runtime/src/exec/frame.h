// The values of one run of a plan.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/tensor_rep.h"

namespace opscope::runtime {

using Slot = Ref<TensorRep>;

// A stack of slots of this thread. Slots that are not in use are null, so that taking and giving
// back costs no more than what was stored.
class SlotStack {
 public:
  Slot* push(std::size_t count) {
    if (at_ + count > kChunk || chunks_.empty()) return push_chunk(count);
    Slot* slots = chunks_[chunk_].get() + at_;
    at_ += count;
    return slots;
  }
  struct Mark {
    std::size_t chunk;
    std::size_t at;
  };
  [[nodiscard]] Mark mark() const noexcept { return {chunk_, at_}; }
  void pop(Mark mark) noexcept {
    chunk_ = mark.chunk;
    at_ = mark.at;
  }

 private:
  static constexpr std::size_t kChunk = 4096;

  Slot* push_chunk(std::size_t count) {
    if (!chunks_.empty()) ++chunk_;
    // A chunk above the current one is not in use: it may be replaced by a larger one.
    if (chunk_ == chunks_.size()) {
      chunks_.push_back(std::make_unique<Slot[]>(std::max(count, kChunk)));
      sizes_.push_back(std::max(count, kChunk));
    } else if (sizes_[chunk_] < count) {
      chunks_[chunk_] = std::make_unique<Slot[]>(count);
      sizes_[chunk_] = count;
    }
    at_ = count;
    return chunks_[chunk_].get();
  }

  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::vector<std::size_t> sizes_;
  std::size_t chunk_ = 0;
  std::size_t at_ = 0;
};

[[nodiscard]] inline SlotStack& slot_stack() {
  thread_local SlotStack stack;
  return stack;
}

// The first `borrowed` slots hold values that are not ours to release.
class Frame {
 public:
  Frame(std::size_t size, std::size_t borrowed)
      : stack_(slot_stack()),
        mark_(stack_.mark()),
        slots_(stack_.push(size)),
        size_(size),
        borrowed_(borrowed) {}
  ~Frame() {
    for (std::size_t i = 0; i < borrowed_; ++i) (void)slots_[i].leak();
    for (std::size_t i = borrowed_; i < size_; ++i) slots_[i].reset();
    stack_.pop(mark_);
  }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  [[nodiscard]] Slot* slots() const noexcept { return slots_; }
  // Lends a value to argument slot i.
  void lend(std::size_t i, const TensorRep* value) noexcept {
    (void)slots_[i].leak();
    slots_[i] = Slot::adopt(const_cast<TensorRep*>(value));
  }

 private:
  SlotStack& stack_;
  SlotStack::Mark mark_;
  Slot* slots_;
  std::size_t size_;
  std::size_t borrowed_;
};

}  // namespace opscope::runtime
