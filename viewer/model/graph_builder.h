// Assembles a GraphModel: operations first, then the bodies of the functions they call, then the
// hierarchy and the edges.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/graph_data.h"
#include "model/graph_tensor_info.h"
#include "model/graph_wire.h"

namespace opscope::viewer {

class GraphBuilder {
 public:
  GraphBuilder();

  // Keeps bytes that views of raw nodes point into.
  std::string_view keep(std::string bytes);
  void add_function(std::string_view function_def);
  // A node of the hierarchy that no name stands for: a function body, a group.
  NodeId add_container(NodeId parent, NodeKind kind, std::string name, std::size_t label_begin);
  // Operations below `container`; their full names are `prefix` and their own.
  void add_ops(NodeId container, std::string_view prefix, const std::vector<RawNode>& ops);
  void add_remark(std::string text);

  // Expands called functions, links everything and gives the model.
  [[nodiscard]] GraphModel finish();

 private:
  // Where the operations of one graph or function body are, and how their inputs are looked up.
  struct Instance {
    NodeId container = kRootNode;
    std::string prefix;  // "" or ends in '/'
    std::size_t first = 0;
    std::size_t last = 0;  // one behind
  };

  NodeId add_op(NodeId container, std::size_t prefix_size, std::string_view name,
                const RawNode& raw);
  NodeId scope_of(NodeId container, std::size_t prefix_size, std::string_view name);
  void move_ops_into_own_scopes();
  void expand_calls();
  void expand_call(NodeId call);
  bool add_body(NodeId container, const std::string& prefix, const RawFunction& function);
  void add_uncalled_functions();
  void set_roles();
  void set_scope_roles();
  void resolve_inputs();
  void resolve_input(const Instance& instance, NodeId to, std::string_view input,
                     std::uint16_t slot);
  void link_edges();

  struct PendingInput {
    NodeId to = kNoNode;
    std::string_view source;
  };

  GraphModel model_;
  GraphModel::Data& data_;
  std::vector<Instance> instances_;
  std::vector<OutputInfo> outputs_;  // by node
  std::vector<std::uint32_t> output_shapes_;
  std::unordered_map<std::string_view, std::string_view> functions_;  // name -> FunctionDef
  std::vector<std::string_view> function_order_;
  std::unordered_map<std::string_view, bool> is_called_;
  std::unordered_map<std::uint32_t, std::string_view> function_of_;  // container -> function
  std::unordered_map<std::uint32_t, PendingInput> result_source_;    // by result node
  std::size_t body_budget_ = 0;
  std::size_t missing_inputs_ = 0;
  std::string first_missing_;
  std::string scratch_;
};

}  // namespace opscope::viewer
