// Operations of neural networks, under the names of tf.nn. Reached through ops.h, where errors and
// the thread rule are told; relu, softmax, bias_add and the softmax cross entropies are there too.
//
// Images are [batch, rows, columns, channels] (NHWC). Filters are [rows, columns, in, out], those
// of a depthwise convolution [rows, columns, in, multiplier]. Floating-point data only unless said.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/shape.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

// valid: windows lie wholly inside the input. same: as many outputs as inputs divided by the
// stride, rounded up; zeros around, the odd one after. explicit_: as the options say.
enum class Padding : std::uint8_t { valid, same, explicit_ };

// Zeros before and after the rows and the columns; read only with Padding::explicit_.
struct ExplicitPaddings {
  std::array<std::int64_t, 2> rows = {0, 0};
  std::array<std::int64_t, 2> columns = {0, 0};
};

// Pairs are {rows, columns}. Strides and dilations are at least 1.
struct Conv2DOptions {
  std::array<std::int64_t, 2> strides = {1, 1};
  Padding padding = Padding::valid;
  ExplicitPaddings explicit_paddings = {};
  std::array<std::int64_t, 2> dilations = {1, 1};
};

// ---- Convolution ----
[[nodiscard]] Tensor conv2d(const Operand& input, const Operand& filters,
                            const Conv2DOptions& options = {});
// Each input channel by `multiplier` filters of its own. Equal strides; no explicit padding with
// dilation.
[[nodiscard]] Tensor depthwise_conv2d(const Operand& input, const Operand& filter,
                                      const Conv2DOptions& options = {});
// The gradient of conv2d by its input, as a layer: filters are [rows, columns, out, in], and
// `output_shape` (four integers) is the shape of what conv2d would have taken.
[[nodiscard]] Tensor conv2d_transpose(const Operand& input, const Operand& filters,
                                      const Tensor& output_shape,
                                      const Conv2DOptions& options = {.padding = Padding::same});
[[nodiscard]] Tensor conv2d_transpose(const Operand& input, const Operand& filters,
                                      const Shape& output_shape,
                                      const Conv2DOptions& options = {.padding = Padding::same});

// ---- Pooling ----
struct Pool2DOptions {
  std::array<std::int64_t, 2> ksize = {2, 2};
  std::array<std::int64_t, 2> strides = {2, 2};
  Padding padding = Padding::valid;
  ExplicitPaddings explicit_paddings = {};  // max_pool2d only
};
[[nodiscard]] Tensor max_pool2d(const Operand& input, const Pool2DOptions& options = {});
// What is padded does not count.
[[nodiscard]] Tensor avg_pool2d(const Operand& input, const Pool2DOptions& options = {});

// ---- Normalisation ----
struct FusedBatchNormOptions {
  float epsilon = 1e-3f;
  bool is_training = true;
  // Weight of this batch in the returned mean and variance; 1: they are the batch's own.
  float exponential_avg_factor = 1;
};
struct FusedBatchNormResult {
  Tensor y;
  Tensor mean;      // of the batch; not training: the mean given
  Tensor variance;  // of the batch, divided by one less than the number of values, as TensorFlow's
};
// Over all but the last dimension of a float32 (or 16-bit) NHWC batch. Training ignores mean and
// variance, which may be empty, unless exponential_avg_factor is not 1.
[[nodiscard]] FusedBatchNormResult fused_batch_norm(const Operand& x, const Operand& scale,
                                                    const Operand& offset, const Operand& mean,
                                                    const Operand& variance,
                                                    const FusedBatchNormOptions& options = {});
// tf.nn.batch_normalization, composed: (x - mean) * rsqrt(variance + epsilon) * scale + offset;
// everything is broadcast. A Tensor without a value as offset or scale leaves it out.
[[nodiscard]] Tensor batch_normalization(const Operand& x, const Operand& mean,
                                         const Operand& variance, const Tensor& offset,
                                         const Tensor& scale, float variance_epsilon);
struct Moments {
  Tensor mean;
  Tensor variance;  // divided by the number of values
};
[[nodiscard]] Moments moments(const Operand& x, const std::vector<std::int64_t>& axes,
                              bool keep_dims = false);
struct LrnOptions {
  std::int64_t depth_radius = 5;
  float bias = 1;
  float alpha = 1;
  float beta = 0.5f;
};
// float32 (or 16-bit) images.
[[nodiscard]] Tensor local_response_normalization(const Operand& input,
                                                  const LrnOptions& options = {});
// x * rsqrt(max(sum(x^2, axes), epsilon)).
[[nodiscard]] Tensor l2_normalize(const Operand& x, const std::vector<std::int64_t>& axes,
                                  float epsilon = 1e-12f);

// ---- Activations ----
[[nodiscard]] Tensor relu6(const Operand& x);  // any real data type
[[nodiscard]] Tensor leaky_relu(const Operand& x, float alpha = 0.2f);
[[nodiscard]] Tensor elu(const Operand& x);
[[nodiscard]] Tensor selu(const Operand& x);
[[nodiscard]] Tensor softsign(const Operand& x);
[[nodiscard]] Tensor silu(const Operand& x);  // x * sigmoid(x)
// Composed as TensorFlow does: by erf, or by tanh if approximate.
[[nodiscard]] Tensor gelu(const Operand& x, bool approximate = false);

// ---- Dropout ----
// Zeroes elements with probability `rate` (in [0, 1)) and scales the others by 1 / (1 - rate). The
// numbers are those of RandomUniform with this op seed; 0 gives new ones in each process.
[[nodiscard]] Tensor dropout(const Operand& x, double rate, std::int64_t seed = 0);

// ---- Losses and measures ----
[[nodiscard]] Tensor l2_loss(const Operand& x);  // sum(x^2) / 2, a scalar
// One loss for each element: max(x, 0) - x * z + log(1 + exp(-|x|)), composed.
[[nodiscard]] Tensor sigmoid_cross_entropy_with_logits(const Operand& labels,
                                                       const Operand& logits);
// Is the target class among the k best of its row? float32 predictions [rows, classes], int32 or
// int64 targets [rows].
[[nodiscard]] Tensor in_top_k(const Operand& targets, const Operand& predictions, std::int32_t k);

// ---- Lookup ----
// Rows of `params` by integer ids of any shape; for a Variable only those rows are read.
[[nodiscard]] Tensor embedding_lookup(const Operand& params, const Operand& ids);

}  // namespace opscope
