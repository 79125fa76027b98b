// The steps of optimizers on Variables, one op each, under the names of tf.raw_ops. Reached through
// ops.h. Inside a traced function they are nodes in program order.
//
// All variables of a step, and the gradient, have one floating-point data type and one shape, and
// the variables are distinct; else invalid_argument. Hyper-parameters are scalars, literals taking
// the variable's data type. Each variable is changed under its own lock.
#pragma once

#include "opscope/runtime/operand.h"
#include "opscope/runtime/variable.h"

namespace opscope {

// variable -= learning_rate * gradient.
void resource_apply_gradient_descent(const Variable& variable, const Operand& learning_rate,
                                     const Operand& gradient);
// accumulator = momentum * accumulator + gradient; variable -= learning_rate * accumulator.
// Nesterov: variable -= learning_rate * (gradient + momentum * accumulator).
void resource_apply_momentum(const Variable& variable, const Variable& accumulator,
                             const Operand& learning_rate, const Operand& gradient,
                             const Operand& momentum, bool use_nesterov = false);
// accumulator = momentum * accumulator - learning_rate * gradient; variable += accumulator.
// Nesterov: variable += momentum * accumulator - learning_rate * gradient.
void resource_apply_keras_momentum(const Variable& variable, const Variable& accumulator,
                                   const Operand& learning_rate, const Operand& gradient,
                                   const Operand& momentum, bool use_nesterov = false);

struct AdamStep {
  const Operand& beta1_power;  // beta1 to the power of the step's number, from 1
  const Operand& beta2_power;
  const Operand& learning_rate;
  const Operand& beta1;
  const Operand& beta2;
  const Operand& epsilon;
};
// Moves m and v toward the gradient and its square, then
// variable -= learning_rate * sqrt(1 - beta2_power) / (1 - beta1_power) * m / (sqrt(v) + epsilon).
void resource_apply_adam(const Variable& variable, const Variable& m, const Variable& v,
                         const AdamStep& step, const Operand& gradient, bool use_nesterov = false);

struct RmsPropStep {
  const Operand& learning_rate;
  const Operand& rho;
  const Operand& momentum;
  const Operand& epsilon;
};
// mean_square moves toward gradient^2 by 1 - rho;
// moment = momentum * moment + learning_rate * gradient / sqrt(mean_square + epsilon);
// variable -= moment.
void resource_apply_rms_prop(const Variable& variable, const Variable& mean_square,
                             const Variable& moment, const RmsPropStep& step,
                             const Operand& gradient);
// accumulator += gradient^2; variable -= learning_rate * gradient / (sqrt(accumulator) + epsilon).
void resource_apply_adagrad(const Variable& variable, const Variable& accumulator,
                            const Operand& learning_rate, const Operand& epsilon,
                            const Operand& gradient);

}  // namespace opscope
