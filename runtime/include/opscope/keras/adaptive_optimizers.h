// Optimizers with a step size of their own for each weight. The formulas are those of Keras 3.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "opscope/keras/optimizers.h"

namespace opscope::keras {

struct AdamWOptions {
  LearningRate learning_rate = 0.001;
  float weight_decay = 0.004f;
  float beta_1 = 0.9f;
  float beta_2 = 0.999f;
  float epsilon = 1e-7f;
  std::string name = "adam_w";
};

// Adam after w -= w * weight_decay * rate.
class AdamW : public Optimizer {
 public:
  explicit AdamW(const AdamWOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  AdamWOptions options_;
};

struct NadamOptions {
  LearningRate learning_rate = 0.001;
  float beta_1 = 0.9f;
  float beta_2 = 0.999f;
  float epsilon = 1e-7f;
  std::string name = "nadam";
};

// Adam with Nesterov's momentum: with u_t = beta_1 * (1 - 0.96^t / 2) and p_t = u_1 * ... * u_t,
// w -= rate * (u_(t+1) * m / (1 - p_(t+1)) + (1 - u_t) * g / (1 - p_t)) /
// (sqrt(v / (1 - beta_2^t)) + epsilon).
class Nadam : public Optimizer {
 public:
  explicit Nadam(const NadamOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void begin_step(const Step& step) const override;
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  NadamOptions options_;
  Variable product_;  // p_t
};

struct AdamaxOptions {
  LearningRate learning_rate = 0.001;
  float beta_1 = 0.9f;
  float beta_2 = 0.999f;
  float epsilon = 1e-7f;
  std::string name = "adamax";
};

// m += (g - m) * (1 - beta_1); u = max(beta_2 * u, |g|);
// w -= rate * m / ((1 - beta_1^t) * (u + epsilon)).
class Adamax : public Optimizer {
 public:
  explicit Adamax(const AdamaxOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  AdamaxOptions options_;
};

struct AdagradOptions {
  LearningRate learning_rate = 0.001;
  float initial_accumulator_value = 0.1f;
  float epsilon = 1e-7f;
  std::string name = "adagrad";
};

// a += g^2; w -= rate * g / sqrt(a + epsilon).
class Adagrad : public Optimizer {
 public:
  explicit Adagrad(const AdagradOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  AdagradOptions options_;
};

struct AdadeltaOptions {
  LearningRate learning_rate = 0.001;
  float rho = 0.95f;
  float epsilon = 1e-7f;
  std::string name = "adadelta";
};

// a = rho * a + (1 - rho) * g^2; s = -g * sqrt(d + epsilon) / sqrt(a + epsilon);
// d = rho * d + (1 - rho) * s^2; w += rate * s.
class Adadelta : public Optimizer {
 public:
  explicit Adadelta(const AdadeltaOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  AdadeltaOptions options_;
};

struct FtrlOptions {
  LearningRate learning_rate = 0.001;
  float learning_rate_power = -0.5f;
  float initial_accumulator_value = 0.1f;
  float l1_regularization_strength = 0;
  float l2_regularization_strength = 0;
  float l2_shrinkage_regularization_strength = 0;
  float beta = 0;
  std::string name = "ftrl";
};

// "Follow the regularized leader", with L1 and L2 penalties.
class Ftrl : public Optimizer {
 public:
  explicit Ftrl(const FtrlOptions& options = {});
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> config() const override;

 protected:
  void create_slots(const Variable& variable) const override;
  void update(const Variable& variable, const Tensor& gradient, const std::vector<Variable>& slots,
              const Step& step) const override;

 private:
  FtrlOptions options_;
};

}  // namespace opscope::keras
