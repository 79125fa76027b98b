// The gradient of an inner graph: a loop body, a branch, a called function.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gradients/graph_recording.h"
#include "graph/func_graph.h"
#include "staging/trace.h"

namespace opscope::runtime {

// A graph being built as a function of its own on this thread; starts a trace if there is none.
// Left when this is destroyed. Tensors made inside must not outlive it.
class BuildScope {
 public:
  explicit BuildScope(Scope& scope);
  ~BuildScope();
  BuildScope(const BuildScope&) = delete;
  BuildScope& operator=(const BuildScope&) = delete;

 private:
  Scope& scope_;
  std::unique_ptr<Trace> owned_;
};

// A copy that may be changed, with a name of its own.
[[nodiscard]] std::shared_ptr<FuncGraph> copy_of(const FuncGraph& graph, std::string_view suffix);

// A value of the forward graph that the backward graph reads, there a Placeholder that is not yet
// an argument.
struct ForwardValue {
  Edge forward;
  int placeholder = -1;
};

// What the gradient of an inner graph is asked for.
struct InnerRequest {
  std::vector<bool> results;    // those whose gradient is given
  std::vector<bool> arguments;  // those whose gradient is wanted
};

// The backward graph of `forward`, before it has arguments.
struct InnerGradient {
  std::shared_ptr<FuncGraph> graph;
  std::vector<int> given;    // per result of forward: the Placeholder of its gradient, or -1
  std::vector<Edge> wanted;  // per argument of forward: its gradient, or node -1
  std::vector<ForwardValue> values;  // what is read, in a fixed order
};

// Traces the backward graph. Wanted gradients that are none become zeros. The gradients of nodes in
// `forward` may change it: give it further nodes, and nodes in it further outputs.
[[nodiscard]] InnerGradient trace_inner_gradient(FuncGraph& forward, const std::string& name,
                                                 const InnerRequest& request);

// Which results of `graph` depend on the arguments in a way that has a derivative.
[[nodiscard]] std::vector<bool> dependent_results(const FuncGraph& graph,
                                                  const std::vector<bool>& arguments);

// The position of the argument that `edge` is; -1 if it is none.
[[nodiscard]] int argument_position(const FuncGraph& graph, Edge edge);

// An edge of the graph being traced that gives this Tensor.
[[nodiscard]] Edge edge_here(const Tensor& tensor);
[[nodiscard]] Tensor tensor_here(Edge edge);

// Appends a node with these inputs to a graph; its outputs are inferred.
int append_node(FuncGraph& graph, std::string_view op, const std::string& name,
                std::vector<Edge> inputs, Attrs attrs, Loc loc);
[[nodiscard]] Edge append_shape(FuncGraph& graph, const Shape& shape, const std::string& name);

// The types and shapes of a node's values, for its attributes.
[[nodiscard]] std::vector<DType> dtypes_of(const FuncGraph& graph, const std::vector<Edge>& edges);
[[nodiscard]] std::vector<DType> dtypes_of(const std::vector<NodeOutput>& outputs);
[[nodiscard]] std::vector<Shape> shapes_of(const std::vector<NodeOutput>& outputs);

// Gives the captured variables' Placeholders of `graph` to be arguments, and the node the resources
// of the graph being traced as inputs.
void pass_captures(FuncGraph& graph, Node& node, std::vector<VariableUse>& uses);

// Appends the node of a backward graph, "while_grad" or the like, to the graph being traced.
[[nodiscard]] std::vector<Tensor> append_backward(Node node, std::string_view name,
                                                  const std::vector<VariableUse>& uses);

}  // namespace opscope::runtime
