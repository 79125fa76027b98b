// FunctionDefs and GraphDefs as graphs that run here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "graph/func_graph.h"
#include "opscope/proto/function.pb.h"
#include "opscope/proto/graph.pb.h"
#include "opscope/runtime/tensor_spec.h"

namespace opscope::runtime {

// What a function's argument after the user's own is bound to: a variable or a constant.
struct BoundInput {
  std::shared_ptr<VariableState> variable;
  Ref<TensorRep> constant;
};

// A tensor of a graph that is given from outside.
struct Feed {
  std::string tensor;  // "x:0"
  TensorSpec spec;
};

// The library of one GraphDef, imported on demand. Not thread-safe. The GraphDef must outlive it.
//
// All imports throw unimplemented with the list of all operations that are missing here, also in
// the functions that are called, and invalid_argument naming the node for graphs that contradict
// themselves: unknown tensors, cycles, calls of functions that are not there.
class FunctionImport {
 public:
  // Finds the variable of a top-level VarHandleOp or VariableV2 node; throws where there is none.
  using FindVariable = std::function<std::shared_ptr<VariableState>(const std::string& node)>;

  explicit FunctionImport(const proto::GraphDef& graph);

  // Null if there is none.
  [[nodiscard]] const proto::FunctionDef* find(const std::string& name) const;

  // The function with its trailing arguments bound.
  [[nodiscard]] std::shared_ptr<FuncGraph> import_bound(const std::string& name,
                                                        const std::vector<TensorSpec>& inputs,
                                                        const std::vector<BoundInput>& bound);

  // What the top-level graph computes for `fetches` from `feeds`, and what it does on the way.
  [[nodiscard]] std::shared_ptr<FuncGraph> import_top_level(const std::string& name,
                                                            const std::vector<Feed>& feeds,
                                                            const std::vector<std::string>& fetches,
                                                            const FindVariable& find_variable);

  // The value of a top-level Const node.
  [[nodiscard]] Ref<TensorRep> constant(const std::string& node) const;

  // The ops that are not known here in these nodes and the functions that they call.
  template <typename Nodes>
  [[nodiscard]] std::set<std::string> missing_ops(const Nodes& nodes) const {
    std::set<std::string> missing;
    std::set<std::string> seen;
    for (const auto& node : nodes) add_missing(node, missing, seen);
    return missing;
  }
  [[nodiscard]] std::set<std::string> missing_ops() const;

 private:
  friend class BodyImport;

  // A function with all its arguments as placeholders, to be run by a call, loop or branch.
  std::shared_ptr<const FuncGraph> import_inner(const std::string& name);
  void add_missing(const proto::NodeDef& node, std::set<std::string>& missing,
                   std::set<std::string>& seen) const;

  const proto::GraphDef& graph_;
  std::unordered_map<std::string, const proto::FunctionDef*> functions_;
  std::unordered_map<std::string, const proto::NodeDef*> nodes_;
  std::unordered_map<std::string, std::shared_ptr<const FuncGraph>> inner_;
  std::set<std::string> in_progress_;
};

[[nodiscard]] bool is_known_op(std::string_view op);
// The op that does the same here.
[[nodiscard]] std::string_view op_here(std::string_view op);

}  // namespace opscope::runtime
