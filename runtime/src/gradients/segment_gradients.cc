// Reductions over segments.
#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

using Reduce = Tensor (*)(const GradientCall&, const Tensor&);

Tensor sorted_sum(const GradientCall& c, const Tensor& data) {
  return raw<"SegmentSum">({data, c.x(1)});
}
Tensor unsorted_sum(const GradientCall& c, const Tensor& data) {
  return raw<"UnsortedSegmentSum">({data, c.x(1), c.x(2)});
}
Tensor sorted_prod(const GradientCall& c, const Tensor& data) {
  return raw<"SegmentProd">({data, c.x(1)});
}
Tensor unsorted_prod(const GradientCall& c, const Tensor& data) {
  return raw<"UnsortedSegmentProd">({data, c.x(1), c.x(2)});
}

// The rows of the segments that data belongs to. Negative ids belong to none: zeros.
Tensor spread(const GradientCall& c, const Tensor& segments) {
  if (c.inputs.size() == 2) return gather(segments, c.x(1));
  const Tensor rows = gather(segments, maximum(c.x(1), 0));
  Tensor is_some = c.x(1) >= 0;
  const int more = required_rank(c, c.x(0)) - required_rank(c, c.x(1));
  for (int i = 0; i < more; ++i) is_some = expand_dims(is_some, -1);
  return where(is_some, rows, zeros_like(rows));
}

void sum(GradientCall& c) {
  c.give(0, [&] { return spread(c, c.dy()); });
}
void mean(GradientCall& c) {
  c.give(0, [&] {
    Tensor ones = ones_like(cast(c.x(1), c.dy().dtype()));
    const int more = required_rank(c, c.x(0)) - 1;
    for (int i = 0; i < more; ++i) ones = expand_dims(ones, -1);
    return spread(c, c.dy() / sorted_sum(c, ones));
  });
}
template <Reduce kSum>
void extreme(GradientCall& c) {
  c.give(0, [&] {
    const Tensor is_extreme = c.x(0) == spread(c, c.y());
    const Tensor count = kSum(c, cast(is_extreme, c.dy().dtype()));
    const Tensor share = spread(c, c.dy() / count);
    return where(is_extreme, share, zeros_like(share));
  });
}
// With one zero in a segment only that element has a gradient, with two none.
template <Reduce kSum, Reduce kProd>
void prod(GradientCall& c) {
  c.give(0, [&] {
    const Tensor is_zero = c.x(0) == 0;
    const Tensor zeros = kSum(c, cast(is_zero, DType::int32));
    const Tensor dy = where(zeros > 1, zeros_like(c.dy()), c.dy());
    const Tensor others = kProd(c, where(is_zero, ones_like(c.x(0)), c.x(0)));
    const Tensor safe = where(is_zero, ones_like(c.x(0)), c.x(0));
    const Tensor slope = where(is_zero, spread(c, others), spread(c, c.y()) / safe);
    return spread(c, dy) * slope;
  });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"SegmentSum", sum},
    {"SegmentMean", mean},
    {"SegmentMax", extreme<sorted_sum>},
    {"SegmentMin", extreme<sorted_sum>},
    {"SegmentProd", prod<sorted_sum, sorted_prod>},
    {"UnsortedSegmentSum", sum},
    {"UnsortedSegmentMax", extreme<unsorted_sum>},
    {"UnsortedSegmentMin", extreme<unsorted_sum>},
    {"UnsortedSegmentProd", prod<unsorted_sum, unsorted_prod>},
};

}  // namespace

GradientTable segment_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
