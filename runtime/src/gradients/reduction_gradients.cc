// Reductions.
#include <algorithm>

#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

// A value of the output's shape with the reduced dimensions back as 1.
Tensor with_reduced_dims(const GradientCall& c, const Tensor& value) {
  if (c.attr_bool("keep_dims") || c.x().shape().rank() == 0) return value;
  const Shape& input = c.x().shape();
  const auto axes = known_ints(c.x(1));
  if (input.is_fully_defined() && axes) {
    Shape kept;
    std::vector<std::int64_t> wrapped = *axes;
    for (std::int64_t& axis : wrapped) axis += axis < 0 ? input.rank() : 0;
    for (int i = 0; i < input.rank(); ++i) {
      const bool is_reduced = std::find(wrapped.begin(), wrapped.end(), i) != wrapped.end();
      kept.append(is_reduced ? 1 : input[i]);
    }
    return reshape(value, kept);
  }
  // Reducing once more tells the shape whatever the axes are.
  return reshape_like(value, sum_over(c.x(), c.x(1), true));
}

void sum(GradientCall& c) {
  c.give(0, [&] { return broadcast_like(with_reduced_dims(c, c.dy()), c.x()); });
}

void mean(GradientCall& c) {
  c.give(0, [&] {
    const Shape& input = c.x().shape();
    const Shape& output = c.y().shape();
    const DType dtype = c.dy().dtype();
    Tensor count;
    if (input.is_fully_defined() && output.is_fully_defined()) {
      const std::int64_t results = std::max<std::int64_t>(1, output.num_elements());
      count = cast(Tensor(static_cast<double>(input.num_elements() / results)), dtype);
    } else {
      const Tensor results = opscope::maximum(size(c.y()), 1);
      count = cast(floordiv(size(c.x()), results), dtype);
    }
    return broadcast_like(with_reduced_dims(c, c.dy()), c.x()) / count;
  });
}

// Shared equally between equal extremes.
void extreme(GradientCall& c) {
  c.give(0, [&] {
    const Tensor hits = cast(c.x() == with_reduced_dims(c, c.y()), c.dy().dtype());
    const Tensor count = sum_over(hits, c.x(1), true);
    return hits / count * with_reduced_dims(c, c.dy());
  });
}

// The products of all other elements, also where there are zeros: those before times those after.
void prod(GradientCall& c) {
  c.give(0, [&] {
    const int rank = required_rank(c, c.x());
    const Tensor dy = broadcast_like(with_reduced_dims(c, c.dy()), c.x());
    std::vector<std::int64_t> reduced = required_ints(c, 1);
    for (std::int64_t& axis : reduced) axis += axis < 0 ? rank : 0;
    std::vector<std::int64_t> order = reduced;
    for (int i = 0; i < rank; ++i) {
      if (std::find(reduced.begin(), reduced.end(), i) == reduced.end()) order.push_back(i);
    }
    std::vector<std::int64_t> back(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
    }
    const Tensor moved = transpose(c.x(), order);
    const auto count = static_cast<std::int64_t>(reduced.size());
    const Tensor dims = shape_vector(moved);
    const Tensor across = reduce_prod(slice(dims, {0}, {count}), {.keep_dims = true});
    const Tensor others = reduce_prod(slice(dims, {count}, {rank - count}), {.keep_dims = true});
    const Tensor flat = reshape(moved, concat({across, others}, 0));
    const Tensor axis = int_value(0);
    const Tensor before = raw<"Cumprod">({flat, axis}, {{"exclusive", true}});
    const Tensor after = raw<"Cumprod">({flat, axis}, {{"exclusive", true}, {"reverse", true}});
    const Tensor rest = reshape_like(before * after, moved);
    return dy * transpose(rest, back);
  });
}

void euclidean_norm(GradientCall& c) {
  c.give(0, [&] { return c.x() / (with_reduced_dims(c, c.y()) / with_reduced_dims(c, c.dy())); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Sum", sum},     {"Mean", mean}, {"Max", extreme},
    {"Min", extreme}, {"Prod", prod}, {"EuclideanNorm", euclidean_norm},
};

}  // namespace

GradientTable reduction_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
