// Writes graphs of traced programs with their inputs and our results, for check_graphs.py to run
// in TensorFlow:  write_graphs DIR [FIRST_SEED END_SEED DEPTH STATEMENTS]  gives DIR/<name>.pb and
// DIR/<name>.json.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "core/format.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/runtime.h"
#include "random_program.h"

namespace {

using namespace opscope;  // NOLINT(google-build-using-namespace)
using Tensors = std::vector<Tensor>;

std::string printed;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out + "\"";
}

// Python literals of the values, as JSON lists.
std::string values(const Tensor& tensor) {
  std::string out = "[";
  const auto count = tensor.shape().num_elements();
  const Tensor flat = reshape(tensor, Shape{count});
  for (std::int64_t i = 0; i < count; ++i) {
    const Tensor element = slice(flat, std::vector<std::int64_t>{i}, std::vector<std::int64_t>{1});
    if (i > 0) out += ", ";
    char number[64];
    if (tensor.dtype() == DType::string) {
      out += quoted(element.item<std::string>());
    } else {
      std::snprintf(number, sizeof number, "%.9g", element.item());
      out += number;
    }
  }
  return out + "]";
}

std::string described(const std::string& name, const Tensor& tensor) {
  std::string shape = "[";
  for (const std::int64_t dim : tensor.shape().dims()) {
    shape += (shape.size() > 1 ? ", " : "") + std::to_string(dim);
  }
  return "{\"name\": " + quoted(name) +
         ", \"dtype\": " + quoted(std::string(dtype_name(tensor.dtype()))) +
         ", \"shape\": " + shape + "], \"values\": " + values(tensor) + "}";
}

void write(const std::string& directory, const std::string& name,
           const std::vector<Variable>& variables, const Tensors& inputs,
           const std::function<Tensors(Tensors)>& program,
           const std::vector<TensorSpec>& specs = {}) {
  const auto traced = function([&](Tensors a) { return program(std::move(a)); }, specs);
  const ConcreteFunction concrete = traced.get_concrete_function(inputs);
  std::string json = "{\"inputs\": [";
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    json += (i > 0 ? ", " : "") + described(concrete.inputs()[i].name, inputs[i]);
  }
  json += "], \"variables\": [";
  for (std::size_t i = 0; i < variables.size(); ++i) {
    json += (i > 0 ? ", " : "") + described(variables[i].name(), variables[i].read());
  }
  printed.clear();
  const Tensors outputs = concrete(inputs);
  json += "], \"outputs\": [";
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    json += (i > 0 ? ", " : "") + described(concrete.output_names()[i], outputs[i]);
  }
  json += "], \"control_outputs\": [";
  for (const std::string& control : concrete.control_output_names()) {
    json += (json.back() == '[' ? "" : ", ") + quoted(control);
  }
  json += "], \"final_variables\": [";
  for (std::size_t i = 0; i < variables.size(); ++i) {
    json += (i > 0 ? ", " : "") + described(variables[i].name(), variables[i].read());
  }
  json += "], \"printed\": " + quoted(printed) + "}\n";
  std::ofstream(directory + "/" + name + ".json") << json;
  std::ofstream(directory + "/" + name + ".pb", std::ios::binary)
      << concrete.graph_def().SerializeAsString();
}

void write_all(const std::string& directory) {
  write(directory, "loop", {}, {1.5f, 5}, [](Tensors a) -> Tensors {
    Tensor c = a[0], k = 3.f;
    for (Tensor i : range(a[1])) {
      print(i, c);
      if (continue_if(i % 3 == 1)) continue;
      if (break_if(c > 20.f)) break;
      c = c + cast(i, DType::float32) * k;
    }
    return {c, c * 2.f};
  });
  write(directory, "branches", {}, {2.f, 1}, [](Tensors a) -> Tensors {
    Tensor x = a[0], y = 0.f;
    if_(
        x > 10.f, [&] { y = x; }, else_if, [&] { return x > 0.f; },
        [&] {
          y = x * 2;
          print("small", x);
        },
        else_, [&] { y = -x; });
    Tensor s = switch_case(a[1], {[&] { return x; }, [&] { return x * 10; }});
    for (auto _ : while_([&] { return s < 100.f; })) s = s * 1.5f;
    return {y, s};
  });
  write(directory, "strings", {}, {Tensor("hello"), Tensor("world")}, [](Tensors a) -> Tensors {
    for (Tensor i : range(4)) print(i);
    print(a[0]);
    return {a[0] + a[1]};
  });
  const Variable v(1.f, {.name = "v"}), w(constant({1.f, 2.f}), {.name = "w"});
  write(directory, "variables", {v, w}, {3.f, 4}, [&](Tensors a) -> Tensors {
    v.assign_add(a[0]);
    print(v);
    for (Tensor i : range(a[1])) {
      if_(
          i % 2 == 0,
          [&] {
            w.assign_add(v * constant({1.f, 1.f}));
          },
          else_, [&] { v.assign_sub(0.5f); });
    }
    return {v.read(), w * 2.f};
  });
  const auto inner = function([&](const Tensor& x) {
    v.assign_add(1.f);
    return x * v;
  });
  write(directory, "calls", {v}, {3.f},
        [&](Tensors a) -> Tensors { return {inner(a[0]) + inner(a[0] + 1.f)}; });
  const Tensor x = constant({{0.3f, -0.7f}, {1.2f, 0.9f}, {0.1f, 0.2f}});
  const Variable kernel(constant({{0.5f, -1.f, 2.f}, {1.5f, 0.3f, -0.2f}}), {.name = "kernel"});
  write(directory, "training", {kernel}, {x, constant({2, 0, 1})}, [&](Tensors a) -> Tensors {
    GradientTape tape;
    const Tensor logits = relu(matmul(a[0], kernel));
    const Tensor loss = reduce_mean(sparse_softmax_cross_entropy_with_logits(a[1], logits));
    const Tensor gradient = tape.gradient(loss, kernel);
    kernel.assign_sub(gradient * 0.1f);
    return {loss, gradient, kernel.read()};
  });
}

// Random programs; those of random_mixed_test.cc, which compares eager and traced runs.
void write_random(const std::string& directory, unsigned first, unsigned end,
                  const RandomProgramSize& size) {
  const RandomProgramContext context;
  for (unsigned seed = first; seed < end; ++seed) {
    const RandomProgram program(seed, context, size);
    context.reset();
    printed.clear();
    (void)program(program.inputs());
    const std::string eager = printed;
    context.reset();
    write(
        directory, "random_" + std::to_string(seed), {context.count, context.level},
        program.inputs(), [&](const Tensors& a) { return program(a); }, program.specs());
    if (printed != eager) throw Error(ErrorCode::internal, "traced, seed prints otherwise");
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2 && argc != 6) return 2;
  runtime::set_print_sink([](std::string_view, std::string_view text) { printed.append(text); });
  if (argc == 6) {
    const auto number = [&](int i) { return std::atoi(argv[i]); };
    write_random(argv[1], static_cast<unsigned>(number(2)), static_cast<unsigned>(number(3)),
                 {number(4), number(5)});
    return 0;
  }
  write_all(argv[1]);
  write_random(argv[1], 0, 240, {});
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "write_graphs: %s\n", error.what());
  return 1;
}
