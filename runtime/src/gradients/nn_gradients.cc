// Softmax, losses, biases and normalisation.
#include "gradients/raw_op.h"
#include "ops/attr_access.h"
#include "opscope/runtime/gradient.h"

namespace opscope::runtime {
namespace {

Tensor sum_classes(const Tensor& x) { return reduce_sum(x, {.axes = Axes{-1}, .keep_dims = true}); }

void softmax_back(GradientCall& c) {
  c.give(0, [&] { return (c.dy() - sum_classes(c.dy() * c.y())) * c.y(); });
}
void log_softmax_back(GradientCall& c) {
  c.give(0, [&] { return c.dy() - exp(c.y()) * sum_classes(c.dy()); });
}

// The loss' gradient, and that of the backprop output, which second derivatives have.
Tensor cross_entropy_by_logits(const GradientCall& c) {
  Tensor gradient = expand_dims(c.dy(0), -1) * c.y(1);
  if (c.has_dy(1)) {
    const Tensor probabilities = softmax(c.x(0));
    gradient += (c.dy(1) - sum_classes(c.dy(1) * probabilities)) * probabilities;
  }
  return gradient;
}
void sparse_cross_entropy(GradientCall& c) {
  c.give(0, [&] { return cross_entropy_by_logits(c); });
}
void cross_entropy(GradientCall& c) {
  c.give(0, [&] { return sum_to_shape(cross_entropy_by_logits(c), c.x(0), c.x(1)); });
  c.give(1, [&] {
    Tensor gradient = -(expand_dims(c.dy(0), -1) * log_softmax(c.x(0)));
    // backprop is softmax(logits) - labels.
    if (c.has_dy(1)) gradient -= c.dy(1);
    return sum_to_shape(gradient, c.x(1), c.x(0));
  });
}

bool is_channels_first(const GradientCall& c) {
  return c.attr_string("data_format").starts_with("NC");
}

void bias_add_back(GradientCall& c) {
  c.give(0, [&] { return c.dy(); });
  c.give(1, [&] { return raw<"BiasAddGrad">({c.dy()}, c.attrs_named({"data_format"})); });
}
void bias_add_v1(GradientCall& c) {
  c.give(0, [&] { return c.dy(); });
  c.give(1, [&] { return raw<"BiasAddGrad">({c.dy()}); });
}
void bias_add_grad(GradientCall& c) {
  c.give(0, [&] {
    Tensor bias = c.dy();
    if (is_channels_first(c)) {
      const int rank = required_rank(c, c.x());
      for (int i = 2; i < rank; ++i) bias = expand_dims(bias, -1);
    }
    return broadcast_like(bias, c.x());
  });
}

void l2_loss(GradientCall& c) {
  c.give(0, [&] { return c.x() * c.dy(); });
}

void response_normalization(GradientCall& c) {
  c.give(0, [&] {
    return raw<"LRNGrad">({c.dy(), c.x(), c.y()},
                          c.attrs_named({"depth_radius", "bias", "alpha", "beta"}));
  });
}

AttrList norm_attrs(const GradientCall& c) {
  return c.attrs_named({"epsilon", "data_format", "is_training"});
}

void fused_batch_norm(GradientCall& c) {
  const bool is_training = c.attr_bool("is_training");
  const Tensor scale = c.x(1);
  const std::vector<Tensor> gradients = raw_all<"FusedBatchNormGradV3">(
      {c.dy(), c.x(0), scale, is_training ? c.y(3) : c.x(3), is_training ? c.y(4) : c.x(4), c.y(5)},
      norm_attrs(c));
  for (std::size_t i = 0; i < 3; ++i) c.give(i, [&] { return gradients[i]; });
}

// The gradients of normalisation by dy, x and scale, in plain operations.
std::vector<Tensor> norm_gradients(const Tensor& dy, const Tensor& x, const Tensor& scale,
                                   const Tensor& mean, const Tensor& variance, double epsilon,
                                   bool is_training, const Axes& axes) {
  const ReduceOptions kept{.axes = axes, .keep_dims = true};
  const ReduceOptions summed{.axes = axes};
  if (!is_training) {
    const Tensor slope = rsqrt(variance + epsilon);
    const Tensor normal = (x - mean) * slope;
    return {dy * scale * slope, reduce_sum(dy * normal, summed), reduce_sum(dy, summed)};
  }
  const Tensor centre = x - reduce_mean(x, kept);
  const Tensor slope = rsqrt(reduce_mean(square(centre), kept) + epsilon);
  const Tensor normal = centre * slope;
  const Tensor dx =
      scale * slope * (dy - reduce_mean(dy, kept) - normal * reduce_mean(dy * normal, kept));
  return {dx, reduce_sum(dy * normal, summed), reduce_sum(dy, summed)};
}

void fused_batch_norm_grad(GradientCall& c) {
  const int rank = required_rank(c, c.x(1));
  const int channel = is_channels_first(c) ? 1 : rank - 1;
  Axes axes;
  Shape spread;
  for (int i = 0; i < rank; ++i) {
    if (i != channel) axes.push_back(i);
    spread.append(i == channel ? kAnyDim : 1);
  }
  const auto epsilon = static_cast<double>(read_float(*c.spec, c.attrs, "epsilon"));
  const bool is_training = c.attr_bool("is_training");
  GradientTape tape;
  const Tensor dy = identity(c.x(0)), x = identity(c.x(1)), scale = identity(c.x(2));
  const std::vector<Tensor> gradients =
      norm_gradients(dy, x, reshape(scale, spread), reshape(c.x(3), spread),
                     reshape(c.x(4), spread), epsilon, is_training, axes);
  const std::vector<Tensor> seconds =
      tape.gradient(gradients, std::vector<Tensor>{dy, x, scale},
                    {.output_gradients = {c.dy(0), c.dy(1), c.dy(2)},
                     .unconnected_gradients = UnconnectedGradients::zero});
  for (std::size_t i = 0; i < 3; ++i) c.give(i, [&] { return seconds[i]; });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Softmax", softmax_back},
    {"LogSoftmax", log_softmax_back},
    {"SparseSoftmaxCrossEntropyWithLogits", sparse_cross_entropy},
    {"SoftmaxCrossEntropyWithLogits", cross_entropy},
    {"BiasAdd", bias_add_back},
    {"BiasAddV1", bias_add_v1},
    {"BiasAddGrad", bias_add_grad},
    {"L2Loss", l2_loss},
    {"LRN", response_normalization},
    {"FusedBatchNormV3", fused_batch_norm},
    {"FusedBatchNormGradV3", fused_batch_norm_grad},
};

}  // namespace

GradientTable nn_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
