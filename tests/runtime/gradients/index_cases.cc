#include "gradient_case.h"
#include "gradients/raw_op.h"

namespace opscope {

using runtime::ints;
using runtime::raw;
using runtime::raw_all;

namespace {

Tensor gather_along(const Tensor& x, const Tensor& indices, std::int64_t axis, int batch) {
  return raw<"GatherV2">({x, indices, runtime::int_value(axis)}, {{"batch_dims", batch}});
}

}  // namespace

GradientCases index_cases() {
  const Tensor x = numbers({2, 3, 4});
  const Tensor rows = numbers({4, 2});
  const auto of = [](std::string name, const Tensor& at, std::function<Tensor(const Tensor&)> f) {
    return GradientCase{std::move(name), {at}, [f](const Tensors& a) { return f(square(a[0])); }};
  };
  GradientCases cases = {
      of("GatherRows", x,
         [](const Tensor& a) {
           return gather(a, ints({1, 0, 1}));
         }),
      of("GatherAxis1", x,
         [](const Tensor& a) {
           return gather(a, constant({{2, 0}, {1, 2}}), 1);
         }),
      of("GatherLast", x,
         [](const Tensor& a) {
           return gather(a, ints({3, 3, 0}), -1);
         }),
      of("GatherScalar", x, [](const Tensor& a) { return gather(a, Tensor(1), 1); }),
      of("GatherBatch", x,
         [](const Tensor& a) {
           return gather_along(a, constant({{2, 0}, {1, 1}}), 1, 1);
         }),
      of("GatherBatchInner", x,
         [](const Tensor& a) {
           return gather_along(a, constant({{3, 0}, {1, 1}}), 2, 1);
         }),
      of("GatherNd", x,
         [](const Tensor& a) {
           return raw<"GatherNd">({a, constant({{0, 1}, {1, 2}, {0, 1}})});
         }),
      of("ScatterNd", rows,
         [](const Tensor& a) {
           return raw<"ScatterNd">({constant({{1}, {4}, {1}, {0}}), a, ints({6, 2})});
         }),
      of("TopK", x,
         [](const Tensor& a) {
           return raw_all<"TopKV2">({a, Tensor(2)})[0];
         }),
      of("SegmentSum", rows,
         [](const Tensor& a) {
           return raw<"SegmentSum">({a, ints({0, 0, 2, 2})});
         }),
      of("SegmentMean", rows,
         [](const Tensor& a) {
           return raw<"SegmentMean">({a, ints({0, 0, 0, 1})});
         }),
      of("SegmentMax", rows,
         [](const Tensor& a) {
           return raw<"SegmentMax">({a, ints({0, 0, 0, 1})});
         }),
      of("SegmentMin", rows,
         [](const Tensor& a) {
           return raw<"SegmentMin">({a, ints({0, 0, 0, 1})});
         }),
      of("SegmentProd", rows,
         [](const Tensor& a) {
           return raw<"SegmentProd">({a, ints({0, 0, 0, 1})});
         }),
      of("UnsortedSegmentSum", rows,
         [](const Tensor& a) {
           return raw<"UnsortedSegmentSum">({a, ints({2, -1, 0, 2}), Tensor(3)});
         }),
      of("UnsortedSegmentMax", rows,
         [](const Tensor& a) {
           return raw<"UnsortedSegmentMax">({a, ints({1, 0, 0, 1}), Tensor(2)});
         }),
      of("UnsortedSegmentProd", rows,
         [](const Tensor& a) {
           return raw<"UnsortedSegmentProd">({a, ints({1, 0, 0, 1}), Tensor(2)});
         }),
  };
  const Tensor indices = constant({{1}, {3}});
  cases.push_back(
      {"TensorScatterUpdate", {numbers({4, 2}), numbers({2, 2})}, [indices](const Tensors& a) {
         return square(raw<"TensorScatterUpdate">({a[0], indices, a[1]}));
       }});
  cases.push_back(
      {"TensorScatterAdd", {numbers({4, 2}), numbers({2, 2})}, [indices](const Tensors& a) {
         return square(raw<"TensorScatterAdd">({a[0], indices, a[1]}));
       }});
  cases.push_back({"DynamicPartition", {rows}, [](const Tensors& a) {
                     const Tensors parts = raw_all<"DynamicPartition">(
                         {square(a[0]), ints({1, 0, 1, 1})}, {{"num_partitions", 2}});
                     return concat({parts[1] * 2.0, parts[0]}, 0);
                   }});
  cases.push_back({"DynamicStitch", {numbers({2, 2}), numbers({3, 2})}, [](const Tensors& a) {
                     runtime::OpCall call(runtime::op<"DynamicStitch">(), "stitch", Loc{});
                     call.attr("N", 2).add(ints({0, 3})).add(ints({1, 2, 4}));
                     return square(call.add(a[0]).add(a[1]).run());
                   }});
  return cases;
}

GradientCases reduction_cases() {
  GradientCases cases;
  using Reduce = Tensor (*)(const Operand&, const ReduceOptions&);
  const std::pair<const char*, Reduce> reduces[] = {{"Sum", reduce_sum},
                                                    {"Mean", reduce_mean},
                                                    {"Max", reduce_max},
                                                    {"Min", reduce_min},
                                                    {"Prod", reduce_prod}};
  const std::pair<const char*, ReduceOptions> ways[] = {
      {"All", {}},
      {"Axis", {.axes = Axes{1}}},
      {"Axes", {.axes = Axes{0, -1}}},
      {"Keep", {.axes = Axes{2}, .keep_dims = true}}};
  for (const auto& [name, reduce] : reduces) {
    for (const auto& [way, options] : ways) {
      cases.push_back({std::string(name) + way,
                       {numbers({2, 3, 2}, 0.2, 1.5)},
                       [reduce = reduce, options = options](const Tensors& a) {
                         return square(reduce(square(a[0]), options));
                       }});
      // A product needs to know its dimensions.
      if (std::string(name) == "Prod") cases.back().needs_shapes = std::string(way) == "All";
    }
  }
  cases.push_back({"ProdWithZero",
                   {constant({0.5, 0.0, 2.0, -1.5}, {2, 2})},
                   [](const Tensors& a) { return reduce_prod(a[0], {.axes = Axes{1}}); },
                   false});
  cases.push_back({"EuclideanNorm", {numbers({2, 3}, 0.2, 1)}, [](const Tensors& a) {
                     return raw<"EuclideanNorm">({a[0], ints({1})});
                   }});
  cases.push_back(
      {"LogSumExp", {numbers({2, 3})}, [](const Tensors& a) {
         const Tensor most = stop_gradient(reduce_max(a[0], {.axes = Axes{1}, .keep_dims = true}));
         return log(reduce_sum(exp(a[0] - most), {.axes = Axes{1}})) + squeeze(most, {1});
       }});
  return cases;
}

}  // namespace opscope
