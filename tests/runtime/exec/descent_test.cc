#include "plan_runs.h"

namespace opscope::runtime {
namespace {

struct Sizes {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
};

// The variable after one run of a program that descends along a product.
Tensor descend(const Sizes& sizes, bool transpose_a, bool transpose_b, const PassOptions& options,
               int* num_groups) {
  const Variable variable(awkward_values({sizes.m, sizes.n}, 1));
  const Program program = [&](Tensors a) -> Tensors {
    const MatMulOptions transposed{.transpose_a = transpose_a, .transpose_b = transpose_b};
    resource_apply_gradient_descent(variable, a[2], matmul(a[0], a[1], transposed));
    return {a[2] + 1.f};
  };
  const Tensors inputs = {
      awkward_values(transpose_a ? Shape{sizes.k, sizes.m} : Shape{sizes.m, sizes.k}, 2),
      awkward_values(transpose_b ? Shape{sizes.n, sizes.k} : Shape{sizes.k, sizes.n}, 3),
      constant(0.3f)};
  const ConcreteFunction function = trace(program, specs_of(inputs));
  const Plan plan = compile(function, options);
  *num_groups = static_cast<int>(plan.groups.size());
  (void)run(plan, function, inputs);
  return variable.read();
}

TEST(Descent, GivesTheBitsOfTheProductAndTheStep) {
  constexpr Sizes kSizes[] = {{1, 1, 1},     {3, 5, 7},    {64, 32, 1},   {65, 33, 64},
                              {200, 10, 64}, {130, 70, 5}, {24, 64, 512}, {40, 50, 513}};
  for (const Sizes& sizes : kSizes) {
    for (int transposes = 0; transposes < 4; ++transposes) {
      const bool a = (transposes & 1) != 0;
      const bool b = (transposes & 2) != 0;
      int num_groups = 0;
      const Tensor expected = descend(sizes, a, b, PassOptions::none(), &num_groups);
      EXPECT_EQ(num_groups, 0);
      const Tensor result = descend(sizes, a, b, {}, &num_groups);
      EXPECT_EQ(num_groups, 1);
      EXPECT_TRUE(have_same_bits(result, expected))
          << sizes.m << " x " << sizes.n << " x " << sizes.k << ", transposes " << transposes;
    }
  }
}

TEST(Descent, LeavesGradientsThatOthersReadAlone) {
  const Variable variable(zeros({64, 64}));
  const Program program = [&](Tensors a) -> Tensors {
    const Tensor gradient = matmul(a[0], a[1]);
    resource_apply_gradient_descent(variable, 0.5f, gradient);
    return {gradient};
  };
  const Tensors inputs = {ones({64, 8}), ones({8, 64})};
  EXPECT_EQ(compile(trace(program, specs_of(inputs)), {}).groups.size(), 0u);
}

// The product must be of the values before the step.
TEST(Descent, AlongAProductOfTheVariableItself) {
  const Variable variable(full({64, 64}, 0.5f));
  const Program program = [&](Tensors a) -> Tensors {
    const Tensor value = variable.read();
    resource_apply_gradient_descent(variable, a[0], matmul(value, value));
    return {variable.read()};
  };
  const Tensors inputs = {constant(0.25f)};
  const ConcreteFunction function = trace(program, specs_of(inputs));
  const Plan plan = compile(function, {});
  ASSERT_EQ(plan.groups.size(), 1u);
  const Tensors results = run(plan, function, inputs);
  // 0.5 - 0.25 * 64 * 0.5 * 0.5
  EXPECT_TRUE(have_same_bits(results[0], full({64, 64}, -3.5f)));
}

TEST(Descent, ReportsTheStepWhoseShapeDoesNotFit) {
  const Variable variable(zeros({2, 2}));
  const Program program = [&](Tensors a) -> Tensors {
    resource_apply_gradient_descent(variable, 0.5f, matmul(a[0], a[1]));
    return {a[0]};
  };
  const TensorSpec any{{kAnyDim, kAnyDim}, DType::float32, ""};
  const ConcreteFunction function = trace(program, {any, any});
  const Plan plan = compile(function, {});
  ASSERT_EQ(plan.groups.size(), 1u);
  try {
    (void)run(plan, function, {ones({64, 8}), ones({8, 64})});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("ResourceApplyGradientDescent"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace opscope::runtime
