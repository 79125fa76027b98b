// MaxPool, AvgPool and their gradients.
#include <algorithm>
#include <limits>
#include <string>

#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/vector_loops.h"
#include "kernels/windows.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
struct Pool {
  std::int64_t batch;
  std::int64_t channels;
  WindowAxis rows;
  WindowAxis columns;
  ImageFormat format;

  [[nodiscard]] Shape in_shape() const { return {batch, rows.in, columns.in, channels}; }
  [[nodiscard]] Shape out_shape() const { return {batch, rows.out, columns.out, channels}; }
  [[nodiscard]] double cost() const noexcept {
    return static_cast<double>(rows.out * columns.out) * static_cast<double>(channels) *
           static_cast<double>(std::min(rows.size, rows.in) * std::min(columns.size, columns.in)) *
           0.3;
  }
};

Pool read_pool(const KernelContext& context, const Shape& input) {
  if (input.rank() != 4) {
    context.invalid("input must be 4-dimensional: " + input.to_bracket_string());
  }
  const ImageFormat format = image_format(context);
  const IntList ksize = window_ints(context, "ksize");
  context.require(ksize.size() == 4, "Sliding window ksize field must specify 4 dimensions");
  for (const std::int64_t size : ksize) {
    if (size <= 0) {
      context.invalid("Sliding window ksize must be positive. The specified ksize has " +
                      std::to_string(size));
    }
  }
  if (ksize[0] != 1 || ksize[static_cast<std::size_t>(format.channels())] != 1) {
    context.fail(ErrorCode::unimplemented,
                 "Pooling is not yet supported on the batch and depth dimensions.");
  }
  const auto axes = window_axes(context, input, ksize[static_cast<std::size_t>(format.rows())],
                                ksize[static_cast<std::size_t>(format.columns())]);
  for (const WindowAxis& axis : axes) {
    context.require(axis.before < axis.size, "padding must be smaller than the window");
  }
  return {input[0], input[format.channels()], axes[0], axes[1], format};
}

// Where a window begins and ends inside the image.
struct Span {
  std::int64_t begin;
  std::int64_t end;
};
Span window_span(const WindowAxis& axis, std::int64_t out) noexcept {
  const std::int64_t first = out * axis.stride - axis.before;
  return {std::clamp<std::int64_t>(first, 0, axis.in),
          std::clamp<std::int64_t>(first + axis.size, 0, axis.in)};
}

// visit(out_pixel, in_pixel) for all pixels of a window, for all windows of one image.
template <typename Begin, typename Visit>
void for_windows(const Pool& pool, Begin begin, Visit visit) {
  for (std::int64_t row = 0; row < pool.rows.out; ++row) {
    const Span rows = window_span(pool.rows, row);
    for (std::int64_t column = 0; column < pool.columns.out; ++column) {
      const Span columns = window_span(pool.columns, column);
      const std::int64_t out = row * pool.columns.out + column;
      begin(out, (rows.end - rows.begin) * (columns.end - columns.begin));
      for (std::int64_t r = rows.begin; r < rows.end; ++r) {
        for (std::int64_t c = columns.begin; c < columns.end; ++c) {
          visit(out, r * pool.columns.in + c);
        }
      }
    }
  }
}

// body(first image, last image) in parallel.
void for_images(KernelContext& context, const Pool& pool,
                FunctionRef<void(std::int64_t, std::int64_t)> body) {
  parallel_for(context.pool(), pool.batch, pool.cost(), body);
}

// Output 0 of `shape` (channels last) as `fill` writes it.
template <typename T, typename Fill>
void write_output(KernelContext& context, const Pool& pool, const Shape& shape, Fill fill) {
  if (pool.format.channels_first) {
    const Ref<TensorRep> image = TensorRep::make(dtype_of<T>, shape);
    if (image->num_elements() > 0) fill(image->mutable_data<T>());
    output_channels_first(context, *image);
    return;
  }
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  if (out.num_elements() > 0) fill(out.mutable_data<T>());
}

template <typename T>
constexpr Compute<T> lowest() noexcept {
  using C = Compute<T>;
  if constexpr (std::floating_point<C>)
    return -std::numeric_limits<C>::infinity();
  else
    return std::numeric_limits<C>::lowest();
}

template <typename T>
void max_pool(KernelContext& context) {
  const Pool pool = read_pool(context, context.input(0).shape());
  const Ref<TensorRep> input = channels_last(context, 0);
  const T* from = input->data<T>();
  const std::int64_t channels = pool.channels;
  const std::int64_t in_size = pool.rows.in * pool.columns.in * channels;
  const std::int64_t out_size = pool.rows.out * pool.columns.out * channels;
  write_output<T>(context, pool, pool.out_shape(), [&](T* to) {
    for_images(context, pool, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t image = first; image < last; ++image) {
        const T* in = from + image * in_size;
        T* out = to + image * out_size;
        for_windows(
            pool,
            [&](std::int64_t pixel, std::int64_t) {
              std::fill_n(out + pixel * channels, channels, T(lowest<T>()));
            },
            [&](std::int64_t pixel, std::int64_t source) {
              T* best = out + pixel * channels;
              const T* values = in + source * channels;
              if constexpr (std::is_same_v<T, float>) {
                vector_loops().max_into(values, best, channels);
                return;
              }
#pragma GCC ivdep
              for (std::int64_t c = 0; c < channels; ++c) {
                best[c] = load(best[c]) < load(values[c]) ? values[c] : best[c];
              }
            });
      }
    });
  });
}

// No input is in two windows.
bool are_apart(const Pool& pool) noexcept {
  return pool.rows.stride >= pool.rows.size && pool.columns.stride >= pool.columns.size;
}

// One image's gradient where the windows are apart.
void give_gradients(const Pool& pool, const float* in, const float* best, const float* delta,
                    float* out) {
  const VectorLoops& loops = vector_loops();
  const std::int64_t line = pool.columns.in * pool.channels;
  for (std::int64_t row = 0; row < pool.rows.out; ++row) {
    const Span rows = window_span(pool.rows, row);
    for (std::int64_t column = 0; column < pool.columns.out; ++column) {
      const Span columns = window_span(pool.columns, column);
      const std::int64_t at = rows.begin * line + columns.begin * pool.channels;
      const std::int64_t pixel = (row * pool.columns.out + column) * pool.channels;
      loops.max_window_gradient(
          in + at, out + at,
          {rows.end - rows.begin, columns.end - columns.begin, line, pool.channels}, best + pixel,
          delta + pixel, pool.channels);
    }
  }
}

// Every input is in a window.
bool are_covering(const Pool& pool) noexcept {
  return pool.rows.out * pool.rows.size - pool.rows.before >= pool.rows.in &&
         pool.columns.out * pool.columns.size - pool.columns.before >= pool.columns.in &&
         pool.rows.stride <= pool.rows.size && pool.columns.stride <= pool.columns.size;
}

// The gradient goes to the first of the largest values of each window.
template <typename T>
void max_pool_grad(KernelContext& context) {
  const Pool pool = read_pool(context, context.input(0).shape());
  const Shape expected =
      pool.format.shape(pool.batch, pool.rows.out, pool.columns.out, pool.channels);
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    if (context.input(i).shape() == expected) continue;
    context.invalid(std::string("Expected ") + (i == 1 ? "orig_output" : "grad") + " shape to be " +
                    expected.to_bracket_string() + ", but got " +
                    context.input(i).shape().to_bracket_string());
  }
  const Ref<TensorRep> input = channels_last(context, 0);
  const Ref<TensorRep> output = channels_last(context, 1);
  const Ref<TensorRep> gradient = channels_last(context, 2);
  const std::int64_t channels = pool.channels;
  const std::int64_t in_size = pool.rows.in * pool.columns.in * channels;
  const std::int64_t out_size = pool.rows.out * pool.columns.out * channels;
  write_output<T>(context, pool, pool.in_shape(), [&](T* to) {
    if (!are_apart(pool) || !are_covering(pool) || !std::is_same_v<T, float>) {
      std::fill_n(to, pool.batch * in_size, T(Compute<T>{0}));
    }
    if (out_size == 0) return;
    if constexpr (std::is_same_v<T, float>) {
      if (are_apart(pool)) {
        for_images(context, pool, [&](std::int64_t first, std::int64_t last) {
          for (std::int64_t image = first; image < last; ++image) {
            give_gradients(pool, input->data<T>() + image * in_size,
                           output->data<T>() + image * out_size,
                           gradient->data<T>() + image * out_size, to + image * in_size);
          }
        });
        return;
      }
    }
    for_images(context, pool, [&](std::int64_t first, std::int64_t last) {
      SmallVector<std::uint8_t, 512> found;
      found.assign(static_cast<std::size_t>(channels), 0);
      std::uint8_t* is_found = found.data();
      for (std::int64_t image = first; image < last; ++image) {
        const T* in = input->data<T>() + image * in_size;
        const T* best = output->data<T>() + image * out_size;
        const T* add = gradient->data<T>() + image * out_size;
        T* sums = to + image * in_size;
        for_windows(
            pool, [&](std::int64_t, std::int64_t) { std::fill_n(is_found, channels, 0); },
            [&](std::int64_t pixel, std::int64_t source) {
              const T* values = in + source * channels;
              const T* largest = best + pixel * channels;
              const T* delta = add + pixel * channels;
              T* sum = sums + source * channels;
#pragma GCC ivdep
              for (std::int64_t c = 0; c < channels; ++c) {
                const bool is_here = is_found[c] == 0 && !(load(values[c]) < load(largest[c]));
                const auto more = is_here ? load(delta[c]) : Compute<T>{0};
                is_found[c] = static_cast<std::uint8_t>(is_found[c] | (is_here ? 1 : 0));
                sum[c] = static_cast<T>(add_wrapping(load(sum[c]), more));
              }
            });
      }
    });
  });
}

// Of (input, output, gradient of the input's gradient): what the gradient is where the largest
// value of each window was found first.
template <typename T>
void max_pool_grad_grad(KernelContext& context) {
  const Pool pool = read_pool(context, context.input(0).shape());
  const Shape expected =
      pool.format.shape(pool.batch, pool.rows.out, pool.columns.out, pool.channels);
  context.require(context.input(1).shape() == expected,
                  "orig_output must have the shape of the pooled input");
  context.require(context.input(2).shape() == context.input(0).shape(),
                  "grad must have the shape of orig_input");
  const Ref<TensorRep> input = channels_last(context, 0);
  const Ref<TensorRep> output = channels_last(context, 1);
  const Ref<TensorRep> gradient = channels_last(context, 2);
  const std::int64_t channels = pool.channels;
  const std::int64_t in_size = pool.rows.in * pool.columns.in * channels;
  const std::int64_t out_size = pool.rows.out * pool.columns.out * channels;
  write_output<T>(context, pool, pool.out_shape(), [&](T* to) {
    std::fill_n(to, pool.batch * out_size, T(Compute<T>{0}));
    for_images(context, pool, [&](std::int64_t first, std::int64_t last) {
      SmallVector<std::uint8_t, 512> found;
      found.assign(static_cast<std::size_t>(channels), 0);
      for (std::int64_t image = first; image < last; ++image) {
        const T* in = input->data<T>() + image * in_size;
        const T* from = gradient->data<T>() + image * in_size;
        const T* best = output->data<T>() + image * out_size;
        for_windows(
            pool, [&](std::int64_t, std::int64_t) { std::fill_n(found.data(), channels, 0); },
            [&](std::int64_t pixel, std::int64_t source) {
              for (std::int64_t c = 0; c < channels; ++c) {
                std::uint8_t& is_found = found[static_cast<std::size_t>(c)];
                const auto value = load(in[source * channels + c]);
                if (is_found != 0 || value != load(best[pixel * channels + c])) continue;
                to[image * out_size + pixel * channels + c] = from[source * channels + c];
                is_found = 1;
              }
            });
      }
    });
  });
}

template <typename T>
void avg_pool(KernelContext& context) {
  using C = Compute<T>;
  const Pool pool = read_pool(context, context.input(0).shape());
  const Ref<TensorRep> input = channels_last(context, 0);
  const std::int64_t channels = pool.channels;
  const std::int64_t in_size = pool.rows.in * pool.columns.in * channels;
  const std::int64_t out_size = pool.rows.out * pool.columns.out * channels;
  write_output<T>(context, pool, pool.out_shape(), [&](T* to) {
    for_images(context, pool, [&](std::int64_t first, std::int64_t last) {
      SmallVector<C, 512> sums;
      sums.assign(static_cast<std::size_t>(channels), C{0});
      C* sum = sums.data();
      for (std::int64_t image = first; image < last; ++image) {
        const T* in = input->data<T>() + image * in_size;
        for (std::int64_t pixel = 0; pixel < pool.rows.out * pool.columns.out; ++pixel) {
          const Span rows = window_span(pool.rows, pixel / pool.columns.out);
          const Span columns = window_span(pool.columns, pixel % pool.columns.out);
          std::fill_n(sum, channels, C{0});
          for (std::int64_t r = rows.begin; r < rows.end; ++r) {
            for (std::int64_t c = columns.begin; c < columns.end; ++c) {
              const T* values = in + (r * pool.columns.in + c) * channels;
#pragma GCC ivdep
              for (std::int64_t i = 0; i < channels; ++i) sum[i] += load(values[i]);
            }
          }
          const C count = static_cast<C>((rows.end - rows.begin) * (columns.end - columns.begin));
          T* out = to + image * out_size + pixel * channels;
          for (std::int64_t i = 0; i < channels; ++i) out[i] = static_cast<T>(sum[i] / count);
        }
      }
    });
  });
}

template <typename T>
void avg_pool_grad(KernelContext& context) {
  using C = Compute<T>;
  const Shape input_shape = read_shape(context, 0);
  context.require(input_shape.rank() == 4, "orig_input_shape must be 1-dimensional and 4 elements");
  const Pool pool = read_pool(context, input_shape);
  const Shape expected =
      pool.format.shape(pool.batch, pool.rows.out, pool.columns.out, pool.channels);
  if (context.input(1).shape() != expected) {
    context.invalid("Expected grad shape to be " + expected.to_bracket_string() + ", but got " +
                    context.input(1).shape().to_bracket_string());
  }
  const Ref<TensorRep> gradient = channels_last(context, 1);
  const std::int64_t channels = pool.channels;
  const std::int64_t in_size = pool.rows.in * pool.columns.in * channels;
  const std::int64_t out_size = pool.rows.out * pool.columns.out * channels;
  write_output<T>(context, pool, pool.in_shape(), [&](T* to) {
    std::fill_n(to, pool.batch * in_size, T(C{0}));
    if (out_size == 0) return;
    for_images(context, pool, [&](std::int64_t first, std::int64_t last) {
      C scale = 0;
      for (std::int64_t image = first; image < last; ++image) {
        const T* add = gradient->data<T>() + image * out_size;
        T* sums = to + image * in_size;
        for_windows(
            pool, [&](std::int64_t, std::int64_t count) { scale = C{1} / static_cast<C>(count); },
            [&](std::int64_t pixel, std::int64_t source) {
              const T* delta = add + pixel * channels;
              T* sum = sums + source * channels;
#pragma GCC ivdep
              for (std::int64_t c = 0; c < channels; ++c) {
                sum[c] = static_cast<T>(load(sum[c]) + load(delta[c]) * scale);
              }
            });
      }
    });
  });
}

Kernel select_max_pool(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return max_pool<T>; });
}
Kernel select_max_pool_grad(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return max_pool_grad<T>; });
}
Kernel select_max_pool_grad_grad(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return max_pool_grad_grad<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"MaxPool", select_max_pool},
    {"MaxPoolV2", select_max_pool},
    {"MaxPoolGrad", select_max_pool_grad},
    {"MaxPoolGradV2", select_max_pool_grad},
    {"MaxPoolGradGrad", select_max_pool_grad_grad},
    {"MaxPoolGradGradV2", select_max_pool_grad_grad},
    {"AvgPool",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[0], []<typename T>() -> Kernel { return avg_pool<T>; });
     }},
    {"AvgPoolGrad",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[1],
                   []<typename T>() -> Kernel { return avg_pool_grad<T>; });
     }},
};
}  // namespace

KernelBindings pooling_kernels() { return kBindings; }

}  // namespace opscope::runtime
