// An array whose size is known when it is made, without asking the system for memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "core/allocator.h"

namespace opscope::runtime {

// Up to N elements live in the object; more take a block of the tensors' pool. The elements are
// value-initialized.
template <typename T, std::size_t N>
class PooledArray {
 public:
  explicit PooledArray(std::size_t size) : size_(size) {
    if (size > N) data_ = static_cast<T*>(allocate_block(size * sizeof(T)));
    std::uninitialized_value_construct_n(data_, size);
  }
  ~PooledArray() {
    std::destroy_n(data_, size_);
    if (size_ > N) free_block(data_, size_ * sizeof(T));
  }
  PooledArray(const PooledArray&) = delete;
  PooledArray& operator=(const PooledArray&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T* data() noexcept { return data_; }
  T& operator[](std::size_t i) noexcept { return data_[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_[i]; }
  [[nodiscard]] T* begin() noexcept { return data_; }
  [[nodiscard]] T* end() noexcept { return data_ + size_; }
  [[nodiscard]] std::span<T> span() noexcept { return {data_, size_}; }

 private:
  std::size_t size_;
  alignas(T) std::byte inline_[N * sizeof(T)];
  T* data_ = static_cast<T*>(static_cast<void*>(inline_));
};

}  // namespace opscope::runtime
