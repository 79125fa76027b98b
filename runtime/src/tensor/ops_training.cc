// The optimizers' steps on Variables.
#include "module/variable_state.h"
#include "opscope/runtime/ops.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::op;
using runtime::OpCall;

namespace {

// One step: variables first, then scalars and the gradient of the first variable's type.
class Step {
 public:
  Step(const runtime::OpSpec& spec, const Variable& variable, const Operand& gradient)
      : call_(spec, spec.name, gradient.loc()), dtype_(variable.dtype()) {
    add(variable);
  }
  Step& add(const Variable& variable) {
    using runtime::Ref;
    using runtime::TensorRep;
    if (runtime::is_tracing()) {
      runtime::FuncGraph& graph = runtime::current_trace->graph();
      call_.add_resolved(
          runtime::current_trace->symbol(graph, {graph.capture(variable.state()), 0}));
    } else {
      call_.add_resolved(Ref<TensorRep>::share(variable.state()->handle()));
    }
    return *this;
  }
  Step& add(const Operand& value, std::string_view name) {
    call_.add(value, dtype_, name);
    return *this;
  }
  Step& nesterov(bool use) {
    if (use) call_.attr("use_nesterov", true);
    return *this;
  }
  void run() { call_.run_without_result(); }

 private:
  OpCall call_;
  DType dtype_;
};

}  // namespace

void resource_apply_gradient_descent(const Variable& variable, const Operand& learning_rate,
                                     const Operand& gradient) {
  Step(op<"ResourceApplyGradientDescent">(), variable, gradient)
      .add(learning_rate, "alpha")
      .add(gradient, "delta")
      .run();
}

void resource_apply_momentum(const Variable& variable, const Variable& accumulator,
                             const Operand& learning_rate, const Operand& gradient,
                             const Operand& momentum, bool use_nesterov) {
  Step(op<"ResourceApplyMomentum">(), variable, gradient)
      .add(accumulator)
      .add(learning_rate, "lr")
      .add(gradient, "grad")
      .add(momentum, "momentum")
      .nesterov(use_nesterov)
      .run();
}

void resource_apply_keras_momentum(const Variable& variable, const Variable& accumulator,
                                   const Operand& learning_rate, const Operand& gradient,
                                   const Operand& momentum, bool use_nesterov) {
  Step(op<"ResourceApplyKerasMomentum">(), variable, gradient)
      .add(accumulator)
      .add(learning_rate, "lr")
      .add(gradient, "grad")
      .add(momentum, "momentum")
      .nesterov(use_nesterov)
      .run();
}

void resource_apply_adam(const Variable& variable, const Variable& m, const Variable& v,
                         const AdamStep& step, const Operand& gradient, bool use_nesterov) {
  Step(op<"ResourceApplyAdam">(), variable, gradient)
      .add(m)
      .add(v)
      .add(step.beta1_power, "beta1_power")
      .add(step.beta2_power, "beta2_power")
      .add(step.learning_rate, "lr")
      .add(step.beta1, "beta1")
      .add(step.beta2, "beta2")
      .add(step.epsilon, "epsilon")
      .add(gradient, "grad")
      .nesterov(use_nesterov)
      .run();
}

void resource_apply_rms_prop(const Variable& variable, const Variable& mean_square,
                             const Variable& moment, const RmsPropStep& step,
                             const Operand& gradient) {
  Step(op<"ResourceApplyRMSProp">(), variable, gradient)
      .add(mean_square)
      .add(moment)
      .add(step.learning_rate, "lr")
      .add(step.rho, "rho")
      .add(step.momentum, "momentum")
      .add(step.epsilon, "epsilon")
      .add(gradient, "grad")
      .run();
}

void resource_apply_adagrad(const Variable& variable, const Variable& accumulator,
                            const Operand& learning_rate, const Operand& epsilon,
                            const Operand& gradient) {
  Step(op<"ResourceApplyAdagradV2">(), variable, gradient)
      .add(accumulator)
      .add(learning_rate, "lr")
      .add(epsilon, "epsilon")
      .add(gradient, "grad")
      .run();
}

}  // namespace opscope
