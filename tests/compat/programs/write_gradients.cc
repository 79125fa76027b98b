// Traces programs with their first and second derivatives, runs them, and writes what TensorFlow
// needs to judge them, for gradient_compat_test.py: FOLDER/<name>.pb is the graph,
// FOLDER/<name>.json its inputs x and n, and its outputs: value, first, second derivative.
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "opscope/proto/graph.pb.h"
#include "opscope/runtime.h"
#include "tensor_json.h"

namespace {

using namespace opscope;  // NOLINT: a program about the library's whole vocabulary
using Json = nlohmann::ordered_json;
using Program = std::function<Tensor(const Tensor& x, const Tensor& n)>;

// By x; zeros where nothing depends on it.
Program derivative(const Program& f) {
  return [f](const Tensor& x, const Tensor& n) {
    GradientTape tape;
    const Tensor at = identity(x);
    const Tensor y = f(at, n);
    return tape.gradient(y, at, {.unconnected_gradients = UnconnectedGradients::zero});
  };
}

std::map<std::string, Program> staged_programs() {
  const auto inner = function([](const Tensor& x) { return sin(x) * x; }, {}, {.name = "inner"});
  return {
      {"loop",
       [](const Tensor& x, const Tensor& n) {
         Tensor y = x;
         for ([[maybe_unused]] Tensor i : range(n)) y = y * x + sin(y);
         return y;
       }},
      {"nested_loop",
       [](const Tensor& x, const Tensor& n) {
         Tensor y = x;
         for ([[maybe_unused]] Tensor i : range(n)) {
           Tensor z = y;
           for ([[maybe_unused]] Tensor j : range(2)) z = z * x + 0.5;
           y = y + sin(z);
         }
         return y;
       }},
      {"branch",
       [](const Tensor& x, const Tensor& n) {
         Tensor y = x;
         if_(
             n > 2,
             [&] {
               const Tensor t = exp(x);
               y = t * t + x;
             },
             else_, [&] { y = sin(x) * x; });
         return y * y;
       }},
      {"branch_in_loop",
       [](const Tensor& x, const Tensor& n) {
         Tensor y = x;
         for (Tensor i : range(n)) {
           if_(
               i % 2 == 0, [&] { y = exp(y * 0.1) * x; }, else_, [&] { y = sin(y) * y; });
         }
         return y;
       }},
      {"break",
       [](const Tensor& x, const Tensor& n) {
         Tensor y = x;
         for (Tensor i : range(n)) {
           y = y * x + 1.0;
           if (break_if(i == 1)) break;
           y = y + x;
         }
         return y;
       }},
      {"case",
       [](const Tensor& x, const Tensor& n) {
         return switch_case(n, {[&] { return x; }, [&] { return x * x; }, [&] { return sin(x); },
                                [&] { return exp(x) * x; }});
       }},
      {"call", [inner](const Tensor& x, const Tensor&) { return inner(inner(x)); }},
  };
}

std::map<std::string, Program> plain_programs() {
  const auto of = [](std::function<Tensor(const Tensor&)> f) {
    return Program([f](const Tensor& x, const Tensor&) { return f(x); });
  };
  return {
      {"tanh", of([](const Tensor& x) { return tanh(x); })},
      {"sigmoid", of([](const Tensor& x) { return sigmoid(x); })},
      {"relu_at_zero", of([](const Tensor& x) { return relu(x - x); })},
      {"sqrt", of([](const Tensor& x) { return sqrt(x * x + 1.0); })},
      {"rsqrt", of([](const Tensor& x) { return rsqrt(x * x + 1.0); })},
      {"erf", of([](const Tensor& x) { return erf(x); })},
      {"log1p", of([](const Tensor& x) { return log1p(x * x); })},
      {"pow", of([](const Tensor& x) { return pow(x, 3.0); })},
      {"pow_of_negative", of([](const Tensor& x) { return pow(2.0, x) + pow(x * x, x); })},
      {"divide", of([](const Tensor& x) { return x / (x * x + 2.0); })},
      {"maximum_ties", of([](const Tensor& x) { return maximum(x, x); })},
      {"max_ties", of([](const Tensor& x) { return reduce_max(x * 0.0 + sin(x) * 0.0); })},
      {"prod", of([](const Tensor& x) { return reduce_prod(x); })},
      {"prod_with_zero", of([](const Tensor& x) { return reduce_prod(x - 0.5); })},
      {"mean", of([](const Tensor& x) { return square(reduce_mean(x)); })},
      {"softmax", of([](const Tensor& x) { return softmax(x) * x; })},
      {"log_softmax", of([](const Tensor& x) { return log_softmax(x) * x; })},
      {"squared_difference", of([](const Tensor& x) { return squared_difference(x, sin(x)); })},
      {"clip", of([](const Tensor& x) { return clip_by_value(x * x, 0.3, 2.0); })},
      {"where", of([](const Tensor& x) { return where(x > 0.0, sin(x), x * x); })},
      {"concat", of([](const Tensor& x) {
         return square(concat({x, x * x}, 0));
       })},
      {"slice", of([](const Tensor& x) { return square(slice(x, {1}, {2})); })},
      {"stop_gradient", of([](const Tensor& x) { return stop_gradient(x) * x; })},
      {"outer", of([](const Tensor& x) {
         return matmul(reshape(x, {3, 1}), reshape(sin(x), {1, 3}));
       })},
  };
}

void write(const std::string& path, const Program& f, const Tensor& x, const Tensor& n) {
  const Program first = derivative(f);
  const Program second = derivative(first);
  const auto traced = function([&](const Tensor& a, const Tensor& m) {
    return std::vector<Tensor>{f(a, m), first(a, m), second(a, m)};
  });
  const ConcreteFunction concrete = traced.get_concrete_function(x, n);
  const std::vector<Tensor> results = concrete({x, n});
  Json facts;
  facts["inputs"] = {compat::tensor_json(x), compat::tensor_json(n)};
  facts["input_names"] = {concrete.inputs()[0].name, concrete.inputs()[1].name};
  facts["output_names"] = concrete.output_names();
  facts["outputs"] = Json::array();
  for (const Tensor& result : results) facts["outputs"].push_back(compat::tensor_json(result));
  std::ofstream(path + ".json") << facts.dump(1);
  std::ofstream(path + ".pb", std::ios::binary) << concrete.graph_def().SerializeAsString();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fprintf(stderr, "usage: compat_write_gradients FOLDER\n");
    return 2;
  }
  const Tensor x = constant({0.5, -1.25, 2.0});
  for (const auto& programs : {staged_programs(), plain_programs()}) {
    for (const auto& [name, program] : programs) {
      write(std::string(argv[1]) + "/" + name, program, x, Tensor(3));
    }
  }
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
