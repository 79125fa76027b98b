// The parts of GraphDef, FunctionDef and RunMetadata that make a graph, as views into their bytes.
// Read field by field, because a foreign graph may hold text that is no UTF-8 and damaged parts.
// Fields: tensorflow/core/framework/{graph,node_def,function,op_def,attr_value}.proto
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace opscope::viewer {

struct RawNode {
  std::string_view name;
  std::string_view op;
  std::string_view device;
  std::string_view definition;  // the whole NodeDef
};

struct RawGraph {
  std::vector<RawNode> nodes;
  std::vector<std::string_view> functions;  // serialized FunctionDefs
  bool is_damaged = false;
};

struct RawArgument {
  std::string_view name;
  std::uint8_t dtype = 0;
  bool is_reference = false;
};

struct RawResult {
  std::string_view name;
  std::string_view source;  // "node:out:0"
};

struct RawFunction {
  std::string_view name;
  std::vector<RawArgument> arguments;
  std::vector<RawArgument> outputs;
  std::vector<RawNode> nodes;
  std::vector<RawResult> results;  // by output name, where the value comes from
};

struct RawAttribute {
  std::string_view name;
  std::string_view value;  // serialized AttrValue
};

[[nodiscard]] RawGraph read_graph_def(std::string_view bytes);
[[nodiscard]] RawFunction read_function_def(std::string_view bytes);
[[nodiscard]] std::string_view function_name(std::string_view function_def);
// Inputs of a NodeDef, and its attributes in the order they are written.
[[nodiscard]] std::vector<std::string_view> node_inputs(std::string_view node_def);
[[nodiscard]] std::vector<RawAttribute> node_attributes(std::string_view node_def);
// Functions that an AttrValue names.
[[nodiscard]] std::vector<std::string_view> attribute_functions(std::string_view value);

struct RawRunMetadata {
  std::string_view step_stats;
  std::vector<std::string_view> graphs;  // what to show: pre-optimization graphs, else partitions
  bool is_damaged = false;
};
[[nodiscard]] RawRunMetadata read_run_metadata(std::string_view bytes);

}  // namespace opscope::viewer
