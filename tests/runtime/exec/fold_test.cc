#include "plan_runs.h"

namespace opscope::runtime {
namespace {

constexpr PassOptions kOnlyFold{0, false, true, false, false};

TEST(Fold, ComputesWhatFollowsFromConstants) {
  const Program program = [](Tensors a) -> Tensors {
    const Tensor table = reshape(constant({1.f, 2.f, 3.f, 4.f}), {2, 2}) * 2.f;
    return {matmul(table, a[0])};
  };
  const Tensors inputs = {constant({{1.f}, {2.f}})};
  EXPECT_EQ(count_steps(compile(trace(program, specs_of(inputs)), kOnlyFold), "Mul"), 0);
  expect_same_with_passes(program, inputs, kOnlyFold);
}

TEST(Fold, KnowsShapesWithoutTheirValues) {
  const Program program = [](Tensors a) -> Tensors {
    return {shape(a[0]), size(a[0]), zeros_like(a[0])};
  };
  const std::vector<TensorSpec> known = {{{2, 3}, DType::float32, ""}};
  EXPECT_EQ(count_steps(compile(trace(program, known), {})), 0);
  const std::vector<TensorSpec> unknown = {{{kAnyDim, 3}, DType::float32, ""}};
  EXPECT_EQ(count_steps(compile(trace(program, unknown), {})), 3);
  expect_same_with_passes(program, {ones({2, 3})}, kOnlyFold);
}

TEST(Fold, LeavesLargeValuesToTheRun) {
  const Program large = [](Tensors a) -> Tensors {
    return {a[0] + tile(constant({1.f}), {1 << 15})};
  };
  EXPECT_EQ(count_steps(compile(trace(large, {{{}, DType::float32, ""}}), kOnlyFold), "Tile"), 1);
  const Program small = [](Tensors a) -> Tensors { return {a[0] + zeros({1 << 10})}; };
  EXPECT_EQ(count_steps(compile(trace(small, {{{}, DType::float32, ""}}), kOnlyFold), "Fill"), 0);
}

// The branch that divides by zero is never taken.
TEST(Fold, LeavesErrorsToTheRun) {
  const Program program = [](Tensors a) -> Tensors {
    return {cond(
        a[0] > 0, [] { return Tensor(7); }, [] { return floordiv(Tensor(1), Tensor(0)); })};
  };
  EXPECT_EQ(expect_same_with_passes(program, {Tensor(1)})[0].item<int>(), 7);
}

TEST(Fold, KeepsRandomNumbersRandom) {
  const Program program = [](Tensors) -> Tensors { return {random_normal({4})}; };
  const ConcreteFunction function = trace(program, {});
  const Plan plan = compile(function, {});
  EXPECT_FALSE(have_same_bits(run(plan, function, {})[0], run(plan, function, {})[0]));
}

}  // namespace
}  // namespace opscope::runtime
