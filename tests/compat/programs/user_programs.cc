// Runs programs eagerly and traced and writes what TensorFlow needs to judge them, for
// user_programs_compat_test.py: FOLDER/<name>.pb is the graph, FOLDER/<name>.json its inputs and
// its outputs, which come from both ways of running. <name>_gradient is the same for derivatives.
#include "user_programs.h"

#include <cstdio>
#include <fstream>
#include <string>

#include "opscope/proto/graph.pb.h"
#include "tensor_json.h"

namespace {

using namespace opscope;          // NOLINT: a program about the library's whole vocabulary
using namespace opscope::compat;  // NOLINT
using Json = nlohmann::ordered_json;

Json list(const Tensors& tensors) {
  Json out = Json::array();
  for (const Tensor& tensor : tensors) out.push_back(tensor_json(tensor));
  return out;
}

Tensors values_of(const std::vector<Variable>& variables) {
  Tensors values;
  for (const Variable& variable : variables) values.push_back(variable.read());
  return values;
}

Tensors derivatives(const UserProgram& program, const Tensors& inputs) {
  GradientTape tape;
  Tensors at, sources;
  for (const Tensor& input : inputs) {
    at.push_back(identity(input));
    if (is_floating(input.dtype())) sources.push_back(at.back());
  }
  const Tensor target = reduce_sum(program.run(at).at(0));
  return tape.gradient(target, sources, {.unconnected_gradients = UnconnectedGradients::zero});
}

void write(const std::string& folder, const UserProgram& program) {
  const Tensors initial = values_of(program.variables);
  const auto reset = [&] {
    for (std::size_t i = 0; i < initial.size(); ++i) program.variables[i].assign(initial[i]);
  };
  Json facts;
  facts["inputs"] = list(program.inputs);
  facts["variables"] = Json::array();
  for (std::size_t i = 0; i < initial.size(); ++i) {
    facts["variables"].push_back(
        {{"name", program.variables[i].name()}, {"value", tensor_json(initial[i])}});
  }
  facts["eager"] = list(program.run(program.inputs));
  facts["eager_variables"] = list(values_of(program.variables));
  reset();
  const auto traced =
      function([&](const Tensors& inputs) { return program.run(inputs); }, program.specs);
  const ConcreteFunction concrete = traced.get_concrete_function(program.inputs);
  facts["traced"] = list(concrete(program.inputs));
  facts["traced_variables"] = list(values_of(program.variables));
  reset();
  facts["input_names"] = Json::array();
  for (const TensorSpec& spec : concrete.inputs()) facts["input_names"].push_back(spec.name);
  facts["output_names"] = concrete.output_names();
  facts["control_outputs"] = concrete.control_output_names();
  std::ofstream(folder + "/" + program.name + ".json") << facts;
  std::ofstream(folder + "/" + program.name + ".pb", std::ios::binary)
      << concrete.graph_def().SerializeAsString();
}

void write_all(const std::string& folder, const std::vector<UserProgram>& programs) {
  for (const UserProgram& program : programs) {
    try {
      write(folder, program);
      if (!program.is_differentiable) continue;
      UserProgram gradient = program;
      gradient.name += "_gradient";
      gradient.run = [&](const Tensors& inputs) { return derivatives(program, inputs); };
      write(folder, gradient);
    } catch (const Error& error) {
      throw Error(error.code(), program.name + ": " + error.what());
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  write_all(argv[1], numeric_programs());
  write_all(argv[1], sequence_programs());
  write_all(argv[1], stateful_programs());
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "user_programs: %s\n", error.what());
  return 1;
}
