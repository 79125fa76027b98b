#include "staging/trace.h"

#include <algorithm>
#include <atomic>
#include <exception>

#include "module/name_stack.h"
#include "opscope/error.h"

namespace opscope::runtime {

HandleState* Scope::find(const Tensor* handle) {
  const auto entry = index.find(handle);
  return entry == index.end() ? nullptr : entry->second;
}

HandleState& Scope::add(const Tensor* handle) {
  handles.emplace_back();
  handles.back().handle = const_cast<Tensor*>(handle);
  index[handle] = &handles.back();
  return handles.back();
}

Trace::Trace() : base_exceptions_(std::uncaught_exceptions()) {
  static std::atomic<std::uint64_t> next_id{1};
  id_ = next_id.fetch_add(1, std::memory_order_relaxed);
}

Trace::~Trace() = default;

void Trace::push(Scope& scope) {
  scope.parent = current_;
  current_ = &scope;
  keep(scope.graph);
  scope.outer_name_scope = name_stack().exchange_prefix("");
}

void Trace::pop(Scope& scope) noexcept {
  for (bool is_done = false; !is_done && current_ != nullptr;) {
    Scope& leaving = *current_;
    is_done = &leaving == &scope;
    for (HandleState& state : leaving.handles) {
      if (!state.is_assigned || state.is_dead) continue;
      state.final_value = ValueRef::share(state.handle->rep());
      state.handle->exchange_rep(ValueRef(state.saved).leak());
    }
    (void)name_stack().exchange_prefix(std::move(leaving.outer_name_scope));
    current_ = leaving.parent;
    if (leaving.kind == ScopeKind::rest && !is_done) rests_.pop_back();
  }
}

ValueRef Trace::symbol(const FuncGraph& graph, Edge edge) const {
  const NodeOutput& output = graph.output(edge);
  return TensorRep::make_symbolic(output.dtype, output.shape,
                                  {const_cast<FuncGraph*>(&graph), edge.node, edge.output, id_});
}

ValueRef Trace::poison(std::string message) {
  poisons_.push_back(std::move(message));
  return TensorRep::make_symbolic(
      DType::invalid, Shape(), {nullptr, -1, static_cast<std::int32_t>(poisons_.size() - 1), id_});
}

Edge Trace::edge_of(const ValueRef& value) const noexcept {
  return {value->origin().node, value->origin().output};
}

bool Trace::is_poison(const ValueRef& value) const noexcept {
  return value && !value->is_dense() && value->origin().trace_id == id_ && value->origin().node < 0;
}

bool Trace::may_create_variables() const noexcept {
  const Scope* scope = current_;
  while (scope != nullptr && scope->kind != ScopeKind::function) scope = scope->parent;
  return scope != nullptr && scope->may_create_variables;
}

void Trace::note_variable_made() noexcept {
  for (Scope* scope = current_; scope != nullptr; scope = scope->parent) {
    scope->made_variables = true;
  }
}

Loc Trace::loc_of(const ValueRef& value) const {
  if (!value || value->is_dense() || value->origin().trace_id != id_ || value->origin().node < 0) {
    return {};
  }
  return static_cast<const FuncGraph*>(value->origin().graph)->node(value->origin().node).loc;
}

std::string Trace::describe_origin(const ValueRef& value) const {
  if (const Loc loc = loc_of(value); loc.is_known()) return "at " + describe(loc);
  if (value && value->is_dense()) return "outside the traced function";
  if (!value || value->origin().trace_id != id_ || value->origin().node < 0) {
    return "at " + describe(Loc{});
  }
  const auto* graph = static_cast<const FuncGraph*>(value->origin().graph);
  const auto known = stands_for_.find({graph, value->origin().node});
  if (known != stands_for_.end()) return describe_origin(known->second);
  const Node& node = graph->node(value->origin().node);
  if (node.spec->name == "Placeholder") {
    return "by the argument '" + node.name + "' of '" + graph->name() + "'";
  }
  if (node.spec->name == "ReadVariableOp") {
    return "by reading the variable '" + graph->node(node.inputs[0].node).name + "'";
  }
  return "by the node '" + node.name + "' (" + std::string(node.spec->name) + ")";
}

void Trace::stick(std::string message) noexcept {
  if (sticky_.empty()) sticky_ = std::move(message);
}

void Trace::check() {
  if (!sticky_.empty()) throw Error(ErrorCode::invalid_argument, sticky_);
}

// True for an eager value, and for one of a graph that is being built right now.
bool Trace::is_open(const ValueRef& value, const Scope* from) const noexcept {
  if (value->is_dense()) return true;
  if (value->origin().trace_id != id_) return false;
  for (; from != nullptr; from = from->parent) {
    if (from->graph.get() == value->origin().graph) return true;
  }
  return false;
}

ValueRef Trace::constant_in(Scope& scope, const ValueRef& value) {
  ValueRef& constant = scope.constants[value.get()];
  if (!constant) {
    scope.kept.push_back(value);
    const int node = scope.graph->append_constant(value, scope.graph->unique_name("Const"), Loc{});
    constant = symbol(*scope.graph, {node, 0});
  }
  return constant;
}

// The value of `handle`, which holds `value`, as seen in `scope`. A value that cannot be seen there
// is given back as it is, for input() to complain about.
ValueRef Trace::resolve(Scope& scope, const Tensor* handle, const ValueRef& value) {
  if (!value || is_poison(value) || !is_open(value, &scope)) return value;
  if (!value->is_dense() && value->origin().graph == scope.graph.get()) return value;
  if (value->is_dense() && scope.kind == ScopeKind::function) return constant_in(scope, value);
  HandleState& state = touch(scope, handle, value);
  if (!state.argument) {
    const HandleState* in_body = scope.body != nullptr ? scope.body->find(handle) : nullptr;
    const bool is_looser = in_body != nullptr && in_body->invariant.has_value();
    state.argument =
        placeholder(scope, state.init, is_looser ? *in_body->invariant : state.init->shape());
  }
  return state.argument;
}

HandleState& Trace::touch(Scope& scope, const Tensor* handle, const ValueRef& value) {
  if (HandleState* known = scope.find(handle)) return *known;
  ValueRef init;
  if (value && scope.kind == ScopeKind::function) {
    // A function's own arguments and captured constants need nothing from outside.
    if (!value->is_dense() && scope.parent != nullptr) {
      init = resolve(*scope.parent, handle, value);
    }
  } else if (value && scope.parent != nullptr) {
    init = resolve(*scope.parent, handle, value);
  }
  HandleState& state = scope.add(handle);
  state.saved = value;
  state.init = std::move(init);
  return state;
}

ValueRef Trace::placeholder(Scope& scope, const ValueRef& like, const Shape& shape) {
  const int node =
      scope.graph->append_placeholder(like->dtype(), shape, "placeholder", loc_of(like));
  stands_for_[{scope.graph.get(), node}] = like;
  return symbol(*scope.graph, {node, 0});
}

void Trace::set_shape_invariant(const Tensor& handle, const Shape& shape, Loc loc) {
  check();
  Scope& scope = *current_;
  const auto fail = [&](const std::string& message) {
    throw Error(ErrorCode::invalid_argument,
                "shape_invariant at " + describe(loc) + ": " + message);
  };
  if (scope.kind != ScopeKind::body) fail("it does not stand at the start of a loop body");
  const HandleState* known = scope.find(&handle);
  if (scope.locals.contains(&handle) ||
      (known != nullptr && (known->argument || known->is_assigned))) {
    fail("the Tensor has been used in the loop body; say it before");
  }
  if (!handle.has_value()) fail("the Tensor has no value before the loop");
  HandleState& state = touch(scope, &handle, ValueRef::share(handle.rep()));
  if (!state.init || is_poison(state.init)) fail("the Tensor has no value before the loop");
  const Shape& before = state.init->shape();
  if (!(shape.relax_with(before) == shape)) {
    fail("the Tensor set " + describe_origin(state.init) + " has shape " + before.to_string() +
         " before the loop, which does not conform with the shape invariant " + shape.to_string());
  }
  state.invariant = shape;
  state.argument = placeholder(scope, state.init, shape);
}

ValueRef Trace::read(const Tensor& handle) {
  return resolve(*current_, &handle, ValueRef::share(handle.rep()));
}

ValueRef Trace::move_out(Tensor& handle) {
  ValueRef value = read(handle);
  if (current_->locals.contains(&handle)) {
    handle.exchange_rep(nullptr);
  } else {
    assign(handle, nullptr);
  }
  return value;
}

void Trace::assign(Tensor& handle, ValueRef value) {
  if (!current_->locals.contains(&handle)) {
    HandleState& state = touch(*current_, &handle, ValueRef::share(handle.rep()));
    if (!state.is_assigned && current_->kind == ScopeKind::condition) {
      stick("the condition of the loop at " + describe(current_->loc) +
            " assigns a Tensor that lives outside it");
    }
    state.is_assigned = true;
  }
  handle.exchange_rep(value.leak());
}

void Trace::destroyed(const Tensor* handle) noexcept {
  for (Scope* scope = current_; scope != nullptr; scope = scope->parent) {
    if (scope->locals.erase(handle) != 0) return;
    HandleState* state = scope->find(handle);
    if (state == nullptr) continue;
    state->is_dead = true;
    scope->index.erase(handle);
    if (scope->kind == ScopeKind::rest || scope->kind == ScopeKind::function) continue;
    if (std::uncaught_exceptions() == base_exceptions_) {
      stick("a Tensor that lived before the loop or branch at " + describe(scope->loc) +
            " was used and then destroyed inside it (a vector that grew, an optional that was "
            "reset?)");
    }
  }
}

ValueRef Trace::input(const Tensor& handle, Loc loc) {
  check();
  ValueRef value = resolve(*current_, &handle, ValueRef::share(handle.rep()));
  if (!value) {
    throw Error(ErrorCode::failed_precondition,
                "a Tensor without a value is read at " + describe(loc));
  }
  if (is_poison(value)) {
    throw Error(
        ErrorCode::invalid_argument,
        poisons_[static_cast<std::size_t>(value->origin().output)] + "; read at " + describe(loc));
  }
  if (value->is_dense() || value->origin().trace_id != id_) {
    throw Error(
        ErrorCode::failed_precondition,
        "a symbolic Tensor is used outside its trace (or on another thread) at " + describe(loc));
  }
  if (value->origin().graph != current_->graph.get()) {
    throw Error(ErrorCode::invalid_argument,
                "the Tensor made " + describe_origin(value) +
                    " belongs to a loop body, branch or function that has ended; assign it to a "
                    "Tensor that lived before; used at " +
                    describe(loc));
  }
  return value;
}

void on_construct(const Tensor* handle) noexcept { current_trace->constructed(handle); }
void on_destroy(const Tensor* handle) noexcept { current_trace->destroyed(handle); }
TensorRep* on_read(const Tensor& handle) noexcept { return current_trace->read(handle).leak(); }
TensorRep* on_move(Tensor& handle) noexcept { return current_trace->move_out(handle).leak(); }
void on_assign(Tensor& handle, TensorRep* value) noexcept {
  current_trace->assign(handle, ValueRef::adopt(value));
}

}  // namespace opscope::runtime
