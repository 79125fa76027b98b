// What the passes cost and give, and what a second thread gives.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "exec/execute.h"
#include "graph/concrete.h"
#include "opscope/runtime.h"
#include "opscope/runtime/threads.h"

namespace {

using namespace opscope;  // NOLINT(google-build-using-namespace)
using runtime::Plan;

ConcreteFunction trace(const Function<Tensor(const Tensor&)>& f, const Shape& shape) {
  return f.get_concrete_function(std::vector<TensorSpec>{{shape, DType::float32, "x"}});
}

Plan compile(const ConcreteFunction& function, const runtime::PassOptions& options = {}) {
  return Plan(function.core()->shared_graph(), runtime::ArgumentMode::borrowed, {}, options);
}

void run(const Plan& plan, const Tensor& x) {
  const runtime::TensorRep* const argument = x.rep();
  runtime::Ref<runtime::TensorRep> result;
  run_plan(plan, {&argument, 1}, {&result, 1});
  benchmark::DoNotOptimize(result.get());
}

// Passes and compilation of a graph with that many nodes, of which a third are shared or folded.
void compile_nodes(benchmark::State& state) {
  const auto count = static_cast<int>(state.range(0)) / 6;
  const auto f = function([&](const Tensor& x) {
    Tensor y = x;
    for (int i = 0; i < count; ++i) y = tanh(y * 2.f) + tanh(x + 3.f);
    return y;
  });
  const ConcreteFunction function = trace(f, {100, 100});
  const auto nodes = static_cast<double>(function.core()->graph().nodes().size());
  for (auto _ : state) {
    const Plan plan = compile(function);
    benchmark::DoNotOptimize(plan.steps.data());
  }
  using benchmark::Counter;
  state.counters["s_per_node"] =
      Counter(nodes, Counter::kIsIterationInvariantRate | Counter::kInvert);
}
BENCHMARK(compile_nodes)->RangeMultiplier(10)->Range(1000, 100000)->Unit(benchmark::kMillisecond);

// Twelve elementwise operations on 784 x 512 floats, as an optimizer's update has them, on one
// thread: one by one, and in one pass over blocks.
void update_chain(benchmark::State& state) {
  const auto f = function([](const Tensor& x) {
    const Tensor mean = x + (x * 0.5f - x) * 0.1f;
    const Tensor squares = x + (square(x) - x) * 0.001f;
    return x - mean * 0.001f / (sqrt(squares) + 1e-7f);
  });
  const ConcreteFunction function = trace(f, {784, 512});
  const Plan plan = compile(
      function, state.range(0) != 0 ? runtime::PassOptions{} : runtime::PassOptions::none());
  const Tensor x = random_uniform({784, 512});
  set_num_threads(1);
  for (auto _ : state) run(plan, x);
  set_num_threads(0);
}
BENCHMARK(update_chain)->ArgName("fused")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

// Two chains of products that need nothing of each other, each too small to be split itself; by the
// number of operations that may run at the same time.
void two_heavy_branches(benchmark::State& state) {
  const auto f = function([](const Tensor& x) {
    Tensor left = x;
    Tensor right = x + 1.f;
    for (int i = 0; i < 12; ++i) {
      left = tanh(matmul(left, x) * 0.01f);
      right = tanh(matmul(right, x) * 0.01f);
    }
    return left + right;
  });
  const Plan plan = compile(trace(f, {120, 120}));
  const Tensor x = random_uniform({120, 120});
  threading::set_intra_op_parallelism_threads(1);
  threading::set_inter_op_parallelism_threads(static_cast<int>(state.range(0)));
  for (auto _ : state) run(plan, x);
  set_num_threads(0);
}
BENCHMARK(two_heavy_branches)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);

// A whole process, first_result, which lies beside this program.
void process_start_to_first_result(benchmark::State& state) {
  std::string path(4096, '\0');
  const auto length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length < 0) return state.SkipWithError("cannot read /proc/self/exe");
  path.resize(static_cast<std::size_t>(length));
  path = path.substr(0, path.rfind('/')) + "/first_result";
  char* const arguments[] = {path.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  for (auto _ : state) {
    pid_t child = 0;
    int status = -1;
    if (::posix_spawn(&child, path.c_str(), &actions, nullptr, arguments, environ) != 0 ||
        ::waitpid(child, &status, 0) != child || status != 0) {
      state.SkipWithError("first_result does not run");
      break;
    }
  }
  ::posix_spawn_file_actions_destroy(&actions);
}
BENCHMARK(process_start_to_first_result)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
