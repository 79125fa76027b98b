#include "opscope/keras/adaptive_optimizers.h"

#include "keras/eager_scope.h"
#include "keras/optimizer_config.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {
namespace {

// average += (value - average) * (1 - beta)
void move_towards(const Variable& average, const Tensor& value, float beta) {
  average.assign_add((value - average) * (1 - beta));
}

Variable scalar_variable(float value, const std::string& name) {
  const EagerScope eager;
  return Variable(value, {.name = name, .trainable = false});
}

}  // namespace

AdamW::AdamW(const AdamWOptions& options)
    : Optimizer("AdamW", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> AdamW::config() const {
  return optimizer_config(name(), options_.learning_rate,
                          {{"beta_1", json_number(options_.beta_1)},
                           {"beta_2", json_number(options_.beta_2)},
                           {"epsilon", json_number(options_.epsilon)},
                           {"amsgrad", "false"}},
                          json_number(options_.weight_decay));
}

void AdamW::create_slots(const Variable& variable) const {
  add_slot(variable, "momentum");
  add_slot(variable, "velocity");
}

void AdamW::update(const Variable& variable, const Tensor& gradient,
                   const std::vector<Variable>& slots, const Step& step) const {
  variable.assign_sub(variable * options_.weight_decay * step.learning_rate);
  const Tensor beta_1 = options_.beta_1;
  const Tensor beta_2 = options_.beta_2;
  const Tensor epsilon = options_.epsilon;
  const Tensor power_1 = pow(beta_1, step.step);
  const Tensor power_2 = pow(beta_2, step.step);
  resource_apply_adam(variable, slots[0], slots[1],
                      {Operand(power_1), Operand(power_2), Operand(step.learning_rate),
                       Operand(beta_1), Operand(beta_2), Operand(epsilon)},
                      gradient);
}

Nadam::Nadam(const NadamOptions& options)
    : Optimizer("Nadam", options.learning_rate, options.name),
      options_(options),
      product_(scalar_variable(1, options.name + "/u_product")) {}

std::vector<std::pair<std::string, std::string>> Nadam::config() const {
  return optimizer_config(name(), options_.learning_rate,
                          {{"beta_1", json_number(options_.beta_1)},
                           {"beta_2", json_number(options_.beta_2)},
                           {"epsilon", json_number(options_.epsilon)}});
}

void Nadam::create_slots(const Variable& variable) const {
  add_slot(variable, "momentum");
  add_slot(variable, "velocity");
}

namespace {

Tensor nesterov_weight(float beta_1, const Tensor& step) {
  return (1.f - 0.5f * pow(Tensor(0.96f), step)) * beta_1;
}

}  // namespace

void Nadam::begin_step(const Step& step) const {
  product_.assign(product_ * nesterov_weight(options_.beta_1, step.step));
}

void Nadam::update(const Variable& variable, const Tensor& gradient,
                   const std::vector<Variable>& slots, const Step& step) const {
  const Tensor now = nesterov_weight(options_.beta_1, step.step);
  const Tensor next = nesterov_weight(options_.beta_1, step.step + 1.f);
  const Tensor product = product_.read();
  move_towards(slots[0], gradient, options_.beta_1);
  move_towards(slots[1], square(gradient), options_.beta_2);
  const Tensor momentum =
      next * slots[0] / (1.f - product * next) + (1.f - now) * gradient / (1.f - product);
  const Tensor velocity = slots[1] / (1.f - pow(Tensor(options_.beta_2), step.step));
  variable.assign_sub(momentum * step.learning_rate / (sqrt(velocity) + options_.epsilon));
}

Adamax::Adamax(const AdamaxOptions& options)
    : Optimizer("Adamax", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> Adamax::config() const {
  return optimizer_config(name(), options_.learning_rate,
                          {{"beta_1", json_number(options_.beta_1)},
                           {"beta_2", json_number(options_.beta_2)},
                           {"epsilon", json_number(options_.epsilon)}});
}

void Adamax::create_slots(const Variable& variable) const {
  add_slot(variable, "momentum");
  add_slot(variable, "norm");
}

void Adamax::update(const Variable& variable, const Tensor& gradient,
                    const std::vector<Variable>& slots, const Step& step) const {
  move_towards(slots[0], gradient, options_.beta_1);
  slots[1].assign(maximum(slots[1] * options_.beta_2, abs(gradient)));
  const Tensor correction = 1.f - pow(Tensor(options_.beta_1), step.step);
  variable.assign_sub(step.learning_rate * slots[0] / (correction * (slots[1] + options_.epsilon)));
}

Adagrad::Adagrad(const AdagradOptions& options)
    : Optimizer("Adagrad", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> Adagrad::config() const {
  return optimizer_config(
      name(), options_.learning_rate,
      {{"initial_accumulator_value", json_number(options_.initial_accumulator_value)},
       {"epsilon", json_number(options_.epsilon)}});
}

void Adagrad::create_slots(const Variable& variable) const {
  add_slot(variable, "accumulator", options_.initial_accumulator_value);
}

void Adagrad::update(const Variable& variable, const Tensor& gradient,
                     const std::vector<Variable>& slots, const Step& step) const {
  slots[0].assign_add(square(gradient));
  variable.assign_sub(step.learning_rate * gradient / sqrt(slots[0] + options_.epsilon));
}

Adadelta::Adadelta(const AdadeltaOptions& options)
    : Optimizer("Adadelta", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> Adadelta::config() const {
  return optimizer_config(
      name(), options_.learning_rate,
      {{"rho", json_number(options_.rho)}, {"epsilon", json_number(options_.epsilon)}});
}

void Adadelta::create_slots(const Variable& variable) const {
  add_slot(variable, "accumulated_grad");
  add_slot(variable, "accumulated_delta_var");
}

void Adadelta::update(const Variable& variable, const Tensor& gradient,
                      const std::vector<Variable>& slots, const Step& step) const {
  const float rho = options_.rho;
  slots[0].assign(slots[0] * rho + square(gradient) * (1 - rho));
  const Tensor change =
      -(sqrt(slots[1] + options_.epsilon) * gradient / sqrt(slots[0] + options_.epsilon));
  slots[1].assign(slots[1] * rho + square(change) * (1 - rho));
  variable.assign_add(step.learning_rate * change);
}

Ftrl::Ftrl(const FtrlOptions& options)
    : Optimizer("Ftrl", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> Ftrl::config() const {
  return optimizer_config(
      name(), options_.learning_rate,
      {{"learning_rate_power", json_number(options_.learning_rate_power)},
       {"initial_accumulator_value", json_number(options_.initial_accumulator_value)},
       {"l1_regularization_strength", json_number(options_.l1_regularization_strength)},
       {"l2_regularization_strength", json_number(options_.l2_regularization_strength)},
       {"l2_shrinkage_regularization_strength",
        json_number(options_.l2_shrinkage_regularization_strength)},
       {"beta", json_number(options_.beta)}});
}

void Ftrl::create_slots(const Variable& variable) const {
  add_slot(variable, "accumulator", options_.initial_accumulator_value);
  add_slot(variable, "linear");
}

void Ftrl::update(const Variable& variable, const Tensor& gradient,
                  const std::vector<Variable>& slots, const Step& step) const {
  const Variable& accumulator = slots[0];
  const Variable& linear = slots[1];
  const Tensor& rate = step.learning_rate;
  const float power = -options_.learning_rate_power;
  const float l1 = options_.l1_regularization_strength;
  const Tensor l2 = options_.beta / (2.f * rate) + options_.l2_regularization_strength;
  const Tensor sum = accumulator + square(gradient);
  const Tensor root = pow(sum, power);
  const Tensor slope = gradient + (2 * options_.l2_shrinkage_regularization_strength) * variable;
  linear.assign_add(slope - (root - pow(accumulator, power)) / rate * variable);
  const Tensor reached = linear.read();
  variable.assign((clip_by_value(reached, -l1, l1) - reached) / (root / rate + 2.f * l2));
  accumulator.assign(sum);
}

}  // namespace opscope::keras
