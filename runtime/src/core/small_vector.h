// A vector whose first N elements need no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

namespace opscope::runtime {

// For trivially copyable T: lists of dtypes, axes, indices.
template <typename T, std::size_t N>
class SmallVector {
 public:
  SmallVector() noexcept {}
  SmallVector(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }
  explicit SmallVector(std::span<const T> values) {
    for (const T& value : values) push_back(value);
  }

  void push_back(const T& value) {
    if (size_ < N) {
      inline_[size_] = value;
    } else {
      if (size_ == N) heap_.assign(inline_.begin(), inline_.end());
      heap_.push_back(value);
    }
    ++size_;
  }
  void assign(std::size_t count, const T& value) {
    clear();
    for (std::size_t i = 0; i < count; ++i) push_back(value);
  }
  void clear() noexcept {
    size_ = 0;
    heap_.clear();
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T* data() noexcept { return size_ > N ? heap_.data() : inline_.data(); }
  [[nodiscard]] const T* data() const noexcept { return size_ > N ? heap_.data() : inline_.data(); }
  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size_; }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size_; }
  T& operator[](std::size_t i) noexcept { return data()[i]; }
  const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] T& back() noexcept { return data()[size_ - 1]; }
  [[nodiscard]] std::span<const T> span() const noexcept { return {data(), size_}; }

 private:
  std::size_t size_ = 0;
  std::array<T, N> inline_;
  std::vector<T> heap_;
};

}  // namespace opscope::runtime
