// Importing the nodes of one function body or graph.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "saved_model/function_import.h"

namespace opscope::runtime {

// "node:out:1" or "node:1" or "node"; "^node" is a control input.
struct InputName {
  std::string node;
  std::string output;  // the name of an output argument; empty at top level
  int index = 0;
  bool is_control = false;
};
[[nodiscard]] InputName parse_input(const std::string& text);

class BodyImport {
 public:
  BodyImport(FunctionImport& library, FuncGraph& graph) : library_(library), graph_(graph) {}

  // What a name stands for: an argument, a fed tensor.
  void define(const std::string& name, Edge edge) { edges_.emplace(name, edge); }
  // The resource of a variable at `edge`, which is no capture of the graph.
  void set_resource_type(Edge edge, DType dtype, const Shape& shape) {
    resource_types_[edge.node] = {dtype, shape};
  }
  void set_find_variable(const FunctionImport::FindVariable* find) { find_variable_ = find; }

  void add(const proto::NodeDef& node) { defs_.emplace(node.name(), &node); }
  // Imports the node and all that it needs; those that are there already stay.
  void import(const std::string& name);
  // Runs although nobody reads it.
  void keep(const std::string& name) { kept_.insert({name, true}); }

  // The edge of an input name, whose node must have been imported. Throws for an unknown one.
  [[nodiscard]] Edge edge(const std::string& input) const;

 private:
  struct Visit {
    const proto::NodeDef* def;
    int next_input = 0;
  };
  [[nodiscard]] const proto::NodeDef& def_of(const std::string& name) const;
  void append(const proto::NodeDef& def);
  int append_node(const proto::NodeDef& def, Node node);
  void append_variable(const proto::NodeDef& def);
  [[nodiscard]] std::vector<NodeOutput> control_flow_outputs(const Node& node) const;
  void add_functions(const proto::NodeDef& def, Node& node);
  [[nodiscard]] std::vector<VariableUse> variable_uses(const Node& node) const;

  FunctionImport& library_;
  FuncGraph& graph_;
  const FunctionImport::FindVariable* find_variable_ = nullptr;
  std::unordered_map<std::string, const proto::NodeDef*> defs_;
  std::unordered_map<std::string, Edge> edges_;  // of arguments and feeds, by their whole name
  std::unordered_map<std::string, int> nodes_;   // that were imported
  std::unordered_map<std::string, bool> kept_;
  std::unordered_map<int, std::pair<DType, Shape>> resource_types_;
};

}  // namespace opscope::runtime
