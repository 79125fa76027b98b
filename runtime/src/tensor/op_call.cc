#include "tensor/op_call.h"

#include <numeric>

#include "gradients/tape.h"
#include "module/name_stack.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "opscope/profiler/profiler.h"
#include "opscope/runtime/variable.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"

namespace opscope::runtime {
namespace {

const Attrs kNoAttrs;

// The values of an eager operand without a share of them; literals and variables go to `owner`.
const TensorRep* borrow_eager(const Operand& operand, DType dtype, Ref<TensorRep>& owner) {
  if (const Tensor* tensor = operand.tensor()) {
    const TensorRep* rep = tensor->rep();
    if (rep != nullptr && rep->is_dense()) [[likely]] {
      return rep;
    }
  }
  owner = Ref<TensorRep>::adopt(operand.is_literal() ? operand.literal(dtype) : operand.resolve());
  return owner.get();
}

// The data type both operands of a binary operation have: that of the one which is no literal.
DType common_dtype(const Operand& a, const Operand& b) {
  return a.is_literal() && !b.is_literal() ? b.dtype() : a.dtype();
}

// Tapes tell values by address: an output that is its input gets an address of its own.
void give_own_identity(std::span<const TensorRep* const> inputs,
                       std::span<Ref<TensorRep>> outputs) {
  for (Ref<TensorRep>& output : outputs) {
    for (const TensorRep* input : inputs) {
      if (output.get() == input) output = TensorRep::make_view(*output, output->shape());
    }
  }
}

}  // namespace

const OpSpec& require_op(const char* name) { return get_op(name); }

Error with_place(const Error& error, Loc loc) {
  if (!loc.is_known()) return error;
  return Error(error.code(), std::string(error.what()) + " at " + describe(loc));
}

void throw_pending_exit() {
  EagerState& state = eager_state;
  const Loc loc = state.pending_exit;
  const char* word = state.pending_is_break ? "break" : "continue";
  state.pending_exit = {};
  throw Error(ErrorCode::invalid_argument,
              std::string("only `") + word + "` may follow " + word + "_if, at " + describe(loc));
}

void run_eager(const OpSpec& spec, std::span<const TensorRep* const> inputs, const Attrs& attrs,
               std::span<Ref<TensorRep>> outputs, Loc loc) {
  const EagerState& state = eager_state;
  if (state.pending_exit.is_known()) [[unlikely]]
    throw_pending_exit();
  const bool is_profiled = profiler::is_recording();
  const std::uint64_t start = is_profiled ? profiler::now_ticks() : 0;
  try {
    run_op_eager(spec, inputs, attrs, outputs);
  } catch (const Error& error) {
    throw with_place(error, loc);
  }
  if (is_profiled) [[unlikely]] {
    const std::string name(spec.name);
    profiler::record_op(profiler::intern(name + ":" + name), start, profiler::now_ticks());
  }
  if (state.tape != nullptr) [[unlikely]] {
    give_own_identity(inputs, outputs);
    state.tape->record(spec, inputs, attrs, outputs);
  }
}

OpCall::OpCall(const OpSpec& spec, std::string_view name, Loc loc) : spec_(spec), loc_(loc) {
  if (!is_tracing()) return;
  current_trace->check();
  if (name.ends_with('/')) {
    node_name_ = name.substr(0, name.size() - 1);
    return;
  }
  node_name_ = current_trace->graph().unique_name(name_stack().prefixed(name));
}

OpCall& OpCall::add(const Operand& operand, DType dtype, std::string_view literal_name) {
  if (operand.is_literal()) {
    return add_constant(Ref<TensorRep>::adopt(operand.literal(dtype)), literal_name);
  }
  inputs_.push_back(Ref<TensorRep>::adopt(operand.resolve()));
  return *this;
}

OpCall& OpCall::add(const Tensor& tensor) {
  inputs_.push_back(is_tracing() ? current_trace->input(tensor, loc_) : eager_value(tensor, loc_));
  return *this;
}

OpCall& OpCall::add_constant(Ref<TensorRep> value, std::string_view name) {
  if (is_tracing()) {
    FuncGraph& graph = current_trace->graph();
    const int node = graph.append_constant(
        std::move(value), graph.unique_name(node_name_ + "/" + std::string(name)), loc_);
    value = current_trace->symbol(graph, {node, 0});
  }
  inputs_.push_back(std::move(value));
  return *this;
}

OpCall& OpCall::add_all_axes() {
  const int rank = inputs_[0]->shape().rank();
  if (rank >= 0) {
    std::vector<std::int64_t> axes(static_cast<std::size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
    return add_constant(int32_vector(axes), "reduction_indices");
  }
  FuncGraph& graph = current_trace->graph();
  const auto append = [&](const OpSpec& spec, const char* name, std::vector<Edge> inputs) {
    Node node;
    node.spec = &spec;
    node.name = graph.unique_name(node_name_ + "/" + name);
    node.inputs = std::move(inputs);
    node.loc = loc_;
    return Edge{graph.append(std::move(node)), 0};
  };
  const auto scalar = [&](std::int64_t value, const char* name) {
    return Edge{graph.append_constant(int32_scalar(value),
                                      graph.unique_name(node_name_ + "/" + name), loc_),
                0};
  };
  const Edge rank_edge = append(op<"Rank">(), "Rank", {current_trace->edge_of(inputs_[0])});
  const Edge axes = append(op<"Range">(), "range",
                           {scalar(0, "range/start"), rank_edge, scalar(1, "range/delta")});
  return add_resolved(current_trace->symbol(graph, axes));
}

OpCall& OpCall::attr(std::string_view name, AttrValue value) {
  attrs_.set(name, std::move(value));
  return *this;
}

std::vector<Ref<TensorRep>> OpCall::execute() {
  std::vector<Ref<TensorRep>> outputs;
  if (!is_tracing()) {
    std::vector<const TensorRep*> reps;
    std::vector<DType> dtypes;
    for (const Ref<TensorRep>& input : inputs_) {
      reps.push_back(input.get());
      dtypes.push_back(input->dtype());
    }
    outputs.resize(count_outputs(spec_, dtypes, attrs_));
    run_eager(spec_, reps, attrs_, outputs, loc_);
    return outputs;
  }
  Trace& trace = *current_trace;
  trace.note_operation(loc_);
  Node node;
  node.spec = &spec_;
  node.name = node_name_;
  node.attrs = std::move(attrs_);
  node.loc = loc_;
  for (const Ref<TensorRep>& input : inputs_) node.inputs.push_back(trace.edge_of(input));
  try {
    const int index = trace.graph().append(std::move(node));
    const int count = static_cast<int>(trace.graph().node(index).outputs.size());
    for (int i = 0; i < count; ++i) outputs.push_back(trace.symbol(trace.graph(), {index, i}));
  } catch (const Error& error) {
    throw with_place(error, loc_);
  }
  return outputs;
}

Tensor OpCall::run() { return Tensor(execute().at(0).leak()); }

std::vector<Tensor> OpCall::run_all() {
  std::vector<Tensor> results;
  for (Ref<TensorRep>& output : execute()) results.push_back(Tensor(output.leak()));
  return results;
}

void OpCall::run_without_result() { execute(); }

Tensor unary(const OpSpec& spec, std::string_view name, const Operand& x) {
  if (!is_tracing()) {
    Ref<TensorRep> owner;
    const std::array<const TensorRep*, 1> inputs = {borrow_eager(x, x.dtype(), owner)};
    Ref<TensorRep> output;
    run_eager(spec, inputs, kNoAttrs, {&output, 1}, x.loc());
    return Tensor(output.leak());
  }
  return OpCall(spec, name, x.loc()).add(x).run();
}

Tensor binary(const OpSpec& spec, std::string_view name, const Operand& a, const Operand& b) {
  if (!is_tracing()) {
    std::array<Ref<TensorRep>, 2> owners;
    const bool has_literal = a.is_literal() || b.is_literal();
    const DType dtype = has_literal ? common_dtype(a, b) : DType::invalid;
    const std::array<const TensorRep*, 2> inputs = {borrow_eager(a, dtype, owners[0]),
                                                    borrow_eager(b, dtype, owners[1])};
    Ref<TensorRep> output;
    run_eager(spec, inputs, kNoAttrs, {&output, 1}, b.loc());
    return Tensor(output.leak());
  }
  const DType dtype = common_dtype(a, b);
  return OpCall(spec, name, b.loc()).add(a, dtype, "x").add(b, dtype, "y").run();
}

Ref<TensorRep> eager_value(const Tensor& tensor, Loc loc) {
  TensorRep* rep = tensor.rep();
  if (rep == nullptr) {
    throw Error(ErrorCode::failed_precondition,
                "a Tensor without a value is read at " + describe(loc));
  }
  if (!rep->is_dense()) {
    throw Error(
        ErrorCode::failed_precondition,
        "a symbolic Tensor is used outside its trace (or on another thread) at " + describe(loc));
  }
  return Ref<TensorRep>::share(rep);
}

Tensor tensor_of(const Operand& x) {
  if (const Tensor* tensor = x.tensor()) return *tensor;
  return Tensor(x.is_literal() ? x.literal(x.dtype()) : x.resolve());
}

Tensor scalar_of(const Operand& literal, DType dtype, std::string_view name) {
  auto rep = Ref<TensorRep>::adopt(literal.literal(dtype));
  return Tensor(value_here(std::move(rep), literal.loc(), name).leak());
}

void refuse(const std::string& message, Loc loc) {
  throw Error(ErrorCode::invalid_argument, message + ", at " + describe(loc));
}

Ref<TensorRep> int32_vector(std::span<const std::int64_t> values) {
  std::vector<std::int32_t> narrow;
  for (const std::int64_t value : values) narrow.push_back(static_cast<std::int32_t>(value));
  return make_vector<std::int32_t>(narrow);
}

Ref<TensorRep> int32_scalar(std::int64_t value) {
  return make_scalar(static_cast<std::int32_t>(value));
}

Tensor read_eager(const Variable& variable) {
  Ref<TensorRep> value = variable.state()->resource().read();
  if (TapeState* tape = eager_state.tape) {
    value = tape->record_read(*variable.state(), std::move(value));
  }
  return Tensor(value.leak());
}

void update_variable(std::string_view op_name, const Variable& variable, const Operand& value) {
  const OpSpec& spec = get_op(op_name);
  const VariableState& state = *variable.state();
  Ref<TensorRep> resource = Ref<TensorRep>::share(state.handle());
  if (is_tracing()) {
    FuncGraph& graph = current_trace->graph();
    resource = current_trace->symbol(graph, {graph.capture(variable.state()), 0});
  }
  OpCall call(spec, op_name, value.loc());
  call.attr("dtype", state.dtype()).add_resolved(std::move(resource));
  call.add(value, state.dtype(), "value").run_without_result();
}

}  // namespace opscope::runtime
