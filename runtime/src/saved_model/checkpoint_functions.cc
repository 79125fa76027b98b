#include "saved_model/checkpoint_functions.h"

#include "saved_model/node_writer.h"

namespace opscope::runtime {
namespace {

void add_argument(proto::FunctionDef& function, const std::string& name, DType dtype) {
  auto* argument = function.mutable_signature()->add_input_arg();
  argument->set_name(name);
  argument->set_type(static_cast<proto::DataType>(dtype));
}

void add_effect(proto::FunctionDef& function, const std::string& node) {
  function.mutable_signature()->add_control_output(node);
  (*function.mutable_control_ret())[node] = node;
}

std::string resource_name(std::size_t i) { return "resource_" + std::to_string(i); }

void add_resources(proto::FunctionDef& function, const ObjectTree& tree) {
  const std::vector<int> variables = tree.variables();
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Variable& variable = *tree.objects()[static_cast<std::size_t>(variables[i])].variable;
    add_argument(function, resource_name(i), DType::resource);
    const int index = function.signature().input_arg_size() - 1;
    auto* data = function.mutable_signature()->mutable_input_arg(index)->add_handle_data();
    data->set_dtype(static_cast<proto::DataType>(variable.dtype()));
    shape_to_proto(variable.shape(), data->mutable_shape());
  }
}

// Gives back `file_prefix` once `after` has run.
void add_result(proto::FunctionDef& function, const std::vector<std::string>& after) {
  std::vector<std::string> inputs{"file_prefix"};
  for (const std::string& node : after) inputs.push_back("^" + node);
  fill_node(function.add_node_def(), "Identity", "Identity", inputs, {{"T", DType::string}});
  auto* result = function.mutable_signature()->add_output_arg();
  result->set_name("identity");
  result->set_type(proto::DT_STRING);
  (*function.mutable_ret())["identity"] = "Identity:output:0";
  for (const std::string& node : after) add_effect(function, node);
}

// Below which the variables are stored.
std::vector<std::string> tensor_names(const ObjectTree& tree) {
  std::vector<std::string> names;
  for (const int id : tree.variables()) {
    names.push_back(tree.objects()[static_cast<std::size_t>(id)].checkpoint_key);
  }
  return names;
}

// The names of all tensors, and for each an empty slice: all of it.
void add_names(proto::FunctionDef& function, const std::vector<std::string>& names) {
  fill_node(function.add_node_def(), "tensor_names", "Const", {}, string_constant(names));
  fill_node(function.add_node_def(), "shape_and_slices", "Const", {},
            string_constant(std::vector<std::string>(names.size())));
}

}  // namespace

proto::FunctionDef make_save_function(const ObjectTree& tree, const std::string& name) {
  proto::FunctionDef function;
  function.mutable_signature()->set_name(name);
  function.mutable_signature()->set_is_stateful(true);
  add_argument(function, "file_prefix", DType::string);
  add_resources(function, tree);
  add_argument(function, "object_graph", DType::string);
  fill_node(function.add_node_def(), "suffix", "Const", {},
            string_constant(std::string("_temp/part")));
  fill_node(function.add_node_def(), "StringJoin", "StringJoin", {"file_prefix", "suffix:output:0"},
            {{"N", 2}});
  for (const auto& [node, value] : {std::pair("num_shards", 1), std::pair("shard", 0)}) {
    fill_node(function.add_node_def(), node, "Const", {},
              {{"dtype", DType::int32}, {"value", make_scalar<std::int32_t>(value)}});
  }
  fill_node(function.add_node_def(), "ShardedFilename", "ShardedFilename",
            {"StringJoin:output:0", "shard:output:0", "num_shards:output:0"});
  std::vector<std::string> names = tensor_names(tree);
  std::vector<std::string> inputs{"ShardedFilename:filename:0", "tensor_names:output:0",
                                  "shape_and_slices:output:0"};
  std::vector<DType> dtypes;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto id = static_cast<std::size_t>(tree.variables()[i]);
    const DType dtype = tree.objects()[id].variable->dtype();
    const std::string read = "Read_" + std::to_string(i);
    fill_node(function.add_node_def(), read, "ReadVariableOp", {resource_name(i)},
              {{"dtype", dtype}});
    inputs.push_back(read + ":value:0");
    dtypes.push_back(dtype);
  }
  names.emplace_back(kObjectGraphKey);
  inputs.emplace_back("object_graph");
  dtypes.push_back(DType::string);
  add_names(function, names);
  fill_node(function.add_node_def(), "SaveV2", "SaveV2", inputs, {{"dtypes", dtypes}});
  fill_node(function.add_node_def(), "checkpoint_prefixes", "Pack",
            {"ShardedFilename:filename:0", "^SaveV2"}, {{"N", 1}, {"T", DType::string}});
  fill_node(function.add_node_def(), "MergeV2Checkpoints", "MergeV2Checkpoints",
            {"checkpoint_prefixes:output:0", "file_prefix"});
  add_result(function, {"MergeV2Checkpoints"});
  return function;
}

proto::FunctionDef make_restore_function(const ObjectTree& tree, const std::string& name) {
  proto::FunctionDef function;
  function.mutable_signature()->set_name(name);
  function.mutable_signature()->set_is_stateful(true);
  add_argument(function, "file_prefix", DType::string);
  add_resources(function, tree);
  std::vector<std::string> names = tensor_names(tree);
  std::vector<DType> dtypes;
  for (const int id : tree.variables()) {
    dtypes.push_back(tree.objects()[static_cast<std::size_t>(id)].variable->dtype());
  }
  // Reads the object graph too: an op must read at least one tensor.
  names.emplace_back(kObjectGraphKey);
  dtypes.push_back(DType::string);
  add_names(function, names);
  fill_node(function.add_node_def(), "RestoreV2", "RestoreV2",
            {"file_prefix", "tensor_names:output:0", "shape_and_slices:output:0"},
            {{"dtypes", dtypes}});
  std::vector<std::string> assigned;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    assigned.push_back("AssignVariableOp_" + std::to_string(i));
    fill_node(function.add_node_def(), assigned.back(), "AssignVariableOp",
              {resource_name(i), "RestoreV2:tensors:" + std::to_string(i)}, {{"dtype", dtypes[i]}});
  }
  add_result(function, assigned);
  return function;
}

}  // namespace opscope::runtime
