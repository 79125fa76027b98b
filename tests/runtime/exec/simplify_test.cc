#include "opscope/proto/graph.pb.h"
#include "plan_runs.h"

namespace opscope::runtime {
namespace {

constexpr PassOptions kOnlySimplify{0, true, false, false, false};

// The number of kernels left, with the results checked against the plain graph.
int steps_left(const Program& program, const Tensors& inputs) {
  expect_same_with_passes(program, inputs, kOnlySimplify);
  return count_steps(compile(trace(program, specs_of(inputs)), kOnlySimplify));
}

TEST(Simplify, DropsIdentities) {
  const Program program = [](Tensors a) -> Tensors {
    return {stop_gradient(identity(a[0])) + 1.f};
  };
  EXPECT_EQ(steps_left(program, {awkward_values({3, 4}, 1)}), 1);
}

TEST(Simplify, DropsArithmeticThatKeepsEveryValue) {
  const Tensors inputs = {awkward_values({37}, 2)};
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] * 1.f}; }, inputs), 0);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {1.f * a[0]}; }, inputs), 0);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] / 1.f}; }, inputs), 0);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] - 0.f}; }, inputs), 0);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] + -0.f}; }, inputs), 0);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {-(-a[0])}; }, inputs), 0);
  const Tensors integers = {constant({1, -2, 3})};
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] + 0}; }, integers), 0);
}

// -0 + 0 is 0, -0 - -0 is 0, and 0 * x is not 0 for NaN.
TEST(Simplify, KeepsArithmeticThatChangesAZero) {
  const Tensors inputs = {awkward_values({37}, 3)};
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] + 0.f}; }, inputs), 1);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] - -0.f}; }, inputs), 1);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {a[0] * 0.f}; }, inputs), 1);
}

TEST(Simplify, KeepsWhatBroadcasts) {
  const Program program = [](Tensors a) -> Tensors { return {a[0] * ones({1, 1})}; };
  EXPECT_EQ(expect_same_with_passes(program, {awkward_values({5}, 4)})[0].shape(), Shape({1, 5}));
}

TEST(Simplify, DropsReshapesToTheSameShapeOnly) {
  const Tensors inputs = {awkward_values({2, 6}, 5)};
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {reshape(a[0], {2, 6})}; }, inputs), 0);
  EXPECT_EQ(steps_left([](Tensors a) -> Tensors { return {reshape(a[0], {3, 4})}; }, inputs), 1);
}

TEST(Simplify, UndoesTranspositions) {
  const Program program = [](Tensors a) -> Tensors {
    return {transpose(transpose(a[0], Axes{1, 2, 0}), Axes{2, 0, 1})};
  };
  EXPECT_EQ(steps_left(program, {awkward_values({2, 3, 4}, 6)}), 0);
}

TEST(Simplify, LetsProductsReadTransposedMatrices) {
  for (const std::int64_t size : {3, 40, 200}) {
    const Program program = [](Tensors a) -> Tensors {
      return {matmul(transpose(a[0]), a[1]), matmul(a[0], transpose(a[1]))};
    };
    const Tensors inputs = {random_normal({size, size}, {.seed = 1}),
                            random_normal({size, size}, {.seed = 2})};
    const ConcreteFunction function = trace(program, specs_of(inputs));
    const Plan plan = compile(function, kOnlySimplify);
    EXPECT_EQ(count_steps(plan, "Transpose"), 0);
    expect_same_with_passes(program, inputs, kOnlySimplify);
  }
}

TEST(Simplify, LeavesTheTracedGraphAlone) {
  const Program program = [](Tensors a) -> Tensors { return {identity(a[0]) * 1.f}; };
  const ConcreteFunction function = trace(program, {{{3}, DType::float32, ""}});
  const std::string before = function.graph_def().DebugString();
  const Plan plan = compile(function, {});
  EXPECT_EQ(function.graph_def().DebugString(), before);
  EXPECT_EQ(count_steps(plan), 0);
}

}  // namespace
}  // namespace opscope::runtime
