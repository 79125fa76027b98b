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

// The value as a scalar: one whose shape only the run will know is checked there.
ValueRef as_scalar(ValueRef value, bool is_case, Loc loc) {
  const DType wanted = is_case ? DType::int32 : DType::boolean;
  if (value->dtype() == wanted && value->shape() == Shape()) return value;
  if (value->dtype() == wanted && value->shape().is_compatible_with(Shape())) {
    const Tensor scalar = OpCall(op<"Reshape">(), "Reshape", loc)
                              .add_resolved(std::move(value))
                              .add_constant(int32_vector({}), "shape")
                              .run();
    return ValueRef::share(scalar.rep());
  }
  throw Error(ErrorCode::invalid_argument,
              std::string(is_case ? "the index of switch_case" : "the condition") + " at " +
                  describe(loc) + " is not " + (is_case ? "an int32" : "a bool") + " scalar but " +
                  std::string(dtype_name(value->dtype())) + " of shape " +
                  value->shape().to_string());
}

}  // namespace

Branches::Branches(const Operand& index, bool is_case) : impl_(std::make_unique<Impl>()) {
  current_trace->check();
  impl_->index = index.is_literal()
                     ? value_here(ValueRef::adopt(index.literal(index.dtype())), index.loc())
                     : ValueRef::adopt(index.resolve());
  impl_->is_case = is_case;
  impl_->loc = index.loc();
  impl_->index = as_scalar(std::move(impl_->index), is_case, index.loc());
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
  if (condition.tensor() != nullptr) return static_cast<bool>(*condition.tensor());
  return static_cast<bool>(identity(condition));
}

std::size_t case_index(const Operand& index, std::size_t count) {
  const auto value = identity(index).item<std::int64_t>();
  const bool is_inside = value >= 0 && value < static_cast<std::int64_t>(count);
  return is_inside ? static_cast<std::size_t>(value) : count - 1;
}

}  // namespace opscope::runtime
