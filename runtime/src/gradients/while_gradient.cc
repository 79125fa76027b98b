#include "gradients/while_gradient.h"

#include <algorithm>

#include "gradients/inner_gradient.h"
#include "module/name_stack.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

Ref<TensorRep> int_scalar(std::int32_t value) { return make_scalar<std::int32_t>(value); }

// A While node of the forward graph, taken apart to be given more variables.
class ForwardLoop {
 public:
  ForwardLoop(FuncGraph& graph, int index)
      : graph_(graph),
        index_(index),
        node_(graph.node(index)),
        condition_(copy_of(*node_.graphs[0], "_rewritten")),
        body_(copy_of(*node_.graphs[1], "_rewritten")) {}

  [[nodiscard]] FuncGraph& body() noexcept { return *body_; }
  [[nodiscard]] const Node& node() const noexcept { return node_; }

  // The variable that counts trips from 0 by 1.
  [[nodiscard]] int counter() {
    for (int i = 0; i < static_cast<int>(node_.inputs.size()); ++i) {
      if (counts(i)) return i;
    }
    const Edge zero{graph_.append_constant(int_scalar(0), fresh("loop_counter"), node_.loc), 0};
    const int variable = add_variable(zero, {DType::int32, Shape()}, "loop_counter");
    const Edge one{body_->append_constant(int_scalar(1), body_->unique_name("one"), node_.loc), 0};
    const int sum = append_node(*body_, "AddV2", "add_loop_counter",
                                {{body_->arguments().back(), 0}, one}, {}, node_.loc);
    body_->add_result({sum, 0});
    return variable;
  }

  // The variable that is a list of the values that `value` of the body has had.
  [[nodiscard]] int accumulator(Edge value) {
    if (const int known = find_accumulator(value); known >= 0) return known;
    const NodeOutput type = body_->output(value);
    const std::string name = fresh(body_->node(value.node).name + "/accumulator");
    const Edge shape = append_shape(graph_, type.shape, name + "/element_shape");
    const Edge most{graph_.append_constant(
                        int_scalar(-1), graph_.unique_name(name + "/max_num_elements"), node_.loc),
                    0};
    const Edge empty{
        append_node(graph_, "EmptyTensorList", name, {shape, most},
                    {{"element_dtype", type.dtype}, {"shape_type", DType::int32}}, node_.loc),
        0};
    const int variable = add_variable(empty, {DType::variant, Shape()}, "accumulator");
    const int push = append_node(*body_, "TensorListPushBack", "TensorListPushBack",
                                 {{body_->arguments().back(), 0}, value},
                                 {{"element_dtype", type.dtype}}, node_.loc);
    body_->add_result({push, 0});
    return variable;
  }

  // Puts the loop back with what it was given.
  void finish() {
    node_.graphs = {condition_, body_};
    node_.attrs.set("cond", FunctionName{condition_->name(), {}});
    node_.attrs.set("body", FunctionName{body_->name(), {}});
    node_.attrs.set("T", dtypes_of(node_.outputs));
    node_.attrs.set("output_shapes", shapes_of(node_.outputs));
    graph_.replace(index_, node_);
  }

 private:
  [[nodiscard]] std::string fresh(const std::string& name) {
    return graph_.unique_name("gradient_tape/" + node_.name + "/" + name);
  }

  int add_variable(Edge init, const NodeOutput& type, std::string_view name) {
    node_.inputs.push_back(init);
    node_.outputs.push_back(type);
    for (FuncGraph* graph : {condition_.get(), body_.get()}) {
      graph->add_argument(graph->append_placeholder(type.dtype, type.shape, name, node_.loc));
    }
    return static_cast<int>(node_.outputs.size()) - 1;
  }

  [[nodiscard]] bool is_int(const Ref<TensorRep>& value, std::int32_t wanted) const {
    return value && value->dtype() == DType::int32 && value->num_elements() == 1 &&
           *value->data<std::int32_t>() == wanted;
  }

  [[nodiscard]] bool counts(int variable) const {
    const auto at = static_cast<std::size_t>(variable);
    if (!is_int(graph_.constant_value(node_.inputs[at]), 0)) return false;
    const Edge result = body_->results()[at];
    const Node* add = &body_->node(result.node);
    while (add->spec->name == "Identity") add = &body_->node(add->inputs[0].node);
    return (add->spec->name == "AddV2" || add->spec->name == "Add") &&
           add->inputs[0] == Edge{body_->arguments()[at], 0} &&
           is_int(body_->constant_value(add->inputs[1]), 1);
  }

  [[nodiscard]] int find_accumulator(Edge value) const {
    for (std::size_t i = 0; i < body_->results().size(); ++i) {
      const Node& push = body_->node(body_->results()[i].node);
      if (push.spec->name == "TensorListPushBack" && push.inputs[1] == value &&
          push.inputs[0] == Edge{body_->arguments()[i], 0} &&
          graph_.node(node_.inputs[i].node).spec->name == "EmptyTensorList") {
        return static_cast<int>(i);
      }
    }
    return -1;
  }

  FuncGraph& graph_;
  int index_;
  Node node_;
  std::shared_ptr<FuncGraph> condition_;
  std::shared_ptr<FuncGraph> body_;
};

// The loop variables that a derivative flows through: they depend on an input whose gradient is
// wanted, and something whose gradient is given depends on them.
std::vector<bool> active_variables(const GradientCall& call, const FuncGraph& body) {
  const std::size_t count = body.arguments().size();
  std::vector<bool> depends = call.needs;
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    const std::vector<bool> reached = dependent_results(body, depends);
    for (std::size_t i = 0; i < count; ++i) {
      if (!reached[i] || depends[i]) continue;
      depends[i] = true;
      has_grown = true;
    }
  }
  std::vector<bool> active(count);
  for (std::size_t i = 0; i < count; ++i) active[i] = depends[i] && call.has_dy(i);
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!depends[i] || active[i]) continue;
      std::vector<bool> alone(count);
      alone[i] = true;
      const std::vector<bool> reached = dependent_results(body, alone);
      for (std::size_t k = 0; k < count && !active[i]; ++k) active[i] = reached[k] && active[k];
      has_grown |= active[i];
    }
  }
  return active;
}

// The backward loop under construction: counter, limit and total first, as TensorFlow's.
class BackwardLoop {
 public:
  BackwardLoop(std::shared_ptr<FuncGraph> body, Loc loc)
      : loc_(loc),
        body_(std::move(body)),
        condition_(std::make_shared<FuncGraph>("while_cond_grad_" +
                                               std::to_string(next_function_number()))) {}

  // A variable that begins as `init`, whose argument in the body is the Placeholder `argument`.
  void add(const Tensor& init, int argument, Edge result) {
    add_edge(edge_here(init), argument, result);
  }

  void add_counting(const Tensor& total) {
    FuncGraph& here = current_trace->graph();
    const std::string scope = name_stack().prefixed("");
    const auto constant = [&](const char* name, std::int32_t value) {
      return Edge{here.append_constant(int_scalar(value), here.unique_name(scope + name), loc_), 0};
    };
    const int counter = placeholder(DType::int32, "grad_counter");
    const Edge one{body_->append_constant(int_scalar(1), body_->unique_name("add/y"), loc_), 0};
    const int next = append_node(*body_, "AddV2", "add", {{counter, 0}, one}, {}, loc_);
    add_edge(constant("grad_counter", 0), counter, {next, 0});
    const int limit = placeholder(DType::int32, "maximum_iterations");
    add_edge(constant("maximum_iterations", -1), limit, {limit, 0});
    const int count = placeholder(DType::int32, "total_iterations");
    add_edge(edge_here(total), count, {count, 0});
    const auto& arguments = condition_->arguments();
    less_ =
        append_node(*condition_, "Less", "Less", {{arguments[0], 0}, {arguments[2], 0}}, {}, loc_);
  }

  // The element that the forward trip stored; `reader` is the Placeholder that stands for it.
  void add_popped(const Tensor& list, int reader) {
    const NodeOutput type = body_->output({reader, 0});
    const int argument = placeholder(DType::variant, "accumulator");
    Node pop;
    pop.spec = &get_op("TensorListPopBack");
    pop.name = body_->unique_name("TensorListPopBack");
    pop.inputs = {{argument, 0}, append_shape(*body_, type.shape, pop.name + "/element_shape")};
    pop.attrs = {{"element_dtype", type.dtype}};
    pop.outputs = {{DType::variant, Shape()}, type};
    pop.loc = loc_;
    const int node = body_->append_with_outputs(std::move(pop));
    body_->redirect({reader, 0}, {node, 1});
    // After the redirection: gradients that are this value itself read it as well.
    add_edge(edge_here(list), argument, {node, 0});
  }

  void set_results_of_body() {
    for (std::size_t i = 0; i < results_.size(); ++i) body_->add_argument(arguments_[i]);
    body_->set_results(results_);
  }
  void redirect_results(const std::vector<Edge>& gradients, std::size_t first) {
    std::copy(gradients.begin(), gradients.end(),
              results_.begin() + static_cast<std::ptrdiff_t>(first));
  }
  [[nodiscard]] std::size_t size() const noexcept { return results_.size(); }
  [[nodiscard]] FuncGraph& body() noexcept { return *body_; }

  [[nodiscard]] std::vector<Tensor> emit() {
    set_results_of_body();
    std::vector<VariableUse> uses;
    const std::size_t own = results_.size();
    pass_captures(*body_, node_, uses);
    std::vector<Edge> results = results_;
    for (std::size_t i = own; i < body_->arguments().size(); ++i) {
      results.push_back({body_->arguments()[i], 0});
      condition_->add_argument(
          condition_->append_placeholder(DType::resource, Shape(), "resource", loc_));
      node_.outputs.push_back({DType::resource, Shape()});
    }
    body_->set_results(std::move(results));
    condition_->add_result({less_, 0});
    node_.spec = &get_op(body_->is_stateful() ? "While" : "StatelessWhile");
    node_.attrs = {{"T", dtypes_of(node_.outputs)},
                   {"cond", FunctionName{condition_->name(), {}}},
                   {"body", FunctionName{body_->name(), {}}},
                   {"output_shapes", shapes_of(node_.outputs)},
                   {"parallel_iterations", 10}};
    node_.graphs = {condition_, body_};
    node_.loc = loc_;
    return append_backward(node_, "while_grad", uses);
  }

 private:
  [[nodiscard]] int placeholder(DType dtype, std::string_view name) {
    return body_->append_placeholder(dtype, Shape(), name, loc_);
  }

  void add_edge(Edge init, int argument, Edge result) {
    const NodeOutput type = body_->output({argument, 0});
    node_.inputs.push_back(init);
    node_.outputs.push_back(type);
    arguments_.push_back(argument);
    results_.push_back(result);
    condition_->add_argument(
        condition_->append_placeholder(type.dtype, type.shape, "placeholder", loc_));
  }

  Loc loc_;
  Node node_;
  std::shared_ptr<FuncGraph> body_;
  std::shared_ptr<FuncGraph> condition_;
  std::vector<int> arguments_;
  std::vector<Edge> results_;
  int less_ = -1;
};

// An argument that every trip passes on, or -1: what it holds is seen from outside.
int invariant_position(const FuncGraph& body, Edge value) {
  const int at = argument_position(body, value);
  return at >= 0 && body.results()[static_cast<std::size_t>(at)] == value ? at : -1;
}

}  // namespace

void while_gradient(GradientCall& call) {
  GraphRecording& recording = *call.recording;
  ForwardLoop loop(recording.graph(), call.node);
  const std::vector<bool> active = active_variables(call, loop.body());
  if (std::none_of(active.begin(), active.end(), [](bool is) { return is; })) return;
  const std::vector<NodeOutput> types = [&] {
    std::vector<NodeOutput> result;
    for (const int argument : loop.body().arguments()) {
      result.push_back(gradient_type(loop.body(), {argument, 0}));
    }
    return result;
  }();
  InnerGradient inner = trace_inner_gradient(loop.body(), "while_body_grad",
                                             {.results = active, .arguments = active});
  const int counter = loop.counter();
  const std::vector<Edge> gradients = inner.graph->results();
  std::vector<std::pair<int, int>> popped;  // a variable of the forward loop, its reader
  std::vector<std::pair<int, int>> invariants;
  for (const ForwardValue& value : inner.values) {
    const int invariant = invariant_position(loop.body(), value.forward);
    if (invariant >= 0) {
      invariants.emplace_back(invariant, value.placeholder);
    } else {
      popped.emplace_back(loop.accumulator(value.forward), value.placeholder);
    }
  }
  loop.finish();
  const auto output = [&](int variable) { return recording.value(Edge{call.node, variable}); };
  BackwardLoop backward(inner.graph, call.loc);
  backward.add_counting(output(counter));
  const std::size_t first = backward.size();
  for (std::size_t i = 0; i < active.size(); ++i) {
    if (!active[i]) continue;
    const Tensor init = call.has_dy(i) ? call.output_gradients[i]
                                       : zero_gradient(types[i], [&] { return call.y(i); });
    backward.add(init, inner.given[i], {});
  }
  for (const auto& [variable, reader] : invariants) {
    backward.add(call.x(static_cast<std::size_t>(variable)), reader, {reader, 0});
  }
  for (const auto& [variable, reader] : popped) backward.add_popped(output(variable), reader);
  // Popping has redirected them where they were forward values themselves.
  std::vector<Edge> redirected = inner.graph->results();
  redirected.resize(gradients.size());
  backward.redirect_results(redirected, first);
  const std::vector<Tensor> results = backward.emit();
  std::size_t next = first;
  for (std::size_t i = 0; i < active.size(); ++i) {
    if (!active[i]) continue;
    call.input_gradients[i] = results[next++];
  }
}

}  // namespace opscope::runtime
