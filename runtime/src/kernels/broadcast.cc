#include "kernels/broadcast.h"

namespace opscope::runtime {

template <std::size_t N>
BroadcastPlan<N>::BroadcastPlan(const Shape& out, const std::array<const Shape*, N>& operands) {
  const int rank = out.rank();
  std::array<std::int64_t, N> running;
  running.fill(1);
  SmallVector<Dim, 8> reversed;
  for (int axis = rank - 1; axis >= 0; --axis) {
    Dim dim{.size = out[axis], .strides = {}};
    for (std::size_t k = 0; k < N; ++k) {
      const int own = axis - (rank - operands[k]->rank());
      const std::int64_t size = own >= 0 ? (*operands[k])[own] : 1;
      dim.strides[k] = size == 1 ? 0 : running[k];
      running[k] *= size;
    }
    if (dim.size == 1) continue;
    bool joins = !reversed.empty();
    for (std::size_t k = 0; joins && k < N; ++k) {
      const Dim& inner = reversed.back();
      joins = dim.strides[k] == inner.strides[k] * inner.size &&
              (inner.strides[k] != 0 || dim.strides[k] == 0);
    }
    if (joins) {
      reversed.back().size *= dim.size;
    } else {
      reversed.push_back(dim);
    }
  }
  if (reversed.empty()) reversed.push_back({.size = 1, .strides = {}});
  for (std::size_t i = reversed.size(); i-- > 0;) dims.push_back(reversed[i]);
}

template <std::size_t N>
std::int64_t BroadcastPlan<N>::num_rows() const noexcept {
  std::int64_t rows = 1;
  for (std::size_t d = 0; d + 1 < dims.size(); ++d) rows *= dims[d].size;
  return rows;
}

template struct BroadcastPlan<2>;
template struct BroadcastPlan<3>;

}  // namespace opscope::runtime
