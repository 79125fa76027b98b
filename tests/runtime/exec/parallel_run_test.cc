#include "exec/parallel_run.h"

#include <random>
#include <thread>

#include "ops/op_registry.h"
#include "opscope/runtime/threads.h"
#include "plan_runs.h"

namespace opscope::runtime {
namespace {

class ParallelRun : public testing::Test {
 protected:
  void SetUp() override { set_num_threads(4); }
  void TearDown() override { set_num_threads(0); }
};

// Branches that are worth a thread each.
Tensor heavy(const Tensor& x, int depth) {
  Tensor y = x;
  for (int i = 0; i < depth; ++i) y = tanh(matmul(y, x) * 0.05f);
  return y;
}

TEST_F(ParallelRun, IsPlannedForIndependentHeavyBranchesOnly) {
  const Tensors inputs = {random_normal({96, 96}, {.seed = 1})};
  const Program branches = [](Tensors a) -> Tensors {
    return {heavy(a[0], 3) + heavy(a[0] + 1.f, 3)};
  };
  const Program chain = [](Tensors a) -> Tensors { return {heavy(a[0], 6)}; };
  const Program tiny = [](Tensors a) -> Tensors { return {tanh(a[0]) + exp(a[0])}; };
  EXPECT_NE(compile(trace(branches, specs_of(inputs)), {}).dependencies, nullptr);
  EXPECT_EQ(compile(trace(chain, specs_of(inputs)), {}).dependencies, nullptr);
  EXPECT_EQ(compile(trace(tiny, {{{3}, DType::float32, ""}}), {}).dependencies, nullptr);
}

// Random graphs of matrices, variables and loops: every number of threads gives the bits of one.
Tensors random_program(unsigned seed, const Tensors& inputs, const Variable& variable) {
  std::mt19937 random(seed);
  std::vector<Tensor> made = {inputs[0], inputs[1]};
  const auto any = [&] { return made[random() % made.size()]; };
  for (int i = 0; i < 16; ++i) {
    switch (random() % 6) {
      case 0:
      case 1:
        made.push_back(matmul(any(), any()) * 0.02f);
        break;
      case 2:
        made.push_back(tanh(any() + any()));
        break;
      case 3:
        variable.assign(tanh(any()) + variable);
        break;
      case 4: {
        Tensor x = any();
        for (auto trip : while_([&, n = Tensor(0)]() mutable { return reduce_max(x) > 0.5f; })) {
          x = tanh(x) * 0.5f;
        }
        made.push_back(x);
        break;
      }
      default:
        made.push_back(variable * 0.5f);
    }
  }
  return {made.back(), any(), identity(variable)};
}

TEST_F(ParallelRun, GivesTheSameBitsOnAnyNumberOfThreads) {
  const Tensors inputs = {random_normal({64, 64}, {.seed = 1}),
                          random_normal({64, 64}, {.seed = 2})};
  const Variable variable(zeros({64, 64}));
  int num_parallel = 0;
  for (unsigned seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(seed);
    const ConcreteFunction function =
        trace([&](Tensors a) { return random_program(seed, a, variable); }, specs_of(inputs));
    const Plan plan = compile(function, {});
    num_parallel += plan.dependencies != nullptr ? 1 : 0;
    Tensors expected;
    for (const int threads : {1, 2, 4, 4, 4}) {
      set_num_threads(threads);
      variable.assign(zeros({64, 64}));
      const Tensors results = run(plan, function, inputs);
      if (expected.empty()) expected = results;
      for (std::size_t i = 0; i < results.size(); ++i) {
        EXPECT_TRUE(have_same_bits(results[i], expected[i])) << threads << " threads";
      }
    }
  }
  EXPECT_GT(num_parallel, 10);
}

TEST_F(ParallelRun, ThrowsWhatARunInOrderMeetsFirst) {
  const Program program = [](Tensors a) -> Tensors {
    const Tensor first = heavy(a[0], 2) + cast(floordiv(Tensor(1), a[1]), DType::float32);
    const Tensor second = heavy(a[0] + 1.f, 1) + cast(floormod(Tensor(1), a[1]), DType::float32);
    const Tensor third = heavy(a[0] + 2.f, 4);
    return {first, second, third};
  };
  const Tensors inputs = {random_normal({96, 96}, {.seed = 1}), Tensor(0)};
  const ConcreteFunction function = trace(program, specs_of(inputs));
  const Plan plan = compile(function, {});
  ASSERT_NE(plan.dependencies, nullptr);
  for (int round = 0; round < 30; ++round) {
    try {
      (void)run(plan, function, inputs);
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("in node 'floordiv' (FloorDiv)"), std::string::npos)
          << error.what();
    }
  }
}

TEST_F(ParallelRun, KeepsTheOrderOfAssignments) {
  const Variable v(zeros({96, 96}));
  const Program program = [&](Tensors a) -> Tensors {
    const Tensor first = heavy(a[0], 2);
    v.assign(first);
    const Tensor read = identity(v);
    const Tensor second = heavy(a[0] + 1.f, 1);
    v.assign(second);
    return {read - first, identity(v) - second};
  };
  const Tensors inputs = {random_normal({96, 96}, {.seed = 1})};
  const ConcreteFunction function = trace(program, specs_of(inputs));
  const Plan plan = compile(function, {});
  for (int round = 0; round < 20; ++round) {
    for (const Tensor& difference : run(plan, function, inputs)) {
      EXPECT_EQ(reduce_max(abs(difference)).item<float>(), 0.f);
    }
  }
}

TEST_F(ParallelRun, SharesOnePlanAmongCallers) {
  const Program program = [](Tensors a) -> Tensors {
    return {heavy(a[0], 2) + heavy(a[0] + 1.f, 2) + heavy(a[0] * 2.f, 2)};
  };
  const Tensors inputs = {random_normal({96, 96}, {.seed = 1})};
  const ConcreteFunction function = trace(program, specs_of(inputs));
  const Plan plan = compile(function, {});
  const Tensor expected = run(plan, function, inputs)[0];
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        EXPECT_TRUE(have_same_bits(run(plan, function, inputs)[0], expected));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

// Graphs of TensorFlow wait by way of nodes that compute nothing or nothing that is read.
TEST_F(ParallelRun, WaitsForWhatASkippedNodeWaitsFor) {
  const Variable variable(zeros({96, 96}));
  const Tensor x = random_normal({96, 96}, {.seed = 1});
  for (const std::string_view between : {"NoOp", "Identity"}) {
    auto graph = std::make_shared<FuncGraph>("imported");
    const int input = graph->append_placeholder(DType::float32, {96, 96}, "x", Loc{});
    graph->add_argument(input);
    const int resource = graph->capture(variable.state());
    graph->add_argument(resource);
    const auto add = [&](std::string_view op, std::vector<Edge> inputs, std::vector<int> controls,
                         bool gives_matrix = true) {
      Node node;
      node.spec = &get_op(op);
      node.name = graph->unique_name(op);
      node.inputs = std::move(inputs);
      node.control_inputs = std::move(controls);
      if (gives_matrix) node.outputs = {{DType::float32, {96, 96}}};
      if (op == "ReadVariableOp" || op == "AssignVariableOp") {
        node.attrs = {{"dtype", DType::float32}};
      }
      node.has_effects = op == "AssignVariableOp";
      return graph->append_with_outputs(std::move(node));
    };
    const auto product = [&](int from) { return add("MatMul", {{from, 0}, {input, 0}}, {}); };
    const int value = product(product(product(product(input))));
    const int assign = add("AssignVariableOp", {{resource, 0}, {value, 0}}, {}, false);
    const int skipped = between == "NoOp" ? add("NoOp", {}, {assign}, false)
                                          : add("Identity", {{input, 0}}, {assign});
    const int read = add("ReadVariableOp", {{resource, 0}}, {skipped});
    graph->add_result({read, 0});
    const int other = add("Tanh", {{input, 0}}, {});
    graph->add_result({product(product(product(other))), 0});
    graph->add_result({value, 0});
    const Plan plan(graph, ArgumentMode::borrowed, {}, {});
    ASSERT_NE(plan.dependencies, nullptr);
    for (int i = 0; i < 20; ++i) {
      variable.assign(zeros({96, 96}));
      const std::vector<const TensorRep*> arguments{x.rep(), variable.state()->handle()};
      std::vector<Ref<TensorRep>> outputs(3);
      run_plan(plan, arguments, outputs);
      EXPECT_TRUE(have_same_bits(Tensor(outputs[0].leak()), Tensor(outputs[2].leak())));
    }
  }
}

}  // namespace
}  // namespace opscope::runtime
