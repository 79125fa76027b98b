// The layers that need no more than a line each: dense, shapes, activation, dropout, merging.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "opscope/keras/activations.h"
#include "opscope/keras/layer.h"

namespace opscope::keras {

// What Input() makes; as the first layer of a Sequential it tells the shape of one example.
class InputLayer : public LayerOf<InputLayer> {
 public:
  explicit InputLayer(const Shape& shape, const InputOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;
  [[nodiscard]] const Shape& batch_shape() const noexcept { return batch_shape_; }
  [[nodiscard]] DType dtype() const noexcept { return dtype_; }

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;
  [[nodiscard]] bool casts_inputs() const override { return false; }

 private:
  Shape batch_shape_;
  DType dtype_;
};

struct ActivationOptions {
  std::string name = {};
};

// A layer; its enumerators name activations everywhere: keras::Activation::relu.
class Activation : public LayerOf<Activation> {
 public:
  using Kind = ActivationKind;
  using enum ActivationKind;

  explicit Activation(Kind kind, const ActivationOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Kind kind_;
};

struct DenseOptions {
  ActivationKind activation = ActivationKind::linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform();
  Initializer bias_initializer = keras::zeros();
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  // Of one example; builds the Sequential that this is the first layer of.
  std::optional<Shape> input_shape = std::nullopt;
  std::string name = {};
};

// activation(x . kernel + bias) over the last dimension.
class Dense : public LayerOf<Dense> {
 public:
  explicit Dense(std::int64_t units, const DenseOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;
  [[nodiscard]] const Weight& kernel() const noexcept { return kernel_; }
  [[nodiscard]] const Weight& bias() const noexcept { return bias_; }

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  std::int64_t units_;
  DenseOptions options_;
  Weight kernel_;
  Weight bias_;
};

struct EmbeddingOptions {
  Initializer embeddings_initializer = keras::random_uniform();
  Regularizer embeddings_regularizer = {};
  std::string name = {};
};

// A row of [input_dim, output_dim] for each integer of the input; numbers are converted to int32.
class Embedding : public LayerOf<Embedding> {
 public:
  Embedding(std::int64_t input_dim, std::int64_t output_dim, const EmbeddingOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;
  [[nodiscard]] bool casts_inputs() const override { return false; }

 private:
  std::int64_t input_dim_;
  std::int64_t output_dim_;
  EmbeddingOptions options_;
  Weight embeddings_;
};

struct DropoutOptions {
  Seed seed = std::nullopt;
  std::string name = {};
};

// In training, zeroes elements with probability `rate` and scales the others by 1 / (1 - rate).
class Dropout : public LayerOf<Dropout> {
 public:
  explicit Dropout(float rate, const DropoutOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  float rate_;
  Seed seed_;
  std::int64_t op_seed_;
};

struct ShapeLayerOptions {
  std::optional<Shape> input_shape = std::nullopt;  // of one example, for the first of a Sequential
  std::string name = {};
};

// [batch, everything else].
class Flatten : public LayerOf<Flatten> {
 public:
  explicit Flatten(const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;
  [[nodiscard]] bool casts_inputs() const override { return false; }
};

// Each example in another shape, in which one dimension may be kAnyDim.
class Reshape : public LayerOf<Reshape> {
 public:
  explicit Reshape(const Shape& target_shape, const ShapeLayerOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;
  [[nodiscard]] bool casts_inputs() const override { return false; }

 private:
  Shape target_shape_;
};

struct LambdaOptions {
  std::string name = {};
};

// A function of one Tensor, or of several, as a layer.
class Lambda : public LayerOf<Lambda> {
 public:
  using Function = std::function<Tensor(const Tensor&)>;
  using ListFunction = std::function<Tensor(const std::vector<Tensor>&)>;

  explicit Lambda(Function function, const LambdaOptions& options = {});
  explicit Lambda(ListFunction function, const LambdaOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;

 private:
  ListFunction function_;
};

struct MergeOptions {
  std::string name = {};
};

// The sum of two or more inputs, which are broadcast.
class Add : public LayerOf<Add> {
 public:
  explicit Add(const MergeOptions& options = {});

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
};

// The product.
class Multiply : public LayerOf<Multiply> {
 public:
  explicit Multiply(const MergeOptions& options = {});

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;
};

struct ConcatenateOptions {
  std::int64_t axis = -1;
  std::string name = {};
};

class Concatenate : public LayerOf<Concatenate> {
 public:
  explicit Concatenate(const ConcatenateOptions& options = {});
  [[nodiscard]] LayerConfig config() const override;

 protected:
  [[nodiscard]] std::vector<Tensor> call_all(const std::vector<Tensor>& inputs,
                                             bool training) const override;

 private:
  std::int64_t axis_;
};

}  // namespace opscope::keras
