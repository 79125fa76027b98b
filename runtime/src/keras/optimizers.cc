#include "opscope/keras/optimizers.h"

#include <cmath>
#include <map>
#include <numbers>
#include <optional>

#include "keras/eager_scope.h"
#include "keras/json.h"
#include "keras/optimizer_config.h"
#include "module/variable_state.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::keras {

struct Optimizer::State {
  State(std::string optimizer_class, LearningRate learning_rate, std::string optimizer_name)
      : class_name(std::move(optimizer_class)),
        name(std::move(optimizer_name)),
        rate(std::move(learning_rate)),
        iteration(Tensor(std::int64_t{0}), {.name = name + "/iteration", .trainable = false}),
        learning_rate_variable(static_cast<float>(rate.value()),
                               {.name = name + "/learning_rate", .trainable = false}) {}

  std::string class_name;
  std::string name;
  LearningRate rate;
  Variable iteration;
  Variable learning_rate_variable;
  std::vector<Variable> slots;  // in the order they were made
  std::map<const runtime::VariableState*, std::vector<Variable>> slots_of;
  std::vector<Variable> kept;  // the variables that slots_of tells apart by address
};

Optimizer::Optimizer(std::string class_name, LearningRate rate, std::string_view name) {
  const EagerScope eager;
  state_ = std::make_shared<State>(std::move(class_name), std::move(rate), std::string(name));
}

const std::string& Optimizer::name() const noexcept { return state_->name; }
const std::string& Optimizer::class_name() const noexcept { return state_->class_name; }

std::int64_t Optimizer::iterations() const {
  const EagerScope eager;
  return state_->iteration.read().item<std::int64_t>();
}

double Optimizer::learning_rate() const {
  const EagerScope eager;
  if (state_->rate.schedule()) return state_->rate.schedule()(state_->iteration.read()).item();
  return state_->learning_rate_variable.read().item();
}

void Optimizer::set_learning_rate(double rate) const {
  if (state_->rate.schedule()) {
    throw Error(ErrorCode::failed_precondition,
                "the learning rate of " + name() + " follows a schedule, it cannot be set");
  }
  const EagerScope eager;
  state_->learning_rate_variable.assign(static_cast<float>(rate));
}

std::vector<Variable> Optimizer::variables() const {
  std::vector<Variable> result{state_->iteration, state_->learning_rate_variable};
  for (const Variable& slot : state_->slots) result.push_back(slot);
  return result;
}

void Optimizer::add_slot(const Variable& variable, std::string_view name, float initial) const {
  // "dense/kernel:0" as "dense_kernel".
  std::string owner = variable.name().substr(0, variable.name().rfind(':'));
  for (char& c : owner) c = c == '/' ? '_' : c;
  const EagerScope eager;
  const Variable slot(
      cast(full(variable.shape(), initial), variable.dtype()),
      {.name = state_->name + "/" + owner + "_" + std::string(name), .trainable = false});
  state_->slots.push_back(slot);
  state_->slots_of[variable.state().get()].push_back(slot);
}

void Optimizer::build(const std::vector<Variable>& variables) const {
  for (const Variable& variable : variables) {
    const auto [entry, is_new] = state_->slots_of.try_emplace(variable.state().get());
    if (!is_new) continue;
    state_->kept.push_back(variable);
    create_slots(variable);
  }
}

void Optimizer::apply(const std::vector<Tensor>& gradients,
                      const std::vector<Variable>& variables) const {
  if (gradients.size() != variables.size()) {
    throw Error(ErrorCode::invalid_argument, name() + ": " + std::to_string(gradients.size()) +
                                                 " gradients for " +
                                                 std::to_string(variables.size()) + " variables");
  }
  build(variables);
  const NameScope scope(name());
  const Tensor done = state_->iteration.read();
  const Tensor rate = state_->rate.schedule() ? state_->rate.schedule()(done)
                                              : state_->learning_rate_variable.read();
  const Tensor step = cast(done + 1, DType::float32);
  begin_step({rate, step});
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (!gradients[i].has_value()) continue;
    update(variables[i], gradients[i], state_->slots_of.at(variables[i].state().get()),
           {rate, step});
  }
  state_->iteration.assign_add(std::int64_t{1});
}

LearningRate exponential_decay(double initial, std::int64_t decay_steps, double rate,
                               bool staircase) {
  return LearningRate([=](const Tensor& step) {
    Tensor periods = cast(step, DType::float32) / static_cast<float>(decay_steps);
    if (staircase) periods = floor(periods);
    return static_cast<float>(initial) * pow(Tensor(static_cast<float>(rate)), periods);
  });
}

LearningRate cosine_decay(double initial, std::int64_t decay_steps, double alpha) {
  return LearningRate([=](const Tensor& step) {
    const auto limit = static_cast<float>(decay_steps);
    const Tensor done = minimum(cast(step, DType::float32), limit) / limit;
    const Tensor cosine = (cos(done * std::numbers::pi_v<float>) + 1.f) * 0.5f;
    return (cosine * static_cast<float>(1 - alpha) + static_cast<float>(alpha)) *
           static_cast<float>(initial);
  });
}

LearningRate piecewise_constant_decay(std::vector<std::int64_t> boundaries,
                                      std::vector<double> values) {
  if (values.size() != boundaries.size() + 1) {
    throw Error(ErrorCode::invalid_argument,
                "piecewise_constant_decay() needs one value more than boundaries, got " +
                    std::to_string(values.size()) + " and " + std::to_string(boundaries.size()));
  }
  return LearningRate(
      [boundaries = std::move(boundaries), values = std::move(values)](const Tensor& step) {
        Tensor rate = static_cast<float>(values.back());
        for (std::size_t i = boundaries.size(); i-- > 0;) {
          rate = where(step <= boundaries[i], static_cast<float>(values[i]), rate);
        }
        return rate;
      });
}

JsonFields optimizer_config(const std::string& name, const LearningRate& rate,
                            const JsonFields& own, const std::string& weight_decay) {
  JsonFields fields{
      {"name", json_string(name)},
      {"learning_rate", json_number(static_cast<double>(static_cast<float>(rate.value())))},
      {"weight_decay", weight_decay},
      {"clipnorm", "null"},
      {"global_clipnorm", "null"},
      {"clipvalue", "null"},
      {"use_ema", "false"},
      {"ema_momentum", "0.99"},
      {"ema_overwrite_frequency", "null"},
      {"loss_scale_factor", "null"},
      {"gradient_accumulation_steps", "null"}};
  fields.insert(fields.end(), own.begin(), own.end());
  return fields;
}

SGD::SGD(const SgdOptions& options)
    : Optimizer("SGD", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> SGD::config() const {
  return optimizer_config(
      name(), options_.learning_rate,
      {{"momentum", json_number(options_.momentum)}, {"nesterov", json_bool(options_.nesterov)}});
}

void SGD::create_slots(const Variable& variable) const {
  if (options_.momentum != 0) add_slot(variable, "momentum");
}

void SGD::update(const Variable& variable, const Tensor& gradient,
                 const std::vector<Variable>& slots, const Step& step) const {
  if (options_.momentum == 0) {
    resource_apply_gradient_descent(variable, step.learning_rate, gradient);
  } else {
    resource_apply_keras_momentum(variable, slots[0], step.learning_rate, gradient,
                                  options_.momentum, options_.nesterov);
  }
}

Adam::Adam(const AdamOptions& options)
    : Optimizer("Adam", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> Adam::config() const {
  return optimizer_config(name(), options_.learning_rate,
                          {{"beta_1", json_number(options_.beta_1)},
                           {"beta_2", json_number(options_.beta_2)},
                           {"epsilon", json_number(options_.epsilon)},
                           {"amsgrad", "false"}});
}

void Adam::create_slots(const Variable& variable) const {
  add_slot(variable, "momentum");
  add_slot(variable, "velocity");
}

void Adam::update(const Variable& variable, const Tensor& gradient,
                  const std::vector<Variable>& slots, const Step& step) const {
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

RMSprop::RMSprop(const RmsPropOptions& options)
    : Optimizer("RMSprop", options.learning_rate, options.name), options_(options) {}

std::vector<std::pair<std::string, std::string>> RMSprop::config() const {
  return optimizer_config(name(), options_.learning_rate,
                          {{"rho", json_number(options_.rho)},
                           {"momentum", json_number(options_.momentum)},
                           {"epsilon", json_number(options_.epsilon)},
                           {"centered", json_bool(options_.centered)}});
}

void RMSprop::create_slots(const Variable& variable) const {
  add_slot(variable, "velocity");
  if (options_.momentum > 0) add_slot(variable, "momentum");
  if (options_.centered) add_slot(variable, "average_gradient");
}

void RMSprop::update(const Variable& variable, const Tensor& gradient,
                     const std::vector<Variable>& slots, const Step& step) const {
  const Variable& velocity = slots[0];
  velocity.assign(velocity * options_.rho + square(gradient) * (1 - options_.rho));
  Tensor denominator = velocity + options_.epsilon;
  if (options_.centered) {
    const Variable& average = slots.back();
    average.assign(average * options_.rho + gradient * (1 - options_.rho));
    denominator = denominator - square(average);
  }
  const Tensor change = step.learning_rate * gradient * rsqrt(denominator);
  if (options_.momentum > 0) {
    slots[1].assign(slots[1] * options_.momentum + change);
    variable.assign_sub(slots[1]);
  } else {
    variable.assign_sub(change);
  }
}

}  // namespace opscope::keras
