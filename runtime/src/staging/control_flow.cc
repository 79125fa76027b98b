// While, If and Case nodes from the scopes of their bodies and branches.
#include <algorithm>

#include "module/name_stack.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "staging/trace.h"

namespace opscope::runtime {
namespace {

std::string names_of(DType dtype) { return std::string(dtype_name(dtype)); }

// Attributes that list the types of inputs or outputs.
std::vector<DType> types_of(std::span<const NodeOutput> values) {
  std::vector<DType> types;
  for (const NodeOutput& value : values) types.push_back(value.dtype);
  return types;
}

std::vector<Shape> shapes_of(std::span<const NodeOutput> values) {
  std::vector<Shape> shapes;
  for (const NodeOutput& value : values) shapes.push_back(value.shape);
  return shapes;
}

// Counts trips in the body, as TensorFlow's loops do: its gradients need the number.
struct TripCounter {
  static void add(FuncGraph& outer, FuncGraph& condition, FuncGraph& body, Node& node, Loc loc) {
    const auto scalar = [](std::int32_t value) { return make_scalar<std::int32_t>(value); };
    const auto add_input = [&](std::string_view name, std::int32_t value) {
      const std::string full = node.name + "/" + std::string(name);
      node.inputs.push_back(
          {outer.append_constant(scalar(value), outer.unique_name(full), loc), 0});
      node.outputs.push_back({DType::int32, Shape()});
      condition.add_argument(condition.append_placeholder(DType::int32, Shape(), name, loc));
      const int argument = body.append_placeholder(DType::int32, Shape(), name, loc);
      body.add_argument(argument);
      return argument;
    };
    const int counter = add_input("loop_counter", 0);
    const int one = body.append_constant(scalar(1), body.unique_name("add_loop_counter/y"), loc);
    Node add;
    add.spec = &get_op("AddV2");
    add.name = body.unique_name("add_loop_counter");
    add.inputs = {{counter, 0}, {one, 0}};
    add.loc = loc;
    body.add_result({body.append(std::move(add)), 0});
    body.add_result({add_input("maximum_iterations", -1), 0});
  }
};

}  // namespace

// A value that a loop or branch hands on: not moved from, not poisoned.
void Trace::require_usable(const ValueRef& value, const ValueRef& init, std::string_view what,
                           Loc where) const {
  if (!value) {
    throw Error(ErrorCode::invalid_argument, "the Tensor set " + describe_origin(init) +
                                                 " is moved from and not set again in the " +
                                                 std::string(what) + " at " + describe(where));
  }
  if (is_poison(value)) {
    throw Error(ErrorCode::invalid_argument,
                poisons_[static_cast<std::size_t>(value->origin().output)]);
  }
}

// A loop variable has one data type, and a shape that holds for every trip.
void Trace::require_invariant(const HandleState& state, const Shape& shape, Loc loop) const {
  const ValueRef& was = state.init;
  const ValueRef& now = state.final_value;
  require_usable(now, was, "loop", loop);
  const auto fail = [&](const std::string& before, const std::string& after,
                        const std::string& advice) {
    throw Error(ErrorCode::invalid_argument,
                "the Tensor set " + describe_origin(was) + " has " + before + ", but " + after +
                    " after one iteration, set " + describe_origin(now) + ", in the loop at " +
                    describe(loop) + advice);
  };
  if (was->dtype() != now->dtype()) {
    fail("dtype " + names_of(was->dtype()) + " before the loop", "dtype " + names_of(now->dtype()),
         "");
  }
  if (shape.relax_with(now->shape()) == shape) return;
  if (state.invariant) {
    fail("the shape invariant " + shape.to_string(), "shape " + now->shape().to_string(), "");
  }
  fail("shape " + shape.to_string() + " before the loop", "shape " + now->shape().to_string(),
       ". Begin the body with shape_invariant(tensor, shape) to let it vary");
}

void Trace::require_same_dtype(std::span<const ValueRef> values, std::string_view what,
                               Loc where) const {
  const ValueRef& first = values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i]->dtype() == first->dtype()) continue;
    const bool is_if = what == "if";
    throw Error(ErrorCode::invalid_argument,
                "a Tensor has dtype " + names_of(first->dtype()) + " in " +
                    (is_if ? "the main branch" : "branch 0") + ", set " + describe_origin(first) +
                    ", but dtype " + names_of(values[i]->dtype()) + " in " +
                    (is_if ? "the else branch" : "branch " + std::to_string(i)) + ", set " +
                    describe_origin(values[i]) + ", of the " + std::string(what) + " at " +
                    describe(where));
  }
}

// Handles that died inside (locals of a body, seen from the rest after break_if) still need their
// input but have no output; their address may be in use again, so they never match.
std::vector<Trace::Slot> Trace::unite(std::span<Scope* const> scopes) {
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    for (HandleState& state : scopes[i]->handles) {
      if (state.is_dead && !state.argument) continue;
      const auto match = std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) {
        return !state.is_dead && slot.handle == state.handle;
      });
      const bool is_known = match != slots.end();
      Slot& slot = is_known ? *match : slots.emplace_back();
      if (!is_known) {
        slot.handle = state.is_dead ? nullptr : state.handle;
        slot.init = state.init;
        slot.states.resize(scopes.size(), nullptr);
      }
      slot.states[i] = &state;
    }
  }
  return slots;
}

int Trace::argument_of(Scope& scope, HandleState* state, const ValueRef& init, const Shape& shape) {
  const ValueRef argument =
      state != nullptr && state->argument ? state->argument : placeholder(scope, init, shape);
  scope.graph->add_argument(argument->origin().node);
  return argument->origin().node;
}

std::vector<VariableUse> Trace::unite_captures(std::span<Scope* const> scopes, Node& node) {
  std::vector<std::shared_ptr<VariableState>> variables;
  for (Scope* scope : scopes) {
    for (const VariableCapture& capture : scope->graph->captures()) {
      if (std::find(variables.begin(), variables.end(), capture.variable) == variables.end()) {
        variables.push_back(capture.variable);
      }
    }
  }
  std::vector<VariableUse> uses;
  for (const auto& variable : variables) {
    bool is_write = false;
    for (Scope* scope : scopes) {
      scope->graph->add_argument(scope->graph->capture(variable));
      is_write |= scope->graph->writes(variable.get());
    }
    node.inputs.push_back({graph().capture(variable), 0});
    uses.push_back({variable.get(), is_write});
  }
  return uses;
}

void Trace::assign_outputs(const std::vector<Output>& outputs, int node) {
  for (const Output& output : outputs) {
    assign(*output.handle,
           output.output < 0 ? output.poison : symbol(graph(), {node, output.output}));
  }
}

void Trace::emit_while(Scope& condition, const ValueRef& predicate, Scope& body) {
  const Loc loc = body.loc;
  const std::array<Scope*, 2> scopes = {&body, &condition};
  Node node;
  node.name = graph().unique_name(name_stack().prefixed("while"));
  node.loc = loc;
  TripCounter::add(graph(), *condition.graph, *body.graph, node, loc);
  std::vector<Output> outputs;
  for (Slot& slot : unite(scopes)) {
    HandleState* state = slot.states[0];
    const bool is_assigned = state != nullptr && state->is_assigned && !state->is_dead;
    if (!slot.init) {  // scratch of the body
      if (!is_assigned) continue;
      outputs.push_back({slot.handle, -1,
                         poison("the Tensor assigned " + describe_origin(state->final_value) +
                                " has no value before the loop at " + describe(loc) +
                                ", which may run zero times; give it one")});
      continue;
    }
    const Shape shape =
        state != nullptr && state->invariant ? *state->invariant : slot.init->shape();
    if (is_assigned) require_invariant(*state, shape, loc);
    argument_of(condition, slot.states[1], slot.init, shape);
    const int argument = argument_of(body, state, slot.init, shape);
    body.graph->add_result(is_assigned ? edge_of(state->final_value) : Edge{argument, 0});
    node.inputs.push_back(edge_of(slot.init));
    if (is_assigned) {
      outputs.push_back({slot.handle, static_cast<int>(node.outputs.size()), nullptr});
    }
    node.outputs.push_back({slot.init->dtype(), shape});
  }
  const std::vector<VariableUse> uses = unite_captures(scopes, node);
  for (const VariableUse& use : uses) {
    (void)use;
    node.outputs.push_back({DType::resource, Shape()});
    const std::size_t index = body.graph->results().size();
    body.graph->add_result({body.graph->arguments()[index], 0});
  }
  condition.graph->add_result(edge_of(predicate));
  const bool is_stateful = condition.graph->is_stateful() || body.graph->is_stateful();
  node.spec = &get_op(is_stateful ? "While" : "StatelessWhile");
  node.attrs = {{"T", types_of(node.outputs)},
                {"cond", FunctionName{condition.graph->name(), {}}},
                {"body", FunctionName{body.graph->name(), {}}},
                {"output_shapes", shapes_of(node.outputs)},
                {"parallel_iterations", 10}};
  node.graphs = {condition.graph, body.graph};
  assign_outputs(outputs, graph().append_with_outputs(std::move(node), uses));
}

// Gives every branch its argument for the handle, and the node an output if a branch assigns it.
void Trace::merge_branches(const Slot& slot, std::span<Scope* const> scopes, std::string_view what,
                           Node& node, std::vector<Output>& outputs) {
  const Loc loc = node.loc;
  std::vector<ValueRef> finals;
  std::vector<Edge> results;
  bool is_assigned_somewhere = false;
  ValueRef some_value;
  bool is_missing = false;
  if (slot.init) node.inputs.push_back(edge_of(slot.init));
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    HandleState* state = slot.states[i];
    const bool is_assigned = state != nullptr && state->is_assigned && !state->is_dead;
    const int argument =
        slot.init ? argument_of(*scopes[i], state, slot.init, slot.init->shape()) : -1;
    is_assigned_somewhere |= is_assigned;
    const ValueRef& value = is_assigned ? state->final_value : slot.init;
    is_missing |= !value || is_poison(value);
    if (value) some_value = value;
    results.push_back(is_assigned && value ? edge_of(value) : Edge{argument, 0});
    finals.push_back(value);
  }
  if (!is_assigned_somewhere) return;
  if (is_missing) {
    outputs.push_back({slot.handle, -1,
                       poison("the Tensor assigned " + describe_origin(some_value) +
                              " has a value in only one branch of the " + std::string(what) +
                              " at " + describe(loc))});
    return;
  }
  require_same_dtype(finals, what, loc);
  Shape shape = finals[0]->shape();
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    shape = shape.relax_with(finals[i]->shape());
    scopes[i]->graph->add_result(results[i]);
  }
  outputs.push_back({slot.handle, static_cast<int>(node.outputs.size()), nullptr});
  node.outputs.push_back({finals[0]->dtype(), shape});
}

void Trace::emit_branches(const ValueRef& index, std::vector<std::unique_ptr<Scope>>& branches,
                          bool is_case, Loc loc) {
  std::vector<Scope*> scopes;
  for (const auto& branch : branches) scopes.push_back(branch.get());
  const std::string_view what = is_case ? "switch_case" : "if";
  Node node;
  node.name = graph().unique_name(name_stack().prefixed(is_case ? "switch_case" : "cond"));
  node.loc = loc;
  node.inputs.push_back(edge_of(index));
  std::vector<Output> outputs;
  for (const Slot& slot : unite(scopes)) merge_branches(slot, scopes, what, node, outputs);
  const std::vector<VariableUse> uses = unite_captures(scopes, node);
  std::vector<NodeOutput> inputs;
  for (const Edge input : node.inputs) inputs.push_back(graph().output(input));
  node.attrs = {{"Tin", types_of(std::span(inputs).subspan(1))},
                {"Tout", types_of(node.outputs)},
                {"output_shapes", shapes_of(node.outputs)}};
  bool is_stateful = false;
  std::vector<FunctionName> names;
  for (Scope* scope : scopes) {
    is_stateful |= scope->graph->is_stateful();
    names.push_back({scope->graph->name(), {}});
    node.graphs.push_back(scope->graph);
  }
  if (is_case) {
    node.attrs.set("branches", names);
  } else {
    node.attrs.set("Tcond", DType::boolean);
    node.attrs.set("then_branch", names[0]);
    node.attrs.set("else_branch", names[1]);
  }
  node.spec = &get_op(is_case ? "Case" : is_stateful ? "If" : "StatelessIf");
  assign_outputs(outputs, graph().append_with_outputs(std::move(node), uses));
}

void Trace::open_rest(const ValueRef& predicate, bool is_break, Loc loc) {
  auto rest = std::make_unique<Scope>(ScopeKind::rest,
                                      "cond_false_" + std::to_string(next_function_number()), loc);
  rest->loop = current_->loop;
  rest->predicate = predicate;
  rest->is_break = is_break;
  rests_.push_back(std::move(rest));
  push(*rests_.back());
}

void Trace::close_rests(const void* loop, Tensor& stop) {
  while (current_->kind == ScopeKind::rest && current_->loop == loop) {
    std::vector<std::unique_ptr<Scope>> branches(2);
    branches[1] = std::move(rests_.back());
    rests_.pop_back();
    Scope& rest = *branches[1];
    pop(rest);
    branches[0] = std::make_unique<Scope>(
        ScopeKind::branch, "cond_true_" + std::to_string(next_function_number()), rest.loc);
    push(*branches[0]);
    if (rest.is_break) stop = Tensor(true, rest.loc);
    pop(*branches[0]);
    emit_branches(rest.predicate, branches, false, rest.loc);
  }
  if (current_->loop != loop) {
    throw Error(ErrorCode::internal, "loops or branches are not properly nested");
  }
}

}  // namespace opscope::runtime
