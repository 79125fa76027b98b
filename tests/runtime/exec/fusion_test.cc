#include <random>

#include "core/thread_pool.h"
#include "opscope/runtime/threads.h"
#include "plan_runs.h"

namespace opscope::runtime {
namespace {

int count_groups(const Plan& plan) { return static_cast<int>(plan.groups.size()); }

Plan compile_for(const Program& program, const Tensors& inputs) {
  return compile(trace(program, specs_of(inputs)), {});
}

TEST(Fusion, PutsChainsIntoOneGroup) {
  const Program program = [](Tensors a) -> Tensors {
    return {tanh(relu(bias_add(matmul(a[0], a[1]), a[2])) * 2.f)};
  };
  const Tensors inputs = {awkward_values({64, 8}, 1), awkward_values({8, 300}, 2),
                          awkward_values({300}, 3)};
  const Plan plan = compile_for(program, inputs);
  ASSERT_EQ(count_groups(plan), 1);
  EXPECT_EQ(plan.groups[0].members.size(), 4u);
  EXPECT_EQ(plan.groups[0].num_scratch, 2u);
  expect_same_with_passes(program, inputs);
}

TEST(Fusion, LeavesSmallValuesAlone) {
  const Program program = [](Tensors a) -> Tensors { return {tanh(a[0] * 2.f)}; };
  EXPECT_EQ(count_groups(compile_for(program, {ones({64, 16})})), 0);
  EXPECT_EQ(count_groups(compile_for(program, {ones({64, 64})})), 1);
}

// Both run with one group; sizes below two blocks take the members one by one.
TEST(Fusion, DecidesAtRunTimeWhereDimensionsAreUnknown) {
  const Program program = [](Tensors a) -> Tensors { return {tanh(a[0] * a[1]) - a[0]}; };
  const ConcreteFunction function =
      trace(program, {{{kAnyDim, kAnyDim}, DType::float32, ""}, {{kAnyDim}, DType::float32, ""}});
  const Plan fused = compile(function, {});
  const Plan plain = compile(function, PassOptions::none());
  EXPECT_EQ(count_groups(fused), 1);
  for (const std::int64_t rows : {0, 1, 3, 40, 1000}) {
    for (const std::int64_t columns : {1, 7, 128, 20000}) {
      if (rows * columns > 3000000) continue;
      const Tensors inputs = {awkward_values({rows, columns}, 1), awkward_values({columns}, 2)};
      EXPECT_TRUE(have_same_bits(run(fused, function, inputs)[0], run(plain, function, inputs)[0]))
          << rows << " x " << columns;
    }
  }
}

TEST(Fusion, ReportsTheNodeWhoseShapesDoNotFit) {
  const Program program = [](Tensors a) -> Tensors { return {tanh(a[0] + a[1]) * 2.f}; };
  const ConcreteFunction function =
      trace(program, {{{kAnyDim}, DType::float32, ""}, {{kAnyDim}, DType::float32, ""}});
  try {
    (void)run(compile(function, {}), function, {ones({9000}), ones({9001})});
    FAIL() << "no error";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("Incompatible shapes: [9000] vs. [9001]"), std::string::npos) << text;
    EXPECT_NE(text.find("in node 'add' (AddV2)"), std::string::npos) << text;
  }
}

TEST(Fusion, DoesNotWriteOverArgumentsOrVariables) {
  const Variable v(awkward_values({100, 100}, 3));
  const Tensor before = identity(v) * 1.f;
  const Program program = [&](Tensors a) -> Tensors { return {tanh(v * a[0]) + v}; };
  const Tensor input = awkward_values({100, 100}, 4);
  const Tensor copy = input + -0.f;
  expect_same_with_passes(program, {input});
  EXPECT_TRUE(have_same_bits(identity(v), before));
  EXPECT_TRUE(have_same_bits(input, copy));
}

// A random program over one shape, with operands of every kind that broadcasts.
Tensors random_program(unsigned seed, const Tensors& inputs) {
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::vector<Tensor> full = {inputs[0], inputs[1]};
  const std::vector<Tensor> thin = {inputs[2], inputs[3], inputs[4], Tensor(0.5f)};
  std::vector<Tensor> results;
  for (int i = 0; i < 14; ++i) {
    const Tensor a = full[pick(full.size())];
    const Tensor b = pick(3) == 0 ? thin[pick(thin.size())] : full[pick(full.size())];
    Tensor made = a;
    switch (pick(15)) {
      case 0:
        made = a + b;
        break;
      case 1:
        made = b - a;
        break;
      case 2:
        made = a * b;
        break;
      case 3:
        made = a / b;
        break;
      case 4:
        made = maximum(b, a);
        break;
      case 5:
        made = tanh(a);
        break;
      case 6:
        made = relu(a) + exp(-abs(a));
        break;
      case 7:
        made = where(a > b, a, b);
        break;
      case 8:
        made = add_n({a, full[pick(full.size())], a});
        break;
      case 9:
        made = bias_add(a, inputs[2]);
        break;
      case 10:
        made = cast(cast(a, DType::float64) * 3.0, DType::float32);
        break;
      case 11:
        made = a - reduce_mean(a, {.axes = Axes{1}, .keep_dims = true});
        break;
      case 12:
        made = clip_by_value(a, -1.f, 1.5f);
        break;
      case 13:
        made = squared_difference(a, b) * rsqrt(square(a) + 1e-3f);
        break;
      default:
        made = cast(a > 0.f, DType::float32) * b + a;
        break;
    }
    full.push_back(made);
    if (pick(4) == 0) results.push_back(made);
  }
  results.push_back(full.back());
  return results;
}

void check_random_programs(const Shape& shape) {
  const std::int64_t columns = shape[1];
  const Tensors inputs = {awkward_values(shape, 11), awkward_values(shape, 12),
                          awkward_values({columns}, 13), awkward_values({shape[0], 1}, 14),
                          awkward_values({1, columns}, 15)};
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    expect_same_with_passes([&](Tensors a) { return random_program(seed, a); }, inputs);
  }
}

TEST(Fusion, GivesTheSameBitsForRandomPrograms) {
  check_random_programs({64, 200});
  check_random_programs({7, 1500});
}

TEST(Fusion, GivesTheSameBitsOnAnyNumberOfThreads) {
  for (const int threads : {1, 2, 5}) {
    set_num_threads(threads);
    check_random_programs({300, 200});
  }
  set_num_threads(0);
}

}  // namespace
}  // namespace opscope::runtime
