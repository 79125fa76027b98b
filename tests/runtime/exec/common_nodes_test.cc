#include "plan_runs.h"

namespace opscope::runtime {
namespace {

constexpr PassOptions kOnlyShare{0, false, false, true, false};

int steps_left(const Program& program, const Tensors& inputs, std::string_view op) {
  expect_same_with_passes(program, inputs, kOnlyShare);
  return count_steps(compile(trace(program, specs_of(inputs)), kOnlyShare), op);
}

TEST(CommonNodes, AreComputedOnce) {
  const Program program = [](Tensors a) -> Tensors {
    return {exp(a[0] * 2.f) + 1.f, exp(a[0] * 2.f) + 3.f};
  };
  const Tensors inputs = {awkward_values({9}, 1)};
  EXPECT_EQ(steps_left(program, inputs, "Mul"), 1);
  EXPECT_EQ(steps_left(program, inputs, "Exp"), 1);
  EXPECT_EQ(steps_left(program, inputs, "AddV2"), 2);
}

TEST(CommonNodes, DifferInConstantsByTheirBits) {
  const Program zeros_differ = [](Tensors a) -> Tensors { return {a[0] / 0.f, a[0] / -0.f}; };
  EXPECT_EQ(steps_left(zeros_differ, {ones({3})}, "RealDiv"), 2);
  const Program shapes_differ = [](Tensors a) -> Tensors {
    return {a[0] + constant({1.f}), a[0] + 1.f};
  };
  EXPECT_EQ(steps_left(shapes_differ, {Tensor(2.f)}, "AddV2"), 2);
}

TEST(CommonNodes, DifferInAttributes) {
  const Program program = [](Tensors a) -> Tensors {
    return {matmul(a[0], a[0]), matmul(a[0], a[0], {.transpose_b = true})};
  };
  EXPECT_EQ(steps_left(program, {awkward_values({3, 3}, 2)}, "MatMul"), 2);
}

TEST(CommonNodes, KeepTheOrderOfTheirInputs) {
  const Program program = [](Tensors a) -> Tensors {
    return {maximum(a[0], a[1]), maximum(a[1], a[0])};
  };
  EXPECT_EQ(steps_left(program, {awkward_values({40}, 3), awkward_values({40}, 4)}, "Maximum"), 2);
}

TEST(CommonNodes, AreNotThoseWithAState) {
  const Program program = [](Tensors) -> Tensors {
    return {random_normal({4}, {.seed = 5}), random_normal({4}, {.seed = 5})};
  };
  const ConcreteFunction function = trace(program, {});
  EXPECT_EQ(count_steps(compile(function, {}), "RandomStandardNormal"), 2);
}

TEST(CommonNodes, AreNotReadsOfAVariableAroundAnAssignment) {
  const Variable v(constant({1.f, 2.f}));
  const Program program = [&](Tensors a) -> Tensors {
    const Tensor before = v * a[0];
    v.assign_add(constant({1.f, 1.f}));
    return {before, v * a[0]};
  };
  const ConcreteFunction function = trace(program, {{{}, DType::float32, ""}});
  const Tensors results = run(compile(function, {}), function, {Tensor(2.f)});
  EXPECT_EQ(results[0].values<float>()[0], 2.f);
  EXPECT_EQ(results[1].values<float>()[0], 4.f);
}

}  // namespace
}  // namespace opscope::runtime
