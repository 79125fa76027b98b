// What it costs to save, load and first call models, and how fast large variables go to files and
// back. The files lie in OPSCOPE_BENCH_FOLDER, or in the system's folder for temporary files.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "opscope/runtime.h"
#include "opscope/runtime/saved_model.h"

namespace {

using namespace opscope;  // NOLINT(google-build-using-namespace)

std::string model_folder(const std::string& name) {
  const char* given = std::getenv("OPSCOPE_BENCH_FOLDER");
  const std::filesystem::path base =
      given == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(given);
  return (base / ("opscope_saved_model_bench_" + name)).string();
}

class Adder : public Module {
 public:
  Adder()
      : Module("Adder"),
        x_(add_variable("x", 1.f)),
        add_(opscope::function(
            [this](const Tensor& a) {
              x_.assign_add(a);
              return x_.read();
            },
            {{.shape = {}, .dtype = DType::float32, .name = "a"}}, {.name = "add"})) {}

  void save_to(const std::string& folder) const {
    save(*this, folder, {.functions = {{"add", add_}}, .signatures = {{"serving_default", add_}}});
  }

 private:
  Variable x_;
  Function<Tensor(const Tensor&)> add_;
};

void save_one_variable(benchmark::State& state) {
  const std::string folder = model_folder("small");
  const Adder module;
  for (auto _ : state) module.save_to(folder);
  std::filesystem::remove_all(folder);
}
BENCHMARK(save_one_variable)->Unit(benchmark::kMillisecond);

void load_one_variable(benchmark::State& state) {
  const std::string folder = model_folder("small");
  Adder().save_to(folder);
  for (auto _ : state) {
    const LoadedModel model = load(folder);
    benchmark::DoNotOptimize(model.variables().size());
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(load_one_variable)->Unit(benchmark::kMillisecond);

void first_call_of_a_loaded_function(benchmark::State& state) {
  const std::string folder = model_folder("small");
  Adder().save_to(folder);
  for (auto _ : state) {
    state.PauseTiming();
    const LoadedModel model = load(folder);
    state.ResumeTiming();
    const Tensor result = model("add", 5.f);
    benchmark::DoNotOptimize(result.rep());
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(first_call_of_a_loaded_function)->Unit(benchmark::kMillisecond);

constexpr std::int64_t kVariables = 4;
constexpr std::int64_t kElements = 1 << 26;  // 256 MiB each, one GiB in all

class Large : public Module {
 public:
  Large() : Module("Large") {
    for (std::int64_t i = 0; i < kVariables; ++i) {
      add_variable("v" + std::to_string(i), full({kElements}, static_cast<float>(i)));
    }
  }
};

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * kVariables * kElements *
                          static_cast<std::int64_t>(sizeof(float)));
}

// Each is to be run alone under /usr/bin/time for its peak of memory: --benchmark_filter=...
void save_one_gib(benchmark::State& state) {
  const std::string folder = model_folder("large");
  const Large module;
  for (auto _ : state) save(module, folder);
  count_bytes(state);
}
BENCHMARK(save_one_gib)->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();

// Of the model that save_one_gib left behind, so that its own memory is that of the loaded one.
void load_one_gib(benchmark::State& state) {
  const std::string folder = model_folder("large");
  if (!std::filesystem::exists(folder)) {
    state.SkipWithError("run save_one_gib first");
    return;
  }
  for (auto _ : state) {
    const LoadedModel model = load(folder);
    benchmark::DoNotOptimize(model.variables().size());
  }
  count_bytes(state);
}
BENCHMARK(load_one_gib)->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
