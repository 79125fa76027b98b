// What the runtime costs where values are large: matrix products and steps of training. All CPUs
// the process may run on are used; `taskset -c 0` measures one thread.
#include <benchmark/benchmark.h>

#include "opscope/runtime.h"

namespace {

using namespace opscope;  // NOLINT(google-build-using-namespace)

constexpr std::int64_t kBatch = 64;
constexpr float kLearningRate = 0.01f;

// Calls `f` until the time is up.
template <typename F>
void run(benchmark::State& state, const F& f) {
  for (auto _ : state) {
    const Tensor y = f();
    benchmark::DoNotOptimize(y.rep());
  }
}

void matmul_of(benchmark::State& state) {
  const std::int64_t n = state.range(0);
  const auto product =
      function([](const Tensor& a, const Tensor& b) { return opscope::matmul(a, b); });
  const Tensor a = random_uniform({n, n});
  const Tensor b = random_uniform({n, n});
  run(state, [&] { return product(a, b); });
  state.counters["flops"] = benchmark::Counter(2.0 * static_cast<double>(n * n * n),
                                               benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(matmul_of)->Arg(512)->Arg(2048)->UseRealTime()->Unit(benchmark::kMillisecond);

Variable weight(const Shape& shape) { return Variable(random_normal(shape) * 0.05f); }

// Gradient descent on `variables` along the gradients of the mean loss.
Tensor descend(GradientTape& tape, const Tensor& labels, const Tensor& logits,
               const std::vector<Variable>& variables) {
  const Tensor loss = reduce_mean(sparse_softmax_cross_entropy_with_logits(labels, logits));
  const std::vector<Tensor> gradients = tape.gradient(loss, variables);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    resource_apply_gradient_descent(variables[i], kLearningRate, gradients[i]);
  }
  return loss;
}

Tensor labels_of_ten() { return cast(random_uniform({kBatch}) * 10.f, DType::int32); }

void training_step_of_mlp(benchmark::State& state) {
  const std::vector<Variable> v = {weight({784, 512}), Variable(zeros({512})),
                                   weight({512, 512}), Variable(zeros({512})),
                                   weight({512, 10}),  Variable(zeros({10}))};
  const auto step = function([&](const Tensor& x, const Tensor& labels) {
    GradientTape tape;
    const Tensor first = relu(bias_add(opscope::matmul(x, v[0]), v[1]));
    const Tensor second = relu(bias_add(opscope::matmul(first, v[2]), v[3]));
    return descend(tape, labels, bias_add(opscope::matmul(second, v[4]), v[5]), v);
  });
  const Tensor x = random_uniform({kBatch, 784});
  const Tensor labels = labels_of_ten();
  run(state, [&] { return step(x, labels); });
}
BENCHMARK(training_step_of_mlp)->UseRealTime()->Unit(benchmark::kMillisecond);

void training_step_of_cnn(benchmark::State& state) {
  const std::vector<Variable> v = {weight({3, 3, 1, 32}),    Variable(zeros({32})),
                                   weight({3, 3, 32, 64}),   Variable(zeros({64})),
                                   weight({7 * 7 * 64, 10}), Variable(zeros({10}))};
  const auto step = function([&](const Tensor& x, const Tensor& labels) {
    GradientTape tape;
    const Conv2DOptions same{.padding = Padding::same};
    const Tensor first = max_pool2d(relu(bias_add(conv2d(x, v[0], same), v[1])));
    const Tensor second = max_pool2d(relu(bias_add(conv2d(first, v[2], same), v[3])));
    const Tensor flat = reshape(second, {kBatch, 7 * 7 * 64});
    return descend(tape, labels, bias_add(opscope::matmul(flat, v[4]), v[5]), v);
  });
  const Tensor x = random_uniform({kBatch, 28, 28, 1});
  const Tensor labels = labels_of_ten();
  run(state, [&] { return step(x, labels); });
}
BENCHMARK(training_step_of_cnn)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
