// Optimizers: how gradients change variables. The formulas are those of Keras 3.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opscope/runtime/tensor.h"
#include "opscope/runtime/variable.h"

namespace opscope::keras {

// A learning rate: a number, or a function of the number of steps done (an int64 scalar), which is
// evaluated in each step.
class LearningRate {
 public:
  using Schedule = std::function<Tensor(const Tensor& step)>;

  LearningRate(double value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  explicit LearningRate(Schedule schedule) : schedule_(std::move(schedule)) {}

  [[nodiscard]] double value() const noexcept { return value_; }
  [[nodiscard]] const Schedule& schedule() const noexcept { return schedule_; }

 private:
  double value_ = 0;
  Schedule schedule_;
};

// initial * rate^(step / decay_steps), whole steps only if staircase.
[[nodiscard]] LearningRate exponential_decay(double initial, std::int64_t decay_steps, double rate,
                                             bool staircase = false);
// From initial to alpha * initial along half a cosine.
[[nodiscard]] LearningRate cosine_decay(double initial, std::int64_t decay_steps, double alpha = 0);
// values[i] up to and including the step boundaries[i], the last one after them.
[[nodiscard]] LearningRate piecewise_constant_decay(std::vector<std::int64_t> boundaries,
                                                    std::vector<double> values);

// A handle: copies share their variables. To make one, derive and override create_slots() and
// update().
class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Makes the variables that go with `variables`; apply() does it when it was not done before.
  void build(const std::vector<Variable>& variables) const;
  // One step on gradients in the order of `variables`; a Tensor without a value leaves its
  // variable as it is. May be part of a traced function, if build() came before.
  void apply(const std::vector<Tensor>& gradients, const std::vector<Variable>& variables) const;

  [[nodiscard]] const std::string& name() const noexcept;
  // Steps done.
  [[nodiscard]] std::int64_t iterations() const;
  // Of the next step.
  [[nodiscard]] double learning_rate() const;
  // Also seen by functions that are traced already. Throws failed_precondition with a schedule.
  void set_learning_rate(double rate) const;
  // iteration, learning_rate, then those made for the variables.
  [[nodiscard]] std::vector<Variable> variables() const;

  // Pairs of a name and a JSON value, for Model::to_json().
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> config() const {
    return {};
  }
  [[nodiscard]] const std::string& class_name() const noexcept;

 protected:
  Optimizer(std::string class_name, LearningRate rate, std::string_view name);

  // The variables that are kept for `variable`, by add_slot().
  virtual void create_slots(const Variable& variable) const = 0;
  struct Step {
    const Tensor& learning_rate;
    const Tensor& step;
  };
  // Before the updates of a step.
  virtual void begin_step(const Step&) const {}
  // One variable's step. `slots` are those of create_slots(), `step` counts from 1 (float32).
  virtual void update(const Variable& variable, const Tensor& gradient,
                      const std::vector<Variable>& slots, const Step& step) const = 0;
  // Of the variable's shape, all `initial`, named "<optimizer>/<layer>_<variable>_<name>".
  void add_slot(const Variable& variable, std::string_view name, float initial = 0) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

struct SgdOptions {
  LearningRate learning_rate = 0.01;
  float momentum = 0;
  bool nesterov = false;
  std::string name = "SGD";
};

// Without momentum: w -= rate * g. With: m = momentum * m - rate * g; w += m, or with nesterov
// w += momentum * m - rate * g.
class SGD : public Optimizer {
 public:
  explicit SGD(const SgdOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  SgdOptions options_;
};

struct AdamOptions {
  LearningRate learning_rate = 0.001;
  float beta_1 = 0.9f;
  float beta_2 = 0.999f;
  float epsilon = 1e-7f;
  std::string name = "adam";
};

// m += (g - m) * (1 - beta_1); v += (g^2 - v) * (1 - beta_2);
// w -= m * rate * sqrt(1 - beta_2^t) / (1 - beta_1^t) / (sqrt(v) + epsilon).
class Adam : public Optimizer {
 public:
  explicit Adam(const AdamOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  AdamOptions options_;
};

struct RmsPropOptions {
  LearningRate learning_rate = 0.001;
  float rho = 0.9f;
  float momentum = 0;
  float epsilon = 1e-7f;
  bool centered = false;
  std::string name = "rmsprop";
};

// v = rho * v + (1 - rho) * g^2; d = rate * g / sqrt(v + epsilon), with centered minus the square
// of the moving mean of g below the root; w -= d, or with momentum m = momentum * m + d; w -= m.
class RMSprop : public Optimizer {
 public:
  explicit RMSprop(const RmsPropOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  RmsPropOptions options_;
};

// Any optimizer, as compile() takes it.
class OptimizerHandle {
 public:
  template <std::derived_from<Optimizer> O>
  OptimizerHandle(O optimizer)  // NOLINT(google-explicit-constructor)
      : optimizer_(std::make_shared<O>(std::move(optimizer))) {}
  [[nodiscard]] const Optimizer& operator*() const noexcept { return *optimizer_; }
  [[nodiscard]] const Optimizer* operator->() const noexcept { return optimizer_.get(); }

 private:
  std::shared_ptr<const Optimizer> optimizer_;
};

}  // namespace opscope::keras
