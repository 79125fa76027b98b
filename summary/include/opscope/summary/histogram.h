// Distributions of values, for the Histograms and Distributions pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "opscope/summary/file_writer.h"
#include "opscope/summary/sampling.h"

namespace opscope::summary {

// Values from `left` (included) to `right` (excluded, except in the last bucket).
struct HistogramBucket {
  double left = 0;
  double right = 0;
  double count = 0;  // may be a fraction, where values have weights

  bool operator==(const HistogramBucket&) const = default;
};

struct HistogramOptions {
  std::size_t buckets = 30;           // at least 1
  std::span<const double> weights{};  // one for each value; empty: 1 for each
  std::string_view display_name{};
  std::string_view description{};  // markdown
};

// TensorFlow 2's bucketing: equal widths between the smallest and the largest value. When all
// values are equal every bucket is [value, value] and the last one has them all; without values
// every bucket is zero. Values that are not finite are left out. Any built-in number type but long
// double. Throws invalid_argument for no buckets or a number of weights other than of values.
template <typename T>
[[nodiscard]] std::vector<HistogramBucket> make_histogram(std::span<const T> values,
                                                          const HistogramOptions& options = {});

// Writes buckets as given; they should be contiguous and ascending.
void write_buckets(FileWriter& writer, std::string_view tag,
                   std::span<const HistogramBucket> buckets, std::int64_t step,
                   const HistogramOptions& options = {});

// Writes the histogram of the values.
template <typename T>
void histogram(FileWriter& writer, std::string_view tag, std::span<const T> values,
               std::int64_t step, const HistogramOptions& options = {}) {
  if (!should_record()) return;
  write_buckets(writer, tag, make_histogram(values, options), step, options);
}
template <typename T>
void histogram(FileWriter& writer, std::string_view tag, const std::vector<T>& values,
               std::int64_t step, const HistogramOptions& options = {}) {
  histogram(writer, tag, std::span<const T>(values), step, options);
}

}  // namespace opscope::summary
