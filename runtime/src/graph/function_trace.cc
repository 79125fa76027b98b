#include "graph/function_trace.h"

#include <algorithm>

#include "exec/execute.h"
#include "module/name_stack.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

// Makes a Trace for the thread if it has none, and leaves the function's scope on every way out.
class TraceGuard {
 public:
  explicit TraceGuard(Scope& scope) : scope_(scope) {
    if (current_trace == nullptr) {
      owned_ = std::make_unique<Trace>();
      current_trace = owned_.get();
    }
    current_trace->push(scope_);
  }
  ~TraceGuard() { leave(); }
  TraceGuard(const TraceGuard&) = delete;
  TraceGuard& operator=(const TraceGuard&) = delete;

  void leave() noexcept {
    if (is_left_) return;
    is_left_ = true;
    current_trace->pop(scope_);
    if (owned_) current_trace = nullptr;
  }

 private:
  Scope& scope_;
  std::unique_ptr<Trace> owned_;
  bool is_left_ = false;
};

std::vector<Tensor> make_symbols(Trace& trace, FuncGraph& graph,
                                 std::span<const TensorSpec> specs) {
  std::vector<Tensor> symbols;
  symbols.reserve(specs.size());
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const std::string name = specs[i].name.empty() ? "args_" + std::to_string(i) : specs[i].name;
    const int node = graph.append_placeholder(specs[i].dtype, specs[i].shape, name, Loc{});
    graph.add_argument(node);
    symbols.push_back(Tensor(trace.symbol(graph, {node, 0}).leak()));
  }
  return symbols;
}

void add_results(Trace& trace, FuncGraph& graph, const std::vector<Tensor>& results) {
  for (const Tensor& result : results) {
    const Loc loc = trace.last_operation();
    const Edge edge = trace.edge_of(trace.input(result, loc));
    // As TensorFlow's functions: each result is an Identity of its own, with an easy name.
    Node node;
    node.spec = &op<"Identity">();
    node.name = graph.unique_name("Identity");
    node.inputs = {edge};
    node.loc = graph.node(edge.node).loc;
    graph.add_result({graph.append(std::move(node)), 0});
  }
}

void require_no_captured_assignment(const Trace& trace, const Scope& scope) {
  for (const HandleState& state : scope.handles) {
    if (!state.is_assigned || state.is_dead) continue;
    throw Error(ErrorCode::invalid_argument,
                "the traced function assigns a captured Tensor (set " +
                    trace.describe_origin(ValueRef::share(state.handle->rep())) +
                    "); return it or use a Variable");
  }
}

}  // namespace

TracedFunction trace_function(const std::string& name, std::span<const TensorSpec> specs,
                              const TraceBody& body, bool may_create_variables) {
  Scope scope(ScopeKind::function,
              "__inference_" + name + "_" + std::to_string(next_function_number()), Loc{});
  scope.may_create_variables = may_create_variables;
  TracedFunction traced;
  TraceResult result;
  {
    TraceGuard guard(scope);
    Trace& trace = *current_trace;
    {
      std::vector<Tensor> symbols = make_symbols(trace, *scope.graph, specs);
      result = body(symbols);
      add_results(trace, *scope.graph, result.tensors);
      result.tensors.clear();
    }
    trace.check();
    traced.made_variables = scope.made_variables;
    require_no_captured_assignment(trace, scope);
    for (const HandleState& state : scope.handles) {
      if (!state.argument) continue;
      scope.graph->add_argument(state.argument->origin().node);
      traced.outer_values.push_back(state.init);
    }
    for (const VariableCapture& capture : scope.graph->captures()) {
      scope.graph->add_argument(capture.node);
    }
  }
  traced.concrete =
      std::make_shared<const ConcreteCore>(scope.graph, specs.size(), std::move(result.structure));
  return traced;
}

std::vector<Tensor> append_call(const ConcreteCore& callee, const std::vector<Tensor>& arguments,
                                std::span<const Ref<TensorRep>> outer_values) {
  Trace& trace = *current_trace;
  FuncGraph& graph = trace.graph();
  const bool is_stateful = callee.graph().is_stateful();
  Node node;
  node.spec = is_stateful ? &op<"StatefulPartitionedCall">() : &op<"PartitionedCall">();
  node.name = graph.unique_name(name_stack().prefixed(node.spec->name));
  node.loc = trace.last_operation();
  node.graphs = {callee.shared_graph()};
  std::vector<DType> input_types;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    require_fits(callee.inputs()[i], arguments[i], i, callee.graph().name());
    node.inputs.push_back(trace.edge_of(trace.input(arguments[i], node.loc)));
  }
  for (const Ref<TensorRep>& value : outer_values) node.inputs.push_back(trace.edge_of(value));
  std::vector<VariableUse> uses;
  for (const VariableCapture& capture : callee.graph().captures()) {
    node.inputs.push_back({graph.capture(capture.variable), 0});
    uses.push_back({capture.variable.get(), callee.graph().writes(capture.variable.get())});
  }
  for (const Edge input : node.inputs) input_types.push_back(graph.output(input).dtype);
  std::vector<DType> output_types;
  for (const TensorSpec& output : callee.outputs()) {
    node.outputs.push_back({output.dtype, output.shape});
    output_types.push_back(output.dtype);
  }
  node.attrs = {
      {"f", FunctionName{callee.graph().name(), {}}}, {"Tin", input_types}, {"Tout", output_types}};
  const int index = graph.append_with_outputs(std::move(node), uses);
  std::vector<Tensor> results;
  for (int i = 0; i < static_cast<int>(output_types.size()); ++i) {
    results.push_back(Tensor(trace.symbol(graph, {index, i}).leak()));
  }
  return results;
}

void require_fits(const TensorSpec& spec, const Tensor& argument, std::size_t index,
                  const std::string& function_name) {
  const std::string name = spec.name.empty() ? "args_" + std::to_string(index) : spec.name;
  if (!argument.has_value()) {
    throw Error(ErrorCode::invalid_argument,
                function_name + ": argument '" + name + "' is a Tensor without a value");
  }
  if (argument.dtype() == spec.dtype && spec.shape.is_compatible_with(argument.shape())) return;
  const TensorSpec given{argument.shape(), argument.dtype(), spec.name};
  throw Error(ErrorCode::invalid_argument, function_name + ": argument '" + name + "' (number " +
                                               std::to_string(index) + ") is " + given.to_string() +
                                               ", but the input signature allows " +
                                               spec.to_string());
}

Ref<TensorRep> lift_initial_value(const Tensor& value, Loc loc) {
  Trace& trace = *current_trace;
  if (!trace.may_create_variables()) {
    throw Error(ErrorCode::failed_precondition,
                "a traced function only supports singleton Variables created on the first call: "
                "the one made at " +
                    describe(loc) +
                    " is created again. Make sure that it is only created once, in a "
                    "std::optional outside, or before the function is called");
  }
  trace.note_variable_made();
  if (value.has_value() && !value.is_symbolic()) return ValueRef::share(value.rep());
  const Edge edge = trace.edge_of(trace.input(value, loc));
  const auto part = std::make_shared<FuncGraph>(trace.graph());
  part->make_only_result(edge);
  const std::vector<char> needed = Plan::needed_nodes(*part, {});
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i] == 0 || part->nodes()[i].spec->name != "Placeholder") continue;
    throw Error(ErrorCode::invalid_argument,
                "the initial value of the Variable made at " + describe(loc) +
                    " depends on an argument of the traced function or a value of its loops");
  }
  Ref<TensorRep> result;
  run_plan(Plan(ordered(part), ArgumentMode::borrowed), {}, {&result, 1});
  return result;
}

}  // namespace opscope::runtime
