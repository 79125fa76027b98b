#include "model/graph_wire.h"

#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr int kReferenceOffset = 100;  // DT_FLOAT_REF is DT_FLOAT + 100

RawNode read_node_def(std::string_view bytes, bool& is_damaged) {
  RawNode node;
  node.definition = bytes;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.type() != WireType::length) continue;
    if (reader.field() == 1) node.name = reader.bytes();
    if (reader.field() == 2) node.op = reader.bytes();
    if (reader.field() == 4) node.device = reader.bytes();
  }
  is_damaged = is_damaged || reader.is_damaged();
  return node;
}

RawArgument read_argument(std::string_view bytes) {
  RawArgument argument;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) argument.name = reader.bytes();
    if (reader.is(3, WireType::varint)) {
      const auto dtype = reader.value();
      argument.is_reference = dtype > kReferenceOffset;
      argument.dtype = static_cast<std::uint8_t>(dtype % kReferenceOffset);
    }
    if (reader.is(16, WireType::varint)) argument.is_reference = reader.value() != 0;
  }
  return argument;
}

// An entry of a protobuf map: 1 is the key, 2 the value.
RawAttribute read_map_entry(std::string_view bytes) {
  RawAttribute entry;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) entry.name = reader.bytes();
    if (reader.is(2, WireType::length)) entry.value = reader.bytes();
  }
  return entry;
}

void read_signature(std::string_view bytes, RawFunction& function) {
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) function.name = reader.bytes();
    if (reader.is(2, WireType::length)) function.arguments.push_back(read_argument(reader.bytes()));
    if (reader.is(3, WireType::length)) function.outputs.push_back(read_argument(reader.bytes()));
  }
}

std::string_view first_field(std::string_view bytes, std::uint32_t field) {
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(field, WireType::length)) return reader.bytes();
  }
  return {};
}

}  // namespace

RawGraph read_graph_def(std::string_view bytes) {
  RawGraph graph;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) {
      graph.nodes.push_back(read_node_def(reader.bytes(), graph.is_damaged));
    } else if (reader.is(2, WireType::length)) {
      WireReader library(reader.bytes());
      while (library.next()) {
        if (library.is(1, WireType::length)) graph.functions.push_back(library.bytes());
      }
      graph.is_damaged = graph.is_damaged || library.is_damaged();
    }
  }
  graph.is_damaged = graph.is_damaged || reader.is_damaged();
  return graph;
}

std::string_view function_name(std::string_view function_def) {
  return first_field(first_field(function_def, 1), 1);
}

RawFunction read_function_def(std::string_view bytes) {
  RawFunction function;
  bool is_damaged = false;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.type() != WireType::length) continue;
    if (reader.field() == 1) read_signature(reader.bytes(), function);
    if (reader.field() == 3) function.nodes.push_back(read_node_def(reader.bytes(), is_damaged));
    if (reader.field() == 4) {
      const RawAttribute entry = read_map_entry(reader.bytes());
      function.results.push_back({entry.name, entry.value});
    }
  }
  return function;
}

std::vector<std::string_view> node_inputs(std::string_view node_def) {
  std::vector<std::string_view> inputs;
  WireReader reader(node_def);
  while (reader.next()) {
    if (reader.is(3, WireType::length)) inputs.push_back(reader.bytes());
  }
  return inputs;
}

std::vector<RawAttribute> node_attributes(std::string_view node_def) {
  std::vector<RawAttribute> attributes;
  WireReader reader(node_def);
  while (reader.next()) {
    if (reader.is(5, WireType::length)) attributes.push_back(read_map_entry(reader.bytes()));
  }
  return attributes;
}

std::vector<std::string_view> attribute_functions(std::string_view value) {
  std::vector<std::string_view> names;
  WireReader reader(value);
  while (reader.next()) {
    if (reader.is(10, WireType::length)) names.push_back(first_field(reader.bytes(), 1));
    if (!reader.is(1, WireType::length)) continue;
    WireReader list(reader.bytes());
    while (list.next()) {
      if (list.is(9, WireType::length)) names.push_back(first_field(list.bytes(), 1));
    }
  }
  return names;
}

RawRunMetadata read_run_metadata(std::string_view bytes) {
  RawRunMetadata result;
  std::vector<std::string_view> partitions;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) result.step_stats = reader.bytes();
    if (reader.is(3, WireType::length)) partitions.push_back(reader.bytes());
    if (reader.is(4, WireType::length)) {
      const std::string_view graph = first_field(reader.bytes(), 2);
      if (!graph.empty()) result.graphs.push_back(graph);
    }
  }
  if (result.graphs.empty()) result.graphs = std::move(partitions);
  result.is_damaged = reader.is_damaged();
  return result;
}

}  // namespace opscope::viewer
