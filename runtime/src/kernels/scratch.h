// Memory that a kernel needs only while it runs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/allocator.h"

namespace opscope::runtime {

// Room for `count` values of a plain type, uninitialized, from the pool.
template <typename T>
class Scratch {
 public:
  explicit Scratch(std::int64_t count)
      : bytes_(static_cast<std::size_t>(count) * sizeof(T)),
        data_(static_cast<T*>(allocate_block(bytes_))) {}
  ~Scratch() { free_block(data_, bytes_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] T* get() const noexcept { return data_; }

 private:
  std::size_t bytes_;
  T* data_;
};

}  // namespace opscope::runtime
