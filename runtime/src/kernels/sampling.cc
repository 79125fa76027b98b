// Shuffles, draws from categories, and gamma-distributed numbers.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "kernels/always.h"
#include "kernels/distributions.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/random_inputs.h"
#include "kernels/strided_copy.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// The rows of input 0 in random order: each place takes one of the rows not given out yet.
void shuffle_rows(KernelContext& context, const Philox& generator) {
  const TensorRep& in = context.input(0);
  const std::int64_t count = in.shape()[0];
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  SingleNumbers numbers(generator);
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    const auto left = static_cast<std::uint32_t>(order.size() - i);
    std::swap(order[i], order[i + numbers.next() % left]);
  }
  Ref<TensorRep> out = TensorRep::make(in.dtype(), in.shape());
  const std::int64_t width = in.num_elements() / count;
  const CopyDim row{.size = width, .in_stride = 1, .out_stride = 1};
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t from = order[static_cast<std::size_t>(i)] * width;
    strided_copy(in.dtype(), element_at(in.raw_data(), in.dtype(), from),
                 element_at(out->mutable_raw_data(), in.dtype(), i * width), {&row, 1}, nullptr);
  }
  context.set_output(0, std::move(out));
}

bool is_trivial(const TensorRep& in) { return in.num_elements() <= 1 || in.shape()[0] <= 1; }

void random_shuffle(KernelContext& context) {
  if (is_trivial(context.input(0))) {
    context.set_output(0, context.input_ref(0));
    return;
  }
  const std::int64_t draws = context.input(0).shape()[0] - 1;
  shuffle_rows(context, take_stateful(context, (draws + 3) / 4));
}

void stateless_shuffle(KernelContext& context) {
  const Philox generator = read_generator(context);
  if (is_trivial(context.input(0))) {
    context.set_output(0, context.input_ref(0));
    return;
  }
  shuffle_rows(context, generator);
}

// The sums of exp(logit) up to each class, scaled by the largest; what is not finite counts
// nothing.
template <typename T>
void accumulate_weights(const T* logits, std::vector<double>& sums) {
  double largest = static_cast<double>(load(std::numeric_limits<float>::lowest()));
  if constexpr (std::is_same_v<T, double>) largest = std::numeric_limits<double>::lowest();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto logit = static_cast<double>(load(logits[i]));
    if (std::isfinite(logit)) largest = std::max(largest, logit);
  }
  double total = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto logit = static_cast<double>(load(logits[i]));
    if (std::isfinite(logit)) total += std::exp(logit - largest);
    sums[i] = total;
  }
}

struct Draws {
  std::int64_t rows;
  std::int64_t classes;
  std::int64_t samples;
};

Draws read_draws(const KernelContext& context) {
  const TensorRep& logits = context.input(0);
  if (logits.rank() != 2) {
    context.invalid("logits should be a matrix, got shape " + logits.shape().to_bracket_string());
  }
  if (context.input(1).rank() != 0) {
    context.invalid("num_samples should be a scalar, got shape " +
                    context.input(1).shape().to_bracket_string());
  }
  const Draws draws{logits.shape()[0], logits.shape()[1], read_int(context, 1)};
  if (draws.samples < 0) {
    context.invalid("num_samples should be non-negative, got " + std::to_string(draws.samples));
  }
  if (draws.classes <= 0) {
    context.invalid("num_classes should be positive, got " + std::to_string(draws.classes));
  }
  return draws;
}

template <typename T, typename Out>
void draw(KernelContext& context, const Draws& draws, const Philox& generator, TensorRep& out) {
  SingleNumbers numbers(generator);
  std::vector<double> sums(static_cast<std::size_t>(draws.classes));
  for (std::int64_t r = 0; r < draws.rows; ++r) {
    accumulate_weights(context.input(0).data<T>() + r * draws.classes, sums);
    for (std::int64_t i = r * draws.samples; i < (r + 1) * draws.samples; ++i) {
      const std::uint32_t first = numbers.next();
      const double wanted = unit_double(first, numbers.next()) * sums.back();
      const auto at = std::upper_bound(sums.begin(), sums.end(), wanted);
      out.mutable_data<Out>()[i] = static_cast<Out>(at - sums.begin());
    }
  }
}

template <typename T, typename Out>
void multinomial(KernelContext& context) {
  const Draws draws = read_draws(context);
  TensorRep& out = context.allocate_output(0, dtype_of<Out>, {draws.rows, draws.samples});
  if (out.num_elements() == 0) return;
  const std::int64_t doubles = draws.rows * ((draws.samples + 3) / 4 * 4);
  draw<T, Out>(context, draws, take_stateful(context, 2 * doubles * kReservedBlocks), out);
}

template <typename T, typename Out>
void stateless_multinomial(KernelContext& context) {
  const KeyCounter start = read_seeds(context, 2);
  const Draws draws = read_draws(context);
  TensorRep& out = context.allocate_output(0, dtype_of<Out>, {draws.rows, draws.samples});
  draw<T, Out>(context, draws, Philox(start.key, start.counter_low, start.counter_high), out);
}

// Values of a distribution one by one, the last of each group first.
template <typename Distribution>
class Single {
 public:
  double next(Philox& source) noexcept {
    if (left_ == 0) {
      Distribution::fill(source, group_);
      left_ = Distribution::kGroup;
    }
    return group_[--left_];
  }

 private:
  double group_[Distribution::kGroup]{};
  int left_ = 0;
};

// Gamma-distributed numbers by G. Marsaglia and W. W. Tsang, "A simple method for generating gamma
// variables" (2000).
class Gamma {
 public:
  explicit Gamma(double alpha) noexcept
      : alpha_(alpha), d_(alpha + (alpha < 1 ? 2.0 / 3 : -1.0 / 3)), c_(1.0 / 3 / std::sqrt(d_)) {}

  double operator()(Philox source) const noexcept {
    Single<Normal<double>> normals;
    Single<Uniform<double>> uniforms;
    if (alpha_ == 1) return -std::log1p(-uniforms.next(source));
    // Every attempt succeeds with a probability of 0.95 unless alpha is no number above 0.
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const double x = normals.next(source);
      double v = 1 + c_ * x;
      if (v <= 0) continue;
      v = v * v * v;
      if (!accepts(x, v, uniforms.next(source))) continue;
      const double result = d_ * v;
      return alpha_ < 1 ? result * std::pow(uniforms.next(source), 1 / alpha_) : result;
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

 private:
  [[nodiscard]] bool accepts(double x, double v, double u) const noexcept {
    const double squared = x * x;
    return u < 1 - 0.0331 * squared * squared ||
           std::log(u) < 0.5 * squared + d_ * (1 - v + std::log(v));
  }

  double alpha_;
  double d_;
  double c_;
};

template <typename T>
void random_gamma(KernelContext& context) {
  const Shape wanted = read_shape(context, 0);
  const TensorRep& alphas = context.input(1);
  Shape shape = wanted;
  for (const std::int64_t dim : alphas.shape().dims()) shape.append(dim);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  if (out.num_elements() == 0) return;
  const std::int64_t count = alphas.num_elements();
  const std::int64_t samples = out.num_elements() / count;
  const Philox start = take_stateful(context, samples * count * kReservedBlocks);
  T* values = out.mutable_data<T>();
  parallel_for(context.pool(), count * samples, 100, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t alpha = i / samples;
      Philox source = start;
      source.skip(static_cast<std::uint64_t>(i * kReservedBlocks));
      const Gamma gamma(static_cast<double>(load(alphas.data<T>()[alpha])));
      values[i % samples * count + alpha] = static_cast<T>(static_cast<Compute<T>>(gamma(source)));
    }
  });
}

template <bool kStateless>
Kernel select_multinomial(const KernelKey& key) {
  return pick(Floats{}, key.inputs[0], [&]<typename T>() -> Kernel {
    if constexpr (kStateless) {
      return key.outputs[0] == DType::int32 ? stateless_multinomial<T, std::int32_t>
                                            : stateless_multinomial<T, std::int64_t>;
    } else {
      return key.outputs[0] == DType::int32 ? multinomial<T, std::int32_t>
                                            : multinomial<T, std::int64_t>;
    }
  });
}

constexpr KernelBinding kBindings[] = {
    {"RandomShuffle", always<random_shuffle>},
    {"StatelessShuffle", always<stateless_shuffle>},
    {"Multinomial", select_multinomial<false>},
    {"StatelessMultinomial", select_multinomial<true>},
    {"RandomGamma",
     [](const KernelKey& key) {
       return pick(Floats{}, key.outputs[0],
                   []<typename T>() -> Kernel { return random_gamma<T>; });
     }},
};
}  // namespace

KernelBindings sampling_kernels() { return kBindings; }

}  // namespace opscope::runtime
