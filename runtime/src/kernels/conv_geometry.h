// The sizes of a two-dimensional convolution, and its windows as rows of a matrix.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "kernels/windows.h"

namespace opscope::runtime {

struct ConvGeometry {
  std::int64_t batch;
  WindowAxis rows;
  WindowAxis columns;
  std::int64_t in_channels;
  std::int64_t group_in;  // input channels of one group: the filter's third dimension
  std::int64_t out_channels;
  std::int64_t groups;

  [[nodiscard]] std::int64_t group_out() const noexcept { return out_channels / groups; }
  [[nodiscard]] std::int64_t pixels() const noexcept { return batch * rows.out * columns.out; }
  // Values in a window of one group.
  [[nodiscard]] std::int64_t window() const noexcept { return rows.size * columns.size * group_in; }
};

// Of an input and a filter of these shapes, by the op's attributes. Fails as TensorFlow does.
[[nodiscard]] ConvGeometry conv_geometry(const KernelContext& context, const Shape& input,
                                         const Shape& filter);
// Fails unless `gradient` has the shape of the convolution's output.
void check_gradient(const KernelContext& context, const ConvGeometry& conv, const Shape& gradient);

// An image batch with channels last, seen through windows; what is outside is zero.
template <typename T>
struct Patches {
  const T* data;
  std::int64_t channels;       // of the image
  std::int64_t first_channel;  // of those in the windows
  std::int64_t window_channels;
  WindowAxis rows;
  WindowAxis columns;

  [[nodiscard]] std::int64_t width() const noexcept {
    return rows.size * columns.size * window_channels;
  }
  // The windows [first, first + count), counted over batch, rows, columns, as rows of `to`,
  // `row_stride` apart: for each filter row and column its channels.
  void copy(std::int64_t first, std::int64_t count, T* to, std::int64_t row_stride) const {
    std::int64_t column = first % columns.out;
    std::int64_t row = first / columns.out % rows.out;
    std::int64_t image = first / columns.out / rows.out;
    for (std::int64_t i = 0; i < count; ++i, to += row_stride) {
      copy_window(image, row * rows.stride - rows.before, column * columns.stride - columns.before,
                  to);
      if (++column < columns.out) continue;
      column = 0;
      if (++row < rows.out) continue;
      row = 0;
      ++image;
    }
  }

 private:
  void copy_window(std::int64_t image, std::int64_t top, std::int64_t left, T* to) const {
    const std::int64_t run = columns.size * window_channels;
    for (std::int64_t r = 0; r < rows.size; ++r, to += run) {
      const std::int64_t row = top + r * rows.dilation;
      if (row < 0 || row >= rows.in) {
        std::fill_n(to, run, T{0});
        continue;
      }
      const T* line = data + (image * rows.in + row) * columns.in * channels + first_channel;
      if (columns.dilation == 1 && window_channels == channels) {
        copy_run(line, left, to);
      } else {
        copy_columns(line, left, to);
      }
    }
  }
  // Few values without a call.
  static void copy_values(const T* from, std::int64_t count, T* to) {
    if (count >= 8) {
      std::copy_n(from, count, to);
      return;
    }
    for (; count >= 2; count -= 2, from += 2, to += 2) __builtin_memcpy(to, from, 2 * sizeof(T));
    if (count == 1) *to = *from;
  }
  // Neighbouring columns lie one after another.
  void copy_run(const T* line, std::int64_t left, T* to) const {
    if (left >= 0 && left + columns.size <= columns.in) {
      copy_values(line + left * channels, columns.size * channels, to);
      return;
    }
    const std::int64_t begin = std::clamp<std::int64_t>(-left, 0, columns.size);
    const std::int64_t end = std::clamp<std::int64_t>(columns.in - left, begin, columns.size);
    std::fill_n(to, begin * channels, T{0});
    std::copy_n(line + (left + begin) * channels, (end - begin) * channels, to + begin * channels);
    std::fill_n(to + end * channels, (columns.size - end) * channels, T{0});
  }
  void copy_columns(const T* line, std::int64_t left, T* to) const {
    for (std::int64_t c = 0; c < columns.size; ++c, to += window_channels) {
      const std::int64_t column = left + c * columns.dilation;
      if (column < 0 || column >= columns.in) {
        std::fill_n(to, window_channels, T{0});
      } else {
        std::copy_n(line + column * channels, window_channels, to);
      }
    }
  }
};

}  // namespace opscope::runtime
