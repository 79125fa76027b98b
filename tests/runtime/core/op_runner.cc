// Runs ops given as JSON, for comparing kernels and shape functions with another implementation.
//   op_runner --list     prints what op_list.h tells
//   op_runner            answers cases, one on each line of standard input
// A case:
//   {"op": "AddV2", "inputs": [{"dtype": "float32", "shape": [2], "data": "<hex>"}, ...],
//    "attrs": {"transpose_a": {"bool": true}}, "save": ["name", ...],
//    "shapes": [{"inputs": [[2, -1], null], "constants": [false, true]}, ...]}
// A string tensor's data is a list of hex strings. An input {"saved": "name"} is an output that an
// earlier case saved. Each of "shapes" asks for what the shape function makes of input shapes that
// are partly known, and of those inputs whose values are.
// The answer: {"outputs": [tensor, ...]} or {"error": "...", "code": "..."}, with
// {"shapes": [[shape, ...] or {"error": "...", "code": "..."}, ...]}.
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "op_json.h"
#include "op_list.h"
#include "ops/op_registry.h"
#include "ops/shape_context.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
using nlohmann::json;
using SavedTensors = std::map<std::string, Ref<TensorRep>>;

struct Case {
  const OpSpec* spec = nullptr;
  std::vector<Ref<TensorRep>> owned;
  std::vector<const TensorRep*> inputs;
  std::vector<DType> dtypes;
  Attrs attrs;
};

json error_answer(const Error& error) {
  return {{"error", error.what()}, {"code", error_code_name(error.code())}};
}

Case read_case(const json& in, const SavedTensors& saved) {
  Case result;
  result.spec = &get_op(in["op"].get<std::string>());
  for (const json& input : in["inputs"]) {
    result.owned.push_back(input.contains("saved") ? saved.at(input["saved"].get<std::string>())
                                                   : read_tensor(input));
    result.inputs.push_back(result.owned.back().get());
    result.dtypes.push_back(result.owned.back()->dtype());
  }
  for (const auto& [name, value] : in["attrs"].items()) result.attrs.set(name, read_attr(value));
  return result;
}

json infer(const Case& of, const json& question) {
  std::vector<Shape> shapes;
  std::vector<const TensorRep*> constants;
  for (std::size_t i = 0; i < of.inputs.size(); ++i) {
    shapes.push_back(read_shape(question["inputs"].at(i)));
    constants.push_back(question["constants"].at(i).get<bool>() ? of.inputs[i] : nullptr);
  }
  const DTypeList dtypes = resolve_dtypes(*of.spec, of.dtypes, of.attrs);
  const Attrs attrs = complete_attrs(*of.spec, of.dtypes, of.attrs);
  std::vector<Shape> outputs(dtypes.size());
  infer_shapes({.spec = of.spec,
                .inputs = shapes,
                .input_dtypes = of.dtypes,
                .constants = constants,
                .attrs = &attrs,
                .outputs = outputs,
                .output_dtypes = {dtypes.begin(), dtypes.end()}});
  json out = json::array();
  for (const Shape& shape : outputs) out.push_back(write_shape(shape));
  return out;
}

void run(const Case& of, const json& in, SavedTensors& saved, json& answer) {
  std::vector<Ref<TensorRep>> outputs(count_outputs(*of.spec, of.dtypes, of.attrs));
  run_op_eager(*of.spec, of.inputs, of.attrs, outputs);
  answer["outputs"] = json::array();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (in.contains("save")) saved[in["save"].at(i).get<std::string>()] = outputs[i];
    answer["outputs"].push_back(write_tensor(*outputs[i]));
  }
}

json answer_case(const json& in, SavedTensors& saved) {
  json answer = json::object();
  Case of;
  try {
    of = read_case(in, saved);
    run(of, in, saved, answer);
  } catch (const Error& error) {
    answer = error_answer(error);
  }
  if (!in.contains("shapes")) return answer;
  answer["shapes"] = json::array();
  for (const json& question : in["shapes"]) {
    try {
      answer["shapes"].push_back(infer(of, question));
    } catch (const Error& error) {
      answer["shapes"].push_back(error_answer(error));
    }
  }
  return answer;
}
}  // namespace
}  // namespace opscope::runtime

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--list") {
    std::cout << opscope::runtime::list_ops().dump() << '\n';
    return 0;
  }
  opscope::runtime::SavedTensors saved;
  for (std::string line; std::getline(std::cin, line);) {
    const auto answer = opscope::runtime::answer_case(nlohmann::json::parse(line), saved);
    std::cout << answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
  return 0;
}
