#include "kernels/conv_products.h"

#include "kernels/conv_lines.h"
#include "kernels/gemm_rows.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
// Rough time of a multiplication with its addition.
constexpr double kNsPerProduct = 0.02;

// Windows copied at a time: their rows should stay in the second-level cache.
std::int64_t block_size(std::int64_t width) noexcept {
  constexpr std::int64_t kBlockValues = 48 * 1024;
  return std::clamp<std::int64_t>(kBlockValues / std::max<std::int64_t>(1, width), 24, 480) / 24 *
         24;
}

// Rows of a copied block are this far apart: not at multiples of a page, which would put all of
// them into few sets of the cache.
std::int64_t padded_width(std::int64_t width) noexcept {
  return width % 512 == 0 ? width + 16 : width;
}

// Whether the windows are the pixels.
template <typename T>
bool is_plain(const Patches<T>& patches) noexcept {
  return patches.rows.size == 1 && patches.columns.size == 1 && patches.rows.stride == 1 &&
         patches.columns.stride == 1 && patches.rows.before == 0 && patches.columns.before == 0 &&
         patches.rows.in == patches.rows.out && patches.columns.in == patches.columns.out;
}

template <typename T>
bool reads_lines_of(const Patches<T>& patches) noexcept {
  return !is_plain(patches) &&
         reads_lines(patches.columns, patches.channels, patches.window_channels);
}

// to[pixel][first_out ...] = windows x filter, for all pixels. Rows of `to` are `ldc` apart.
template <typename T>
void multiply_patches(const Patches<T>& patches, std::int64_t batch, MatrixView<T> filter,
                      std::int64_t out, T* to, std::int64_t ldc, ThreadPool* pool) {
  const std::int64_t pixels = batch * patches.rows.out * patches.columns.out;
  if (pixels == 0) return;
  if (reads_lines_of(patches)) {
    multiply_lines(patches, batch, filter, out, to, pool);
    return;
  }
  const std::int64_t width = patches.width();
  const PackedMatrix<T> packed(filter, width, out, pool);
  const double cost = static_cast<double>(width * out) * kNsPerProduct + 1;
  const std::int64_t block = block_size(width);
  const std::int64_t blocks = (pixels + block - 1) / block;
  parallel_for(pool, blocks, cost * static_cast<double>(block),
               [&](std::int64_t begin, std::int64_t end) {
                 if (is_plain(patches)) {
                   const std::int64_t first = begin * block;
                   packed.multiply(std::min(pixels, end * block) - first,
                                   patches.data + first * patches.channels + patches.first_channel,
                                   patches.channels, to + first * ldc, ldc);
                   return;
                 }
                 const std::int64_t stride = padded_width(width);
                 const Scratch<T> windows(block * stride);
                 for (std::int64_t b = begin; b < end; ++b) {
                   const std::int64_t first = b * block;
                   const std::int64_t count = std::min(block, pixels - first);
                   patches.copy(first, count, windows.get(), stride);
                   packed.multiply(count, windows.get(), stride, to + first * ldc, ldc);
                 }
               });
}

template <typename T>
Patches<T> input_patches(const ConvGeometry& conv, const T* input, std::int64_t group) noexcept {
  return {.data = input,
          .channels = conv.in_channels,
          .first_channel = group * conv.group_in,
          .window_channels = conv.group_in,
          .rows = conv.rows,
          .columns = conv.columns};
}

// With stride 1 the gradient by the input is itself a convolution, of the gradient by the filter
// turned by half a circle.
template <typename T>
void unstrided_input_gradient(const ConvGeometry& conv, const T* filter, const T* gradient,
                              T* result, ThreadPool* pool) {
  const std::int64_t taps = conv.rows.size * conv.columns.size;
  const Scratch<T> turned(taps * conv.group_in * conv.group_out());
  const auto turn = [](const WindowAxis& axis) {
    return WindowAxis{.in = axis.out,
                      .size = axis.size,
                      .stride = 1,
                      .dilation = axis.dilation,
                      .before = (axis.size - 1) * axis.dilation - axis.before,
                      .out = axis.in};
  };
  for (std::int64_t group = 0; group < conv.groups; ++group) {
    const std::int64_t first_out = group * conv.group_out();
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const T* from = filter + (taps - 1 - tap) * conv.group_in * conv.out_channels + first_out;
      T* to = turned.get() + tap * conv.group_out() * conv.group_in;
      for (std::int64_t i = 0; i < conv.group_in; ++i) {
        for (std::int64_t o = 0; o < conv.group_out(); ++o) {
          to[o * conv.group_in + i] = from[i * conv.out_channels + o];
        }
      }
    }
    const Patches<T> patches{.data = gradient,
                             .channels = conv.out_channels,
                             .first_channel = first_out,
                             .window_channels = conv.group_out(),
                             .rows = turn(conv.rows),
                             .columns = turn(conv.columns)};
    multiply_patches(patches, conv.batch, MatrixView<T>{turned.get(), conv.group_in, 1},
                     conv.group_in, result + group * conv.group_in, conv.in_channels, pool);
  }
}

// Adds the windows of one line of output pixels to the image they were taken from.
template <typename T>
void add_windows(const ConvGeometry& conv, std::int64_t group, std::int64_t out_row,
                 const T* windows, T* image) {
  for (std::int64_t r = 0; r < conv.rows.size; ++r) {
    const std::int64_t row = out_row * conv.rows.stride - conv.rows.before + r * conv.rows.dilation;
    if (row < 0 || row >= conv.rows.in) continue;
    T* line = image + row * conv.columns.in * conv.in_channels + group * conv.group_in;
    for (std::int64_t pixel = 0; pixel < conv.columns.out; ++pixel) {
      const T* window = windows + pixel * conv.window() + r * conv.columns.size * conv.group_in;
      for (std::int64_t c = 0; c < conv.columns.size; ++c, window += conv.group_in) {
        const std::int64_t column =
            pixel * conv.columns.stride - conv.columns.before + c * conv.columns.dilation;
        if (column < 0 || column >= conv.columns.in) continue;
        T* to = line + column * conv.in_channels;
#pragma GCC ivdep
        for (std::int64_t i = 0; i < conv.group_in; ++i) to[i] += window[i];
      }
    }
  }
}

template <typename T>
void strided_input_gradient(const ConvGeometry& conv, const T* filter, const T* gradient, T* result,
                            ThreadPool* pool) {
  const std::int64_t image_size = conv.rows.in * conv.columns.in * conv.in_channels;
  const std::int64_t out_line = conv.columns.out * conv.out_channels;
  std::fill_n(result, conv.batch * image_size, T{0});
  const double cost = static_cast<double>(conv.rows.out * conv.columns.out * conv.window()) *
                      static_cast<double>(conv.group_out()) * kNsPerProduct;
  for (std::int64_t group = 0; group < conv.groups; ++group) {
    const std::int64_t first_out = group * conv.group_out();
    const PackedMatrix<T> packed(MatrixView<T>{filter + first_out, 1, conv.out_channels},
                                 conv.group_out(), conv.window(), pool);
    parallel_for(pool, conv.batch, cost, [&](std::int64_t begin, std::int64_t end) {
      const Scratch<T> windows(conv.columns.out * conv.window());
      for (std::int64_t image = begin; image < end; ++image) {
        for (std::int64_t row = 0; row < conv.rows.out; ++row) {
          const T* line = gradient + (image * conv.rows.out + row) * out_line + first_out;
          packed.multiply(conv.columns.out, line, conv.out_channels, windows.get(), conv.window());
          add_windows(conv, group, row, windows.get(), result + image * image_size);
        }
      }
    });
  }
}
}  // namespace

template <typename T>
void conv_forward(const ConvGeometry& conv, const T* input, const T* filter, T* output,
                  ThreadPool* pool) {
  for (std::int64_t group = 0; group < conv.groups; ++group) {
    const std::int64_t first_out = group * conv.group_out();
    multiply_patches(input_patches(conv, input, group), conv.batch,
                     MatrixView<T>{filter + first_out, conv.out_channels, 1}, conv.group_out(),
                     output + first_out, conv.out_channels, pool);
  }
}

template <typename T>
void conv_input_gradient(const ConvGeometry& conv, const T* filter, const T* gradient, T* result,
                         ThreadPool* pool) {
  if (conv.rows.stride == 1 && conv.columns.stride == 1) {
    unstrided_input_gradient(conv, filter, gradient, result, pool);
  } else {
    strided_input_gradient(conv, filter, gradient, result, pool);
  }
}

template <typename T>
void conv_filter_gradient(const ConvGeometry& conv, const T* input, const T* gradient, T* result,
                          ThreadPool* pool) {
  const Patches<T> whole = input_patches(conv, input, 0);
  if (conv.pixels() > 0 && reads_lines_of(whole)) {
    sum_lines(whole, conv.batch, gradient, conv.out_channels, result, pool);
    return;
  }
  // Each part sums its images apart, and the parts are summed in order.
  constexpr std::int64_t kMostParts = 8;
  constexpr std::int64_t kBlock = 240;
  const std::int64_t pixels = conv.pixels();
  const std::int64_t filter_size = conv.window() * conv.out_channels;
  const std::int64_t part_size = std::max((pixels + kMostParts - 1) / kMostParts, kBlock);
  const std::int64_t parts = (pixels + part_size - 1) / part_size;
  std::fill_n(result, filter_size, T{0});
  const Scratch<T> sums(std::max<std::int64_t>(1, parts) * filter_size);
  const double cost = static_cast<double>(part_size * filter_size) * kNsPerProduct;
  parallel_for(pool, parts, cost, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t width = conv.window();
    const Scratch<T> windows(kBlock * width);
    for (std::int64_t part = begin; part < end; ++part) {
      T* sum = sums.get() + part * filter_size;
      std::fill_n(sum, filter_size, T{0});
      const std::int64_t last = std::min(pixels, (part + 1) * part_size);
      for (std::int64_t group = 0; group < conv.groups; ++group) {
        const Patches<T> patches = input_patches(conv, input, group);
        const std::int64_t first_out = group * conv.group_out();
        for (std::int64_t pixel = part * part_size; pixel < last; pixel += kBlock) {
          const std::int64_t count = std::min(kBlock, last - pixel);
          patches.copy(pixel, count, windows.get(), width);
          gemm_add<T>(width, conv.group_out(), count, {windows.get(), 1, width},
                      {gradient + pixel * conv.out_channels + first_out, conv.out_channels, 1},
                      sum + first_out, conv.out_channels, nullptr);
        }
      }
    }
  });
  for (std::int64_t part = 0; part < parts; ++part) {
    const T* sum = sums.get() + part * filter_size;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < filter_size; ++i) result[i] += sum[i];
  }
}

#define OPSCOPE_INSTANTIATE(T)                                                                    \
  template void conv_forward<T>(const ConvGeometry&, const T*, const T*, T*, ThreadPool*);        \
  template void conv_input_gradient<T>(const ConvGeometry&, const T*, const T*, T*, ThreadPool*); \
  template void conv_filter_gradient<T>(const ConvGeometry&, const T*, const T*, T*, ThreadPool*);
OPSCOPE_INSTANTIATE(float)
OPSCOPE_INSTANTIATE(double)
#undef OPSCOPE_INSTANTIATE

}  // namespace opscope::runtime
