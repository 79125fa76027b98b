// Recurrent layers over [batch, time, features]. In a traced function the steps are one While.
#pragma once

#include <cstdint>
#include <string>

#include "opscope/keras/activations.h"
#include "opscope/keras/layer.h"

namespace opscope::keras {

struct LstmOptions {
  ActivationKind activation = ActivationKind::tanh;
  ActivationKind recurrent_activation = ActivationKind::sigmoid;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer recurrent_initializer = orthogonal();
  Initializer bias_initializer = keras::zeros();
  bool unit_forget_bias = true;   // the forget gate's bias begins with ones
  bool return_sequences = false;  // all outputs [batch, time, units], not the last [batch, units]
  bool go_backwards = false;      // the last step first
  bool unroll = false;            // no While; needs the number of steps while tracing
  std::string name = {};
};

// Gates in the order input, forget, cell, output, as Keras stores them.
class LSTM : public LayerOf<LSTM> {
 public:
  explicit LSTM(std::int64_t units, const LstmOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;
  // Another layer like this one; for Bidirectional.
  [[nodiscard]] LSTM in_direction(std::string name, bool go_backwards) const;
  [[nodiscard]] bool goes_backwards() const noexcept { return options_.go_backwards; }
  [[nodiscard]] bool returns_sequences() const noexcept { return options_.return_sequences; }

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t units_;
  LstmOptions options_;
  Weight kernel_, recurrent_kernel_, bias_;
};

struct SimpleRnnOptions {
  ActivationKind activation = ActivationKind::tanh;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer recurrent_initializer = orthogonal();
  Initializer bias_initializer = keras::zeros();
  bool return_sequences = false;
  bool go_backwards = false;
  bool unroll = false;
  std::string name = {};
};

// h = activation(x . kernel + bias + h . recurrent_kernel).
class SimpleRNN : public LayerOf<SimpleRNN> {
 public:
  explicit SimpleRNN(std::int64_t units, const SimpleRnnOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;
  // Another layer like this one; for Bidirectional.
  [[nodiscard]] SimpleRNN in_direction(std::string name, bool go_backwards) const;
  [[nodiscard]] bool goes_backwards() const noexcept { return options_.go_backwards; }
  [[nodiscard]] bool returns_sequences() const noexcept { return options_.return_sequences; }

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t units_;
  SimpleRnnOptions options_;
  Weight kernel_, recurrent_kernel_, bias_;
};

struct GruOptions {
  ActivationKind activation = ActivationKind::tanh;
  ActivationKind recurrent_activation = ActivationKind::sigmoid;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer recurrent_initializer = orthogonal();
  Initializer bias_initializer = keras::zeros();
  bool return_sequences = false;
  bool go_backwards = false;
  bool unroll = false;
  bool reset_after = true;  // the reset gate is applied after the matrix product
  std::string name = {};
};

// Gates in the order update, reset, candidate.
class GRU : public LayerOf<GRU> {
 public:
  explicit GRU(std::int64_t units, const GruOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;
  // Another layer like this one; for Bidirectional.
  [[nodiscard]] GRU in_direction(std::string name, bool go_backwards) const;
  [[nodiscard]] bool goes_backwards() const noexcept { return options_.go_backwards; }
  [[nodiscard]] bool returns_sequences() const noexcept { return options_.return_sequences; }

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t units_;
  GruOptions options_;
  Weight kernel_, recurrent_kernel_, bias_;
};

}  // namespace opscope::keras
