// Staged branches: if_(), cond() and switch_case().
#include "opscope/error.h"
#include "opscope/runtime/staging.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope::runtime {

struct Branches::Impl {
  ValueRef index;
  bool is_case = false;
  Loc loc;
  std::vector<std::unique_ptr<Scope>> scopes;
};

namespace {

ValueRef as_scalar(ValueRef value, DType wanted, const char* what, Loc loc) {
  const Shape& shape = value->shape();
  if (value->dtype() == wanted && shape == Shape()) return value;
  if (value->dtype() != wanted || !shape.is_compatible_with(Shape())) {
    throw Error(ErrorCode::invalid_argument,
                std::string(what) + " at " + describe(loc) + " is not " +
                    (wanted == DType::boolean ? "a bool" : "an int32") + " scalar but " +
                    std::string(dtype_name(value->dtype())) + " of shape " + shape.to_string());
  }
  const Tensor scalar = OpCall(op<"Reshape">(), "Reshape", loc)
                            .add_resolved(std::move(value))
                            .add_constant(int32_vector({}), "shape")
                            .run();
  return ValueRef::share(scalar.rep());
}

ValueRef value_of(const Operand& operand) {
  return operand.is_literal()
             ? value_here(ValueRef::adopt(operand.literal(operand.dtype())), operand.loc())
             : ValueRef::adopt(operand.resolve());
}

}  // namespace

ValueRef as_condition(ValueRef value, Loc loc) {
  return as_scalar(std::move(value), DType::boolean, "the condition", loc);
}

ValueRef as_case_index(ValueRef value, Loc loc) {
  return as_scalar(std::move(value), DType::int32, "the index of switch_case", loc);
}

Branches::Branches(const Operand& index, bool is_case) : impl_(std::make_unique<Impl>()) {
  current_trace->check();
  impl_->is_case = is_case;
  impl_->loc = index.loc();
  impl_->index = is_case ? as_case_index(value_of(index), impl_->loc)
                         : as_condition(value_of(index), impl_->loc);
}

Branches::~Branches() = default;

void Branches::trace(const std::function<void()>& branch) {
  const std::size_t position = impl_->scopes.size();
  std::string name = position == 0 ? "cond_true_" : "cond_false_";
  if (impl_->is_case) name = "switch_case_branch" + std::to_string(position) + "_";
  auto scope = std::make_unique<Scope>(ScopeKind::branch,
                                       name + std::to_string(next_function_number()), impl_->loc);
  Trace& trace = *current_trace;
  trace.push(*scope);
  try {
    branch();
    trace.check();
  } catch (...) {
    trace.pop(*scope);
    throw;
  }
  trace.pop(*scope);
  impl_->scopes.push_back(std::move(scope));
}

void Branches::emit() {
  current_trace->emit_branches(impl_->index, impl_->scopes, impl_->is_case, impl_->loc);
}

bool truth(const Operand& condition) {
  if (eager_state.pending_exit.is_known()) throw_pending_exit();
  return *as_condition(value_of(condition), condition.loc())->data<bool>();
}

std::size_t case_index(const Operand& index, std::size_t count) {
  const std::int32_t value = *as_case_index(value_of(index), index.loc())->data<std::int32_t>();
  const bool is_inside = value >= 0 && value < static_cast<std::int64_t>(count);
  return is_inside ? static_cast<std::size_t>(value) : count - 1;
}

}  // namespace opscope::runtime
