#include <algorithm>

#include "gradients/inner_gradient.h"
#include "gradients/while_gradient.h"
#include "ops/op_registry.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

// An If or Case node of the forward graph, taken apart to be given more outputs.
class ForwardBranches {
 public:
  ForwardBranches(FuncGraph& graph, int index)
      : graph_(graph), index_(index), node_(graph.node(index)) {
    for (const auto& branch : node_.graphs) branches_.push_back(copy_of(*branch, "_rewritten"));
  }

  [[nodiscard]] std::size_t size() const noexcept { return branches_.size(); }
  [[nodiscard]] FuncGraph& branch(std::size_t i) noexcept { return *branches_[i]; }
  [[nodiscard]] const Node& node() const noexcept { return node_; }

  // The output that is an optional of `value` if branch `of` ran, else of nothing.
  [[nodiscard]] int optional(std::size_t of, Edge value) {
    for (std::size_t i = 0; i < branches_[of]->results().size(); ++i) {
      const Node& result = branches_[of]->node(branches_[of]->results()[i].node);
      if (result.spec->name == "OptionalFromValue" && result.inputs[0] == value) {
        return static_cast<int>(i);
      }
    }
    for (std::size_t i = 0; i < branches_.size(); ++i) {
      FuncGraph& branch = *branches_[i];
      const int result =
          i == of ? append_node(branch, "OptionalFromValue", "OptionalFromValue", {value},
                                {{"Toutput_types", dtypes_of(branch, {value})}}, node_.loc)
                  : append_node(branch, "OptionalNone", "OptionalNone", {}, {}, node_.loc);
      branch.add_result({result, 0});
    }
    node_.outputs.push_back({DType::variant, Shape()});
    return static_cast<int>(node_.outputs.size()) - 1;
  }

  void finish() {
    std::vector<FunctionName> names;
    node_.graphs.clear();
    for (const auto& branch : branches_) {
      names.push_back({branch->name(), {}});
      node_.graphs.push_back(branch);
    }
    if (node_.attrs.find("branches") != nullptr) {
      node_.attrs.set("branches", names);
    } else {
      node_.attrs.set("then_branch", names[0]);
      node_.attrs.set("else_branch", names[1]);
    }
    node_.attrs.set("Tout", dtypes_of(node_.outputs));
    node_.attrs.set("output_shapes", shapes_of(node_.outputs));
    graph_.replace(index_, node_);
  }

 private:
  FuncGraph& graph_;
  int index_;
  Node node_;
  std::vector<std::shared_ptr<FuncGraph>> branches_;
};

// The backward node: all its branches take the same arguments.
class BackwardBranches {
 public:
  BackwardBranches(std::vector<InnerGradient> branches, Loc loc)
      : branches_(std::move(branches)), loc_(loc), arguments_(branches_.size()) {}

  // An input that branch i reads as `readers[i]`; -1: it does not.
  void add_input(const Tensor& value, const std::vector<int>& readers) {
    inputs_.push_back(edge_here(value));
    const DType dtype = value.dtype();
    for (std::size_t i = 0; i < branches_.size(); ++i) {
      FuncGraph& graph = *branches_[i].graph;
      const int reader = readers[i] >= 0
                             ? readers[i]
                             : graph.append_placeholder(dtype, value.shape(), "unused", loc_);
      arguments_[i].push_back(reader);
    }
  }

  // What branch `of` reads as `reader` is the value of this optional.
  void add_optional(const Tensor& optional, std::size_t of, int reader) {
    FuncGraph& graph = *branches_[of].graph;
    const NodeOutput type = graph.output({reader, 0});
    const int argument = graph.append_placeholder(DType::variant, Shape(), "optional", loc_);
    Node get;
    get.spec = &get_op("OptionalGetValue");
    get.name = graph.unique_name("OptionalGetValue");
    get.inputs = {{argument, 0}};
    get.attrs = {{"output_types", std::vector<DType>{type.dtype}},
                 {"output_shapes", std::vector<Shape>{type.shape}}};
    get.outputs = {type};
    get.loc = loc_;
    const int node = graph.append_with_outputs(std::move(get));
    graph.redirect({reader, 0}, {node, 0});
    std::vector<int> readers(branches_.size(), -1);
    readers[of] = argument;
    add_input(optional, readers);
  }

  [[nodiscard]] std::vector<Tensor> emit(const Tensor& index, bool is_case) {
    Node node;
    node.inputs = {edge_here(index)};
    node.inputs.insert(node.inputs.end(), inputs_.begin(), inputs_.end());
    node.loc = loc_;
    std::vector<VariableUse> uses;
    finish_graphs(node, uses);
    bool is_stateful = false;
    std::vector<FunctionName> names;
    for (InnerGradient& branch : branches_) {
      is_stateful |= branch.graph->is_stateful();
      names.push_back({branch.graph->name(), {}});
      node.graphs.push_back(branch.graph);
    }
    std::vector<DType> types = dtypes_of(current_trace->graph(), node.inputs);
    types.erase(types.begin());
    node.attrs = {{"Tin", types},
                  {"Tout", dtypes_of(node.outputs)},
                  {"output_shapes", shapes_of(node.outputs)}};
    if (is_case) {
      node.attrs.set("branches", names);
    } else {
      node.attrs.set("Tcond", DType::boolean);
      node.attrs.set("then_branch", names[0]);
      node.attrs.set("else_branch", names[1]);
    }
    node.spec = &get_op(is_case ? "Case" : is_stateful ? "If" : "StatelessIf");
    return append_backward(node, node.spec->name, uses);
  }

 private:
  void finish_graphs(Node& node, std::vector<VariableUse>& uses) {
    // All branches take all the variables that one of them uses.
    std::vector<VariableCapture> captures;
    for (const InnerGradient& branch : branches_) {
      for (const VariableCapture& capture : branch.graph->captures()) captures.push_back(capture);
    }
    for (const VariableCapture& capture : captures) {
      for (const InnerGradient& branch : branches_) (void)branch.graph->capture(capture.variable);
    }
    for (std::size_t i = 0; i < branches_.size(); ++i) {
      FuncGraph& graph = *branches_[i].graph;
      for (const int argument : arguments_[i]) graph.add_argument(argument);
      for (const VariableCapture& capture : branches_[0].graph->captures()) {
        graph.add_argument(graph.capture(capture.variable));
      }
    }
    for (const VariableCapture& capture : branches_[0].graph->captures()) {
      node.inputs.push_back({current_trace->graph().capture(capture.variable), 0});
      uses.push_back({capture.variable.get(), false});
    }
    const FuncGraph& first = *branches_[0].graph;
    for (std::size_t k = 0; k < first.results().size(); ++k) {
      NodeOutput output = first.output(first.results()[k]);
      for (const InnerGradient& branch : branches_) {
        const FuncGraph& graph = *branch.graph;
        output.shape = output.shape.relax_with(graph.output(graph.results()[k]).shape);
      }
      node.outputs.push_back(std::move(output));
    }
  }

  std::vector<InnerGradient> branches_;
  Loc loc_;
  std::vector<Edge> inputs_;
  std::vector<std::vector<int>> arguments_;
};

// The branch arguments that a result with a gradient depends on, in one of the branches.
std::vector<bool> wanted_arguments(const GradientCall& call, ForwardBranches& forward) {
  const std::size_t count = call.inputs.size() - 1;
  std::vector<bool> wanted(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!call.needs[i + 1]) continue;
    std::vector<bool> alone(count);
    alone[i] = true;
    for (std::size_t b = 0; b < forward.size() && !wanted[i]; ++b) {
      const std::vector<bool> reached = dependent_results(forward.branch(b), alone);
      for (std::size_t k = 0; k < reached.size(); ++k) {
        if (reached[k] && call.has_dy(k)) wanted[i] = true;
      }
    }
  }
  return wanted;
}

}  // namespace

void branch_gradient(GradientCall& call) {
  GraphRecording& recording = *call.recording;
  ForwardBranches forward(recording.graph(), call.node);
  const std::vector<bool> wanted = wanted_arguments(call, forward);
  if (std::none_of(wanted.begin(), wanted.end(), [](bool is) { return is; })) return;
  std::vector<bool> given(forward.branch(0).results().size());
  for (std::size_t k = 0; k < given.size(); ++k) given[k] = call.has_dy(k);
  std::vector<InnerGradient> branches;
  for (std::size_t b = 0; b < forward.size(); ++b) {
    branches.push_back(trace_inner_gradient(forward.branch(b), forward.branch(b).name() + "_grad",
                                            {.results = given, .arguments = wanted}));
  }
  // Which values come from outside, and which have to be handed out by the branch.
  struct Optional {
    int output;
    std::size_t branch;
    int reader;
  };
  std::vector<Optional> optionals;
  std::vector<std::vector<int>> readers(wanted.size(), std::vector<int>(branches.size(), -1));
  for (std::size_t b = 0; b < branches.size(); ++b) {
    for (const ForwardValue& value : branches[b].values) {
      const int argument = argument_position(forward.branch(b), value.forward);
      if (argument >= 0) {
        readers[static_cast<std::size_t>(argument)][b] = value.placeholder;
      } else {
        optionals.push_back({forward.optional(b, value.forward), b, value.placeholder});
      }
    }
  }
  forward.finish();
  std::vector<std::vector<int>> given_readers(given.size());
  for (std::size_t k = 0; k < given.size(); ++k) {
    for (const InnerGradient& branch : branches) given_readers[k].push_back(branch.given[k]);
  }
  BackwardBranches backward(std::move(branches), call.loc);
  for (std::size_t k = 0; k < given.size(); ++k) {
    if (given[k]) backward.add_input(call.output_gradients[k], given_readers[k]);
  }
  for (std::size_t i = 0; i < readers.size(); ++i) {
    const bool is_read =
        std::any_of(readers[i].begin(), readers[i].end(), [](int reader) { return reader >= 0; });
    if (is_read) backward.add_input(call.x(i + 1), readers[i]);
  }
  for (const Optional& optional : optionals) {
    const Tensor value = recording.value(Edge{call.node, optional.output});
    backward.add_optional(value, optional.branch, optional.reader);
  }
  const bool is_case = forward.node().attrs.find("branches") != nullptr;
  const std::vector<Tensor> results = backward.emit(call.x(0), is_case);
  std::size_t next = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) call.input_gradients[i + 1] = results[next++];
  }
}

}  // namespace opscope::runtime
