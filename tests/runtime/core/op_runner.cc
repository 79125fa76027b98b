// Runs ops named on standard input and writes their outputs: how the kernels are compared with
// another implementation. One case for each line, in JSON:
//   {"op": "AddV2", "inputs": [{"dtype": "float32", "shape": [2], "data": "<hex>"}],
//    "attrs": {"transpose_a": {"bool": true}}}
// A string tensor's data is a list of hex strings. The answer is {"outputs": [...]} in the same
// form, with "inferred" shapes, or {"error": "..."}.
#include <cstdio>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ops/op_registry.h"
#include "ops/shape_context.h"
#include "opscope/error.h"

namespace {
using nlohmann::json;
using opscope::DType;
using opscope::Shape;
using namespace opscope::runtime;  // NOLINT(google-build-using-namespace)

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::string to_hex(const void* data, std::size_t size) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<const unsigned char*>(data)[i];
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Ref<TensorRep> read_tensor(const json& in) {
  const DType dtype = opscope::dtype_from_name(in["dtype"].get<std::string>());
  const Shape shape(in["shape"].get<std::vector<std::int64_t>>());
  Ref<TensorRep> tensor = TensorRep::make(dtype, shape);
  if (dtype == DType::string) {
    for (std::size_t i = 0; i < in["data"].size(); ++i) {
      tensor->mutable_data<std::string>()[i] = from_hex(in["data"][i].get<std::string>());
    }
  } else {
    const std::string bytes = from_hex(in["data"].get<std::string>());
    if (!bytes.empty()) std::memcpy(tensor->mutable_raw_data(), bytes.data(), tensor->size_bytes());
  }
  return tensor;
}

json write_tensor(const TensorRep& tensor) {
  json out = {{"dtype", opscope::dtype_name(tensor.dtype())}, {"shape", tensor.shape().dims()}};
  if (tensor.dtype() == DType::string) {
    out["data"] = json::array();
    for (const std::string& text : tensor.flat<std::string>()) {
      out["data"].push_back(to_hex(text.data(), text.size()));
    }
  } else {
    out["data"] = to_hex(tensor.raw_data(), tensor.size_bytes());
  }
  return out;
}

AttrValue read_attr(const json& in) {
  const std::string kind = in.begin().key();
  const json& value = in.begin().value();
  if (kind == "int") return value.get<std::int64_t>();
  if (kind == "float") return value.get<float>();
  if (kind == "bool") return value.get<bool>();
  if (kind == "string") return value.get<std::string>();
  if (kind == "type") return opscope::dtype_from_name(value.get<std::string>());
  if (kind == "shape") return Shape(value.get<std::vector<std::int64_t>>());
  return value.get<std::vector<std::int64_t>>();
}

json infer(const OpSpec& spec, const std::vector<const TensorRep*>& inputs,
           const std::vector<DType>& dtypes, const Attrs& attrs, std::size_t count) {
  std::vector<Shape> shapes;
  for (const TensorRep* input : inputs) shapes.push_back(input->shape());
  std::vector<Shape> outputs(count);
  infer_shapes({.spec = &spec,
                .inputs = shapes,
                .input_dtypes = dtypes,
                .constants = inputs,
                .attrs = &attrs,
                .outputs = outputs});
  json out = json::array();
  for (const Shape& shape : outputs) out.push_back(shape.to_string());
  return out;
}

json run(const json& in) {
  const OpSpec& spec = get_op(in["op"].get<std::string>());
  std::vector<Ref<TensorRep>> owned;
  std::vector<const TensorRep*> inputs;
  std::vector<DType> dtypes;
  for (const json& tensor : in["inputs"]) {
    owned.push_back(read_tensor(tensor));
    inputs.push_back(owned.back().get());
    dtypes.push_back(owned.back()->dtype());
  }
  Attrs attrs;
  for (const auto& [name, value] : in["attrs"].items()) attrs.set(name, read_attr(value));
  std::vector<Ref<TensorRep>> outputs(count_outputs(spec, dtypes, attrs));
  run_op_eager(spec, inputs, attrs, outputs);
  json out = {{"outputs", json::array()}};
  for (const auto& tensor : outputs) out["outputs"].push_back(write_tensor(*tensor));
  out["inferred"] = infer(spec, inputs, dtypes, attrs, outputs.size());
  return out;
}
}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    json answer;
    try {
      answer = run(json::parse(line));
    } catch (const opscope::Error& error) {
      answer = {{"error", error.what()}, {"code", opscope::error_code_name(error.code())}};
    }
    std::cout << answer.dump() << '\n';
  }
  return 0;
}
