#include "plan_runs.h"

namespace opscope::runtime {
namespace {

TEST(Inline, ReplacesCallsBySteps) {
  const auto inner = function([](const Tensor& x) { return x * 2.f + 1.f; });
  const Program program = [&](Tensors a) -> Tensors { return {inner(a[0]) + inner(a[1])}; };
  const Tensors inputs = {awkward_values({6}, 1), awkward_values({6}, 2)};
  const ConcreteFunction function = trace(program, specs_of(inputs));
  EXPECT_EQ(count_steps(compile(function, PassOptions::none()), "PartitionedCall"), 2);
  const Plan plan = compile(function, {});
  EXPECT_EQ(count_steps(plan, "PartitionedCall"), 0);
  EXPECT_EQ(count_steps(plan, "Mul"), 2);
  expect_same_with_passes(program, inputs);
}

TEST(Inline, KeepsEffectsInOrder) {
  const Variable v(Tensor(1.f));
  const auto twice = function([&](const Tensor& x) {
    v.assign(v * 2.f);
    return v + x;
  });
  const Program program = [&](Tensors a) -> Tensors {
    v.assign_add(a[0]);
    const Tensor first = twice(a[0]);
    v.assign_add(1.f);
    return {first, twice(a[0]), identity(v)};
  };
  const ConcreteFunction function = trace(program, {{{}, DType::float32, ""}});
  for (const PassOptions& options : {PassOptions::none(), PassOptions{}}) {
    v.assign(Tensor(1.f));
    const Tensors results = run(compile(function, options), function, {Tensor(3.f)});
    EXPECT_EQ(results[0].item<float>(), 11.f);  // (1 + 3) * 2 + 3
    EXPECT_EQ(results[1].item<float>(), 21.f);  // (8 + 1) * 2 + 3
    EXPECT_EQ(results[2].item<float>(), 18.f);
  }
}

TEST(Inline, NamesTheCallInErrors) {
  const auto inner = function([](const Tensor& x) { return floordiv(Tensor(1), x); });
  const Program program = [&](Tensors a) -> Tensors { return {inner(a[0])}; };
  const ConcreteFunction function = trace(program, {{{}, DType::int32, ""}});
  try {
    (void)run(compile(function, {}), function, {Tensor(0)});
    FAIL() << "no error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("in node 'floordiv' (FloorDiv)"), std::string::npos) << text;
    EXPECT_NE(text.find("in node 'PartitionedCall' (PartitionedCall)"), std::string::npos) << text;
  }
}

TEST(Inline, LeavesLargeFunctionsAlone) {
  const auto inner = function([](const Tensor& x) {
    Tensor y = x;
    for (int i = 0; i < 300; ++i) y = tanh(y);
    return y;
  });
  const Program program = [&](Tensors a) -> Tensors { return {inner(a[0])}; };
  const ConcreteFunction function = trace(program, {{{}, DType::float32, ""}});
  EXPECT_EQ(count_steps(compile(function, {}), "PartitionedCall"), 1);
}

}  // namespace
}  // namespace opscope::runtime
