// Traces functions of every kind, runs them, and writes what TensorFlow needs to judge them, for
// graph_compat_test.py: FOLDER/<name>.pb is the graph, FOLDER/<name>.json its inputs, its results,
// and the variables as they were before it ran.
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "opscope/proto/graph.pb.h"
#include "opscope/runtime.h"
#include "tensor_json.h"

namespace {

using namespace opscope;  // NOLINT: a program about the library's whole vocabulary
using Json = nlohmann::ordered_json;

class CaseWriter {
 public:
  explicit CaseWriter(std::string folder) : folder_(std::move(folder)) {}

  // Traces `callable` for these arguments, runs the trace, and writes both.
  template <typename F, typename... Args>
  void write(const std::string& name, const std::vector<Variable>& variables, F callable,
             const Args&... args) const {
    const auto traced = function(callable, {}, {.name = name});
    const ConcreteFunction concrete = traced.get_concrete_function(args...);
    Json facts;
    facts["variables"] = Json::array();
    for (const Variable& variable : variables) {
      facts["variables"].push_back(
          {{"name", variable.name()}, {"value", compat::tensor_json(variable.read())}});
    }
    const std::vector<Tensor> arguments = {args...};
    const std::vector<Tensor> results = concrete(arguments);
    facts["inputs"] = Json::array();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      facts["inputs"].push_back(
          {{"name", concrete.inputs()[i].name}, {"value", compat::tensor_json(arguments[i])}});
    }
    facts["outputs"] = Json::array();
    const std::vector<std::string> names = concrete.output_names();
    for (std::size_t i = 0; i < results.size(); ++i) {
      facts["outputs"].push_back({{"name", names[i]}, {"value", compat::tensor_json(results[i])}});
    }
    facts["control_outputs"] = concrete.control_output_names();
    std::ofstream(folder_ + "/" + name + ".json") << facts.dump(1);
    std::ofstream(folder_ + "/" + name + ".pb", std::ios::binary)
        << concrete.graph_def().SerializeAsString();
  }

 private:
  std::string folder_;
};

void write_plain(const CaseWriter& cases) {
  const Tensor x = constant({1.5f, -2.0f, 0.25f});
  const Tensor y = constant({4.0f, 5.0f, -6.0f});
  cases.write(
      "arithmetic", {}, [](const Tensor& a, const Tensor& b) { return (a + b) * a - b / 2; }, x, y);
  cases.write(
      "elementwise", {},
      [](const Tensor& a) { return exp(tanh(a)) + sqrt(square(a)) + sigmoid(a) * relu(a); }, x);
  cases.write(
      "comparison", {},
      [](const Tensor& a, const Tensor& b) { return where((a < b) & (a != 1.5f), a, b); }, x, y);
  cases.write(
      "dense", {},
      [](const Tensor& a, const Tensor& w) {
        return reduce_mean(relu(matmul(a, w) + 0.5f), {.axes = Axes{0}});
      },
      constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}),
      constant({{1.f, -1.f}, {0.5f, 2.f}, {0.f, 1.f}}));
  cases.write(
      "shapes", {},
      [](const Tensor& a) {
        return concat({transpose(a), reshape(a, {3, 2})}, 1);
      },
      constant({{1, 2, 3}, {4, 5, 6}}));
  cases.write(
      "casts", {}, [](const Tensor& a) { return cast(a, DType::int64) * std::int64_t{2}; }, x);
  cases.write(
      "strings", {}, [](const Tensor& a, const Tensor& b) { return a + b; }, Tensor("hello"),
      Tensor("world"));
}

void write_staged(const CaseWriter& cases) {
  const Tensor n(5);
  cases.write(
      "for_loop", {},
      [](const Tensor& x, const Tensor& count) {
        Tensor total = 0.0f;
        for (const Tensor i : range(count)) total = total * x + cast(i, DType::float32);
        return total;
      },
      Tensor(1.5f), n);
  cases.write(
      "nested_loops", {},
      [](const Tensor& count) {
        Tensor total = 0;
        for (const Tensor i : range(count)) {
          for (const Tensor j : range(i)) total = total + i * j;
        }
        return total;
      },
      n);
  cases.write(
      "while_loop", {},
      [](const Tensor& x) {
        Tensor value = x;
        for ([[maybe_unused]] auto _ : while_([&] { return value > 1.0f; })) value = value * 0.5f;
        return value;
      },
      Tensor(100.0f));
  cases.write(
      "break_and_continue", {},
      [](const Tensor& count) {
        Tensor total = 0;
        for (const Tensor i : range(count)) {
          if (continue_if(i % 2 == 1)) continue;
          if (break_if(total > 5)) break;
          total = total + i;
        }
        return total;
      },
      Tensor(20));
  for (const float value : {-2.0f, 3.0f}) {
    cases.write(
        value < 0 ? "branch_not_taken" : "branch_taken", {},
        [](const Tensor& x) {
          return cond(
              x > 0.0f, [&] { return x * 2; }, [&] { return x - 1; });
        },
        Tensor(value));
  }
  cases.write(
      "strings_in_a_loop", {},
      [](const Tensor& part, const Tensor& count) {
        Tensor text = "";
        for ([[maybe_unused]] const Tensor i : range(count)) text = text + part;
        return text;
      },
      Tensor("ab"), Tensor(3));
}

void write_stateful(const CaseWriter& cases) {
  const Variable sum(constant({1.0f, 2.0f}), {.name = "sum"});
  cases.write(
      "variable", {sum},
      [sum](const Tensor& x) {
        sum.assign_add(x);
        return sum.read() * 2;
      },
      constant({10.0f, 20.0f}));
  const Variable count(Tensor(0), {.name = "count"});
  cases.write(
      "variable_in_a_loop", {count},
      [count](const Tensor& n) {
        for (const Tensor i : range(n)) count.assign_add(i);
        return count.read();
      },
      Tensor(4));
  cases.write(
      "print", {},
      [](const Tensor& n) {
        for (const Tensor i : range(n)) print("step", i);
        return n + 1;
      },
      Tensor(2));
}

void write_composed(const CaseWriter& cases) {
  const auto inner = function([](const Tensor& x) { return x * x + 1; }, {}, {.name = "inner"});
  cases.write(
      "calls_a_function", {}, [inner](const Tensor& x) { return inner(inner(x)); }, Tensor(3.0f));
  const Variable weight(constant({{1.0f}, {-2.0f}}), {.name = "weight"});
  cases.write(
      "gradient", {weight},
      [weight](const Tensor& x) {
        GradientTape tape;
        const Tensor loss = reduce_mean(square(matmul(x, weight) - 1.0f));
        return tape.gradient(loss, weight);
      },
      constant({{1.0f, 2.0f}, {3.0f, 4.0f}}));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compat_write_graphs FOLDER\n");
    return 2;
  }
  const CaseWriter cases(argv[1]);
  write_plain(cases);
  write_staged(cases);
  write_stateful(cases);
  write_composed(cases);
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
