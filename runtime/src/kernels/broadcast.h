// Walking several arrays of one broadcast shape.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/small_vector.h"
#include "opscope/runtime/shape.h"

namespace opscope::runtime {

// A shape with the strides (in elements) of N operands broadcast to it. Dimensions of size one are
// dropped and neighbours that every operand walks alike are joined, so that most have rank one or
// two.
template <std::size_t N>
struct BroadcastPlan {
  struct Dim {
    std::int64_t size;
    std::array<std::int64_t, N> strides;
  };
  SmallVector<Dim, 8> dims;  // outermost first; never empty

  // Operand shapes must broadcast to `out`.
  BroadcastPlan(const Shape& out, const std::array<const Shape*, N>& operands);

  // Elements in the innermost dimension, and how many such rows there are.
  [[nodiscard]] std::int64_t row_size() const noexcept { return dims[dims.size() - 1].size; }
  [[nodiscard]] std::int64_t num_rows() const noexcept;
  [[nodiscard]] const std::array<std::int64_t, N>& row_strides() const noexcept {
    return dims[dims.size() - 1].strides;
  }
};

extern template struct BroadcastPlan<2>;
extern template struct BroadcastPlan<3>;

// The element offsets at which each operand's rows begin, in order.
template <std::size_t N>
class RowWalker {
 public:
  // Starts at row `first`.
  RowWalker(const BroadcastPlan<N>& plan, std::int64_t first) : plan_(plan) {
    const std::size_t outer = plan.dims.size() - 1;
    index_.assign(outer, 0);
    for (std::size_t d = outer; d-- > 0;) {
      index_[d] = first % plan.dims[d].size;
      first /= plan.dims[d].size;
      for (std::size_t k = 0; k < N; ++k) offsets_[k] += index_[d] * plan.dims[d].strides[k];
    }
  }
  [[nodiscard]] std::int64_t offset(std::size_t operand) const noexcept {
    return offsets_[operand];
  }
  void next() noexcept {
    for (std::size_t d = index_.size(); d-- > 0;) {
      const auto& dim = plan_.dims[d];
      for (std::size_t k = 0; k < N; ++k) offsets_[k] += dim.strides[k];
      if (++index_[d] < dim.size) return;
      for (std::size_t k = 0; k < N; ++k) offsets_[k] -= dim.size * dim.strides[k];
      index_[d] = 0;
    }
  }

 private:
  const BroadcastPlan<N>& plan_;
  SmallVector<std::int64_t, 8> index_;
  std::array<std::int64_t, N> offsets_{};
};

}  // namespace opscope::runtime
