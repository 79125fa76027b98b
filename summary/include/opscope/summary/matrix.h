// Matrices, vectors and other ranges of numbers straight in, without knowing their library:
// Eigen's, std::array, std::valarray-like classes, one's own. Only their members are used.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "opscope/summary/histogram.h"
#include "opscope/summary/image.h"
#include "opscope/summary/tensor.h"

namespace opscope::summary {

// rows(), cols() and m(row, column), as every expression of Eigen has them.
template <typename M>
concept MatrixLike = requires(const M& m) {
  { m.rows() } -> std::convertible_to<std::int64_t>;
  { m.cols() } -> std::convertible_to<std::int64_t>;
  m(m.rows(), m.cols());
};

// data() and size() of numbers that lie one behind the other.
template <typename R>
concept ContiguousRange = !MatrixLike<R> && requires(const R& r) {
  requires std::is_arithmetic_v<std::remove_cvref_t<decltype(*r.data())>>;
  { r.size() } -> std::convertible_to<std::size_t>;
};

// The values of a matrix, row by row, whatever its own order, strides and form of evaluation.
template <MatrixLike M>
[[nodiscard]] auto row_major_values(const M& matrix) {
  using T = std::remove_cvref_t<decltype(matrix(matrix.rows(), matrix.cols()))>;
  std::vector<T> values;
  values.reserve(static_cast<std::size_t>(matrix.rows()) * static_cast<std::size_t>(matrix.cols()));
  for (decltype(matrix.rows()) row = 0; row < matrix.rows(); ++row) {
    for (decltype(matrix.cols()) col = 0; col < matrix.cols(); ++col) {
      values.push_back(matrix(row, col));
    }
  }
  return values;
}

template <ContiguousRange R>
[[nodiscard]] auto values_of(const R& range) {
  using T = std::remove_cvref_t<decltype(*range.data())>;
  return std::span<const T>(range.data(), static_cast<std::size_t>(range.size()));
}

// The histogram of all values.
template <MatrixLike M>
void histogram(FileWriter& writer, std::string_view tag, const M& matrix, std::int64_t step,
               const HistogramOptions& options = {}) {
  if (should_record()) histogram(writer, tag, row_major_values(matrix), step, options);
}
template <ContiguousRange R>
void histogram(FileWriter& writer, std::string_view tag, const R& range, std::int64_t step,
               const HistogramOptions& options = {}) {
  histogram(writer, tag, values_of(range), step, options);
}

// A tensor of shape [rows, cols], or [size].
template <MatrixLike M>
void tensor(FileWriter& writer, std::string_view tag, const M& matrix, std::int64_t step,
            const TensorOptions& options = {}) {
  const auto values = row_major_values(matrix);
  const std::array<std::int64_t, 2> dims{static_cast<std::int64_t>(matrix.rows()),
                                         static_cast<std::int64_t>(matrix.cols())};
  tensor(writer, tag, std::span(values), std::span<const std::int64_t>(dims), step, options);
}
template <ContiguousRange R>
void tensor(FileWriter& writer, std::string_view tag, const R& range, std::int64_t step,
            const TensorOptions& options = {}) {
  const auto size = static_cast<std::int64_t>(range.size());
  tensor(writer, tag, values_of(range), std::span<const std::int64_t>(&size, 1), step, options);
}

// A grey picture: a pixel for each value, the first row on top.
template <MatrixLike M>
void image(FileWriter& writer, std::string_view tag, const M& matrix, std::int64_t step,
           const ImageOptions& options = {}) {
  const auto values = row_major_values(matrix);
  using T = typename decltype(values)::value_type;
  image(writer, tag,
        ImageView<T>{.pixels = values,
                     .width = static_cast<std::int64_t>(matrix.cols()),
                     .height = static_cast<std::int64_t>(matrix.rows()),
                     .channels = 1},
        step, options);
}

}  // namespace opscope::summary
