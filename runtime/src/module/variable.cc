#include "opscope/runtime/variable.h"

#include <ostream>

#include "core/format.h"
#include "graph/function_trace.h"
#include "module/name_stack.h"
#include "module/variable_state.h"
#include "ops/op_registry.h"
#include "opscope/error.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope {
namespace runtime {

VariableState::VariableState(std::string name, bool trainable, Ref<TensorRep> initial_value)
    : full_name_(name + ":0"),
      trainable_(trainable),
      resource_(Ref<VariableResource>::adopt(
          new VariableResource(std::move(name), initial_value->dtype(), initial_value->shape()))),
      handle_(make_handle(DType::resource, resource_)) {
  resource_->assign(std::move(initial_value));
}

namespace {

Ref<TensorRep> read_traced(const std::shared_ptr<VariableState>& state, Loc loc) {
  Trace& trace = *current_trace;
  trace.check();
  trace.note_operation(loc);
  FuncGraph& graph = trace.graph();
  Node node;
  node.spec = &get_op("ReadVariableOp");
  node.name = graph.unique_name(name_stack().prefixed("ReadVariableOp"));
  node.inputs = {{graph.capture(state), 0}};
  node.attrs = {{"dtype", state->dtype()}};
  node.outputs = {{state->dtype(), state->shape()}};
  node.loc = loc;
  const VariableUse use{state.get(), false};
  const int index = graph.append_with_outputs(std::move(node), {&use, 1});
  return trace.symbol(graph, {index, 0});
}

// TensorFlow's complaint, with the variable and the line, before any node is made.
void require_assignable(const Variable& variable, const Operand& value) {
  if (value.is_literal()) return;  // takes the variable's data type, or cannot
  const auto given = ValueRef::adopt(value.resolve());
  const auto fail = [&](const std::string& what, const std::string& wanted,
                        const std::string& got) {
    throw Error(ErrorCode::invalid_argument, "Cannot assign value to variable '" + variable.name() +
                                                 "': the variable has " + what + " " + wanted +
                                                 ", and the assigned value has " + what + " " +
                                                 got + " at " + describe(value.loc()));
  };
  if (given->dtype() != variable.dtype()) {
    fail("dtype", std::string(dtype_name(variable.dtype())),
         std::string(dtype_name(given->dtype())));
  }
  if (!variable.shape().is_compatible_with(given->shape())) {
    fail("shape", variable.shape().to_string(), given->shape().to_string());
  }
}

void update(const char* op_name, const Variable& variable, const Operand& value) {
  require_assignable(variable, value);
  update_variable(op_name, variable, value);
}

}  // namespace
}  // namespace runtime

Variable::Variable(const Tensor& initial_value, const VariableOptions& options, Loc loc) {
  runtime::Ref<runtime::TensorRep> value = runtime::is_tracing()
                                               ? runtime::lift_initial_value(initial_value, loc)
                                               : runtime::eager_value(initial_value, loc);
  state_ = std::make_shared<runtime::VariableState>(runtime::name_stack().prefixed(options.name),
                                                    options.trainable, std::move(value));
}

Tensor Variable::read(Loc loc) const {
  if (runtime::is_tracing()) return Tensor(runtime::read_traced(state_, loc).leak());
  return runtime::read_eager(*this);
}

const std::string& Variable::name() const noexcept { return state_->full_name(); }
bool Variable::trainable() const noexcept { return state_->trainable(); }
DType Variable::dtype() const noexcept { return state_->dtype(); }
const Shape& Variable::shape() const noexcept { return state_->shape(); }

const Variable& Variable::assign(const Operand& value) const {
  runtime::update("AssignVariableOp", *this, value);
  return *this;
}
const Variable& Variable::assign_add(const Operand& delta) const {
  runtime::update("AssignAddVariableOp", *this, delta);
  return *this;
}
const Variable& Variable::assign_sub(const Operand& delta) const {
  runtime::update("AssignSubVariableOp", *this, delta);
  return *this;
}

std::string repr(const Variable& variable) {
  const runtime::Ref<runtime::TensorRep> value = variable.state()->resource().read();
  std::string text = runtime::format_tensor_repr(*value);
  const std::string tail = text.substr(text.find(", numpy="));
  return "<tf.Variable '" + variable.name() + "' shape=" + variable.shape().to_string() +
         " dtype=" + std::string(dtype_name(variable.dtype())) + tail;
}

std::ostream& operator<<(std::ostream& out, const Variable& variable) {
  return out << repr(variable);
}

}  // namespace opscope
