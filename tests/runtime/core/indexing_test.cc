// x[...], eagerly, traced, and the nodes it makes. Expected values and nodes are those of
// TensorFlow 2.21.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "graph/func_graph.h"
#include "opscope/error.h"
#include "opscope/runtime.h"
#include "opscope/runtime/index.h"
#include "staging/trace.h"

namespace opscope {
namespace {
using ::testing::ElementsAre;

std::vector<int> values(const Tensor& x) {
  const auto span = x.values<std::int32_t>();
  return {span.begin(), span.end()};
}

// 0 .. 23 as [2, 3, 4].
Tensor cube() {
  std::vector<std::int32_t> numbers(24);
  for (int i = 0; i < 24; ++i) numbers[static_cast<std::size_t>(i)] = i;
  return constant(numbers, {2, 3, 4});
}

// What f gives eagerly, after checking that the traced function gives the same.
template <typename F>
Tensor both_ways(F f) {
  const Tensor eager = f(cube());
  const Tensor traced = function(f, {}, {.name = "f"})(cube());
  EXPECT_EQ(traced.shape(), eager.shape());
  EXPECT_EQ(values(traced), values(eager));
  return eager;
}

TEST(Indexing, SelectsElementsAndRanges) {
  const Tensor row = both_ways([](const Tensor& x) { return x[{1, 2}]; });
  EXPECT_THAT(values(row), ElementsAre(20, 21, 22, 23));
  EXPECT_THAT(values(both_ways([](const Tensor& x) { return x[-1][0]; })),
              ElementsAre(12, 13, 14, 15));
  const Tensor part = both_ways([](const Tensor& x) { return x[{0, Slice{1, 3}, 2}]; });
  EXPECT_EQ(part.shape(), (Shape{2}));
  EXPECT_THAT(values(part), ElementsAre(6, 10));
}

TEST(Indexing, StepsBackwardsAndSkips) {
  EXPECT_THAT(values(both_ways([](const Tensor& x) {
                return x[{0, 0, Slice{.step = -1}}];
              })),
              ElementsAre(3, 2, 1, 0));
  EXPECT_THAT(values(both_ways([](const Tensor& x) {
                return x[{0, 0, Slice{3, 0, -2}}];
              })),
              ElementsAre(3, 1));
  EXPECT_THAT(values(both_ways([](const Tensor& x) {
                return x[{0, 0, Slice{-3, 100}}];
              })),
              ElementsAre(1, 2, 3));
}

TEST(Indexing, AddsAxesAndFillsWithAnEllipsis) {
  const Tensor wide = both_ways([](const Tensor& x) { return x[{newaxis, ellipsis, 1, newaxis}]; });
  EXPECT_EQ(wide.shape(), (Shape{1, 2, 3, 1}));
  EXPECT_THAT(values(wide), ElementsAre(1, 5, 9, 13, 17, 21));
  EXPECT_EQ(both_ways([](const Tensor& x) { return x[{}]; }).shape(), (Shape{2, 3, 4}));
}

TEST(Indexing, TakesTensorsAsIndicesAndBounds) {
  const auto narrow = [](const Tensor& x) {
    const Tensor n = shape(x)[1] - 1;
    return x[{n - 1, Slice{.stop = n}, 0}];
  };
  EXPECT_THAT(values(both_ways(narrow)), ElementsAre(12, 16));
  const auto wide = [](const Tensor& x) {
    const Tensor i = constant(std::int64_t{1});
    return x[{i, Slice{1, i + 1}, 0}];
  };
  EXPECT_THAT(values(both_ways(wide)), ElementsAre(16));
}

TEST(Indexing, ABooleanTensorIsAMask) {
  const auto masked = [](const Tensor& x) { return x[x > 20]; };
  EXPECT_THAT(values(both_ways(masked)), ElementsAre(21, 22, 23));
}

TEST(Indexing, RefusesWhatTensorFlowRefuses) {
  const Tensor x = cube();
  EXPECT_THROW(static_cast<void>(x[2]), Error);
  EXPECT_THROW(static_cast<void>(x[{0, 0, 0, 0}]), Error);
  EXPECT_THROW(static_cast<void>(x[{ellipsis, ellipsis}]), Error);
  EXPECT_THROW(static_cast<void>(x[Slice{.step = 0}]), Error);
  EXPECT_THROW(static_cast<void>(x[constant(1.f)]), Error);
  EXPECT_THROW(static_cast<void>(x[{constant({0, 1}), 0}]), Error);
}

TEST(Indexing, HasAGradient) {
  const Tensor x = constant({1.f, 2.f, 3.f, 4.f});
  const auto f = gradient([](const Tensor& v) { return reduce_sum(v[Slice{1, 4, 2}] * 3); });
  const Tensor slope = f(x);
  EXPECT_THAT(std::vector<float>(slope.values<float>().begin(), slope.values<float>().end()),
              ElementsAre(0, 3, 0, 3));
}

// "name = Op(inputs)" of every node but the function's inputs.
std::vector<std::string> lines_of(const runtime::FuncGraph& graph) {
  std::vector<std::string> lines;
  for (const runtime::Node& node : graph.nodes()) {
    if (node.spec->name == "Placeholder") continue;
    std::string line = node.name + " = " + std::string(node.spec->name) + "(";
    for (const runtime::Edge& edge : node.inputs) {
      line += (line.back() == '(' ? "" : ", ") + graph.node(edge.node).name;
    }
    lines.push_back(line + ")");
  }
  return lines;
}

template <typename F>
std::vector<std::string> nodes_of(F f, const std::vector<TensorSpec>& specs) {
  std::vector<std::string> lines;
  const auto watched = [&](const Tensor& x) {
    const Tensor result = f(x);
    lines = lines_of(runtime::current_trace->graph());
    return result;
  };
  static_cast<void>(function(watched, specs).get_concrete_function());
  return lines;
}

const std::vector<TensorSpec> kCube = {{.shape = {2, 3, 4}, .name = "x"}};

// The masks of the only StridedSlice: begin, end, ellipsis, new axis, shrink axis.
template <typename F>
std::vector<std::int64_t> masks_of(F f) {
  std::vector<std::int64_t> masks;
  const auto watched = [&](const Tensor& x) {
    const Tensor result = f(x);
    for (const runtime::Node& node : runtime::current_trace->graph().nodes()) {
      if (node.spec->name != "StridedSlice") continue;
      for (const char* name :
           {"begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"}) {
        masks.push_back(std::get<std::int64_t>(node.attrs.find(name)->storage()));
      }
    }
    return result;
  };
  static_cast<void>(function(watched, kCube).get_concrete_function());
  return masks;
}

TEST(Indexing, MakesTensorFlowsMasks) {
  EXPECT_THAT(masks_of([](const Tensor& x) {
                return x[{0, Slice{1, 5}, newaxis, ellipsis, Slice{.step = -1}}];
              }),
              ElementsAre(16, 16, 8, 4, 1));
  EXPECT_THAT(masks_of([](const Tensor& x) { return x[ellipsis]; }), ElementsAre(0, 0, 1, 0, 0));
  EXPECT_THAT(masks_of([](const Tensor& x) { return x[{}]; }), ElementsAre(0, 0, 0, 0, 0));
}

TEST(Indexing, MakesTensorFlowsNodes) {
  EXPECT_THAT(
      nodes_of(
          [](const Tensor& x) {
            return x[{0, Slice{1, 5}}];
          },
          kCube),
      ElementsAre("strided_slice/stack = Const()", "strided_slice/stack_1 = Const()",
                  "strided_slice/stack_2 = Const()",
                  "strided_slice = StridedSlice(x, strided_slice/stack, strided_slice/stack_1, "
                  "strided_slice/stack_2)"));
  EXPECT_THAT(nodes_of([](const Tensor& x) { return x[{}]; }, kCube),
              ElementsAre("strided_slice/Const = Const()",
                          "strided_slice = StridedSlice(x, strided_slice/Const, "
                          "strided_slice/Const, strided_slice/Const)"));
}

TEST(Indexing, PacksTensorsAsTensorFlow) {
  const std::vector<TensorSpec> specs = {{.shape = {2, 3, 4}, .name = "x"},
                                         {.shape = {}, .dtype = DType::int32, .name = "i"}};
  const auto sliced = [](const Tensor& x, const Tensor& i) { return x[{i, Slice{.stop = i}}]; };
  std::vector<std::string> lines;
  const auto watched = [&](const Tensor& x, const Tensor& i) {
    const Tensor result = sliced(x, i);
    lines = lines_of(runtime::current_trace->graph());
    return result;
  };
  static_cast<void>(function(watched, specs).get_concrete_function());
  EXPECT_THAT(lines, ElementsAre("add/y = Const()", "add = AddV2(i, add/y)", "Const = Const()",
                                 "Const_1 = Const()", "strided_slice/stack = Pack(i, Const)",
                                 "strided_slice/stack_1 = Pack(add, i)",
                                 "strided_slice/stack_2/0 = Const()",
                                 "strided_slice/stack_2 = Pack(strided_slice/stack_2/0, Const_1)",
                                 "strided_slice = StridedSlice(x, strided_slice/stack, "
                                 "strided_slice/stack_1, strided_slice/stack_2)"));
}

}  // namespace
}  // namespace opscope
