// What the runtime costs where values are small: eager operations, calls of traced functions, trips
// of loops, a small network.
#include <benchmark/benchmark.h>

#include "opscope/runtime.h"

namespace {

using namespace opscope;  // NOLINT(google-build-using-namespace)

void eager_scalar_add(benchmark::State& state) {
  const Tensor a = 1.f;
  const Tensor b = 2.f;
  for (auto _ : state) {
    const Tensor c = a + b;
    benchmark::DoNotOptimize(c.rep());
  }
}
BENCHMARK(eager_scalar_add);

void eager_add_of_a_literal(benchmark::State& state) {
  const Tensor a = 1.f;
  for (auto _ : state) {
    const Tensor c = a + 1;
    benchmark::DoNotOptimize(c.rep());
  }
}
BENCHMARK(eager_add_of_a_literal);

void call_of_x_plus_1(benchmark::State& state) {
  const auto f = function([](const Tensor& x) { return x + 1; });
  const Tensor x = 1.f;
  for (auto _ : state) {
    const Tensor y = f(x);
    benchmark::DoNotOptimize(y.rep());
  }
}
BENCHMARK(call_of_x_plus_1);

constexpr int kTrips = 10000;

// Reports the time of one trip.
void run_loop(benchmark::State& state, const Function<Tensor(const Tensor&)>& loop) {
  const Tensor trips = kTrips;
  for (auto _ : state) {
    const Tensor result = loop(trips);
    benchmark::DoNotOptimize(result.rep());
  }
  using benchmark::Counter;
  state.counters["s_per_trip"] =
      Counter(kTrips, Counter::kIsIterationInvariantRate | Counter::kInvert);
}

void trip_of_while_i_plus_1(benchmark::State& state) {
  run_loop(state, function([](const Tensor& n) {
             Tensor i = 0;
             for (auto trip : while_([&] { return i < n; })) i += 1;
             return i;
           }));
}
BENCHMARK(trip_of_while_i_plus_1);

void trip_of_range_sum(benchmark::State& state) {
  run_loop(state, function([](const Tensor& n) {
             Tensor sum = 0;
             for (const Tensor i : range(n)) sum += i;
             return sum;
           }));
}
BENCHMARK(trip_of_range_sum);

void dense_4_2_1_on_ten_rows(benchmark::State& state) {
  const Variable w1(full({10, 4}, 0.1f)), b1(zeros({4}));
  const Variable w2(full({4, 2}, 0.1f)), b2(zeros({2}));
  const Variable w3(full({2, 1}, 0.1f)), b3(zeros({1}));
  const auto model = function([&](const Tensor& x) {
    const Tensor first = bias_add(matmul(x, w1), b1);
    const Tensor second = bias_add(matmul(first, w2), b2);
    return bias_add(matmul(second, w3), b3);
  });
  const Tensor x = full({10, 10}, 1.f);
  for (auto _ : state) {
    const Tensor y = model(x);
    benchmark::DoNotOptimize(y.rep());
  }
}
BENCHMARK(dense_4_2_1_on_ten_rows);

}  // namespace

BENCHMARK_MAIN();
