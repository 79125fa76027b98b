#include "opscope/summary/histogram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "event_encoder.h"
#include "opscope/proto/types.pb.h"
#include "tag_check.h"
#include "tensor_summary.h"

namespace opscope::summary {
namespace {

struct Range {
  double min = 0;
  double max = 0;
  bool is_all_finite = true;
};

// Several running minima, because one would wait for itself at every value.
template <typename T>
Range find_range(std::span<const T> values) {
  constexpr std::size_t kLanes = 8;
  std::array<T, kLanes> min;
  std::array<T, kLanes> max;
  min.fill(values.front());
  max.fill(values.front());
  std::array<T, kLanes> not_finite{};  // becomes NaN with the first value that is not finite
  const auto take = [&](std::size_t lane, T value) {
    min[lane] = value < min[lane] ? value : min[lane];
    max[lane] = value > max[lane] ? value : max[lane];
    if constexpr (std::is_floating_point_v<T>) not_finite[lane] += value - value;
  };
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) take(lane, values[i + lane]);
  }
  for (; i < values.size(); ++i) take(0, values[i]);
  const bool is_all_finite =
      std::all_of(not_finite.begin(), not_finite.end(), [](T sum) { return sum == T{}; });
  return {static_cast<double>(*std::min_element(min.begin(), min.end())),
          static_cast<double>(*std::max_element(max.begin(), max.end())), is_all_finite};
}

// Adds 1 or the weight of each value to the count of its bucket.
template <typename T>
void count_values(std::span<const T> values, std::span<const double> weights, const Range& range,
                  std::vector<double>& counts) {
  const double width = (range.max - range.min) / static_cast<double>(counts.size());
  const auto last = static_cast<std::int64_t>(counts.size()) - 1;
  const auto index_of = [&](T value) {
    const double offset = (static_cast<double>(value) - range.min) / width;
    return static_cast<std::size_t>(std::min(static_cast<std::int64_t>(offset), last));
  };
  if (!weights.empty()) {
    for (std::size_t i = 0; i < values.size(); ++i) counts[index_of(values[i])] += weights[i];
    return;
  }
  // Four tables, because neighbours often fall into one bucket, whose count would be waited for.
  constexpr std::size_t kTables = 4;
  std::vector<std::uint64_t> tables(kTables * counts.size());
  std::size_t i = 0;
  for (; i + kTables <= values.size(); i += kTables) {
    for (std::size_t t = 0; t < kTables; ++t) ++tables[t * counts.size() + index_of(values[i + t])];
  }
  for (; i < values.size(); ++i) ++tables[index_of(values[i])];
  for (std::size_t k = 0; k < tables.size(); ++k) {
    counts[k % counts.size()] += static_cast<double>(tables[k]);
  }
}

template <typename T>
std::vector<HistogramBucket> bucket_finite(std::span<const T> values,
                                           std::span<const double> weights, const Range& range,
                                           std::size_t bucket_count) {
  std::vector<double> counts(bucket_count);
  const double width = (range.max - range.min) / static_cast<double>(bucket_count);
  if (range.min == range.max) {
    counts.back() = static_cast<double>(values.size());
    if (!weights.empty()) {
      counts.back() = 0;
      for (const double weight : weights) counts.back() += weight;
    }
  } else {
    count_values(values, weights, range, counts);
  }
  std::vector<HistogramBucket> buckets(bucket_count);
  for (std::size_t i = 0; i < bucket_count; ++i) {
    const double left = range.min + width * static_cast<double>(i);
    const double right =
        i + 1 == bucket_count ? range.max : range.min + width * static_cast<double>(i + 1);
    buckets[i] = {left, right, counts[i]};
  }
  return buckets;
}

// For values so far apart, or so close together, that the width of a bucket is no number.
template <typename T>
std::vector<HistogramBucket> bucket_scaled(std::span<const T> values, const Range& range,
                                           const HistogramOptions& options) {
  const double scale = std::isfinite(range.max - range.min) ? 0x1p200 : 0x1p-2;
  std::vector<double> scaled(values.begin(), values.end());
  for (double& value : scaled) value *= scale;
  std::vector<HistogramBucket> buckets = make_histogram(std::span<const double>(scaled), options);
  for (HistogramBucket& bucket : buckets) {
    bucket.left /= scale;
    bucket.right /= scale;
  }
  return buckets;
}

}  // namespace

template <typename T>
std::vector<HistogramBucket> make_histogram(std::span<const T> values,
                                            const HistogramOptions& options) {
  if (options.buckets == 0) {
    throw Error(ErrorCode::invalid_argument, "a histogram needs at least 1 bucket; got 0");
  }
  if (!options.weights.empty() && options.weights.size() != values.size()) {
    throw Error(ErrorCode::invalid_argument,
                "a histogram has " + std::to_string(values.size()) + " values and " +
                    std::to_string(options.weights.size()) + " weights");
  }
  if (values.empty()) return std::vector<HistogramBucket>(options.buckets);
  const Range range = find_range(values);
  if (range.is_all_finite) {
    const double width = (range.max - range.min) / static_cast<double>(options.buckets);
    const bool is_odd = !std::isfinite(width) || (width == 0 && range.min != range.max);
    return is_odd ? bucket_scaled(values, range, options)
                  : bucket_finite(values, options.weights, range, options.buckets);
  }

  std::vector<T> finite;
  std::vector<double> weights;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(static_cast<double>(values[i]))) continue;
    finite.push_back(values[i]);
    if (!options.weights.empty()) weights.push_back(options.weights[i]);
  }
  HistogramOptions finite_options = options;
  finite_options.weights = weights;
  return make_histogram(std::span<const T>(finite), finite_options);
}

template std::vector<HistogramBucket> make_histogram(std::span<const float>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const double>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const signed char>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const unsigned char>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const short>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const unsigned short>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const int>, const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const unsigned>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const long>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const unsigned long>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const long long>,
                                                     const HistogramOptions&);
template std::vector<HistogramBucket> make_histogram(std::span<const unsigned long long>,
                                                     const HistogramOptions&);

void write_buckets(FileWriter& writer, std::string_view tag,
                   std::span<const HistogramBucket> buckets, std::int64_t step,
                   const HistogramOptions& options) {
  check_tag(tag);
  static_assert(sizeof(HistogramBucket) == 3 * sizeof(double));
  const std::array<std::int64_t, 2> dims{static_cast<std::int64_t>(buckets.size()), 3};
  const std::string tensor =
      encode_number_tensor(proto::DT_DOUBLE, dims,
                           {reinterpret_cast<const char*>(buckets.data()), buckets.size_bytes()});
  const std::string summary = encode_tensor_summary(tag, tensor,
                                                    {.plugin_name = "histograms",
                                                     .display_name = options.display_name,
                                                     .description = options.description});
  writer.serialized_event(encode_event(writer.wall_time(), step, EventKind::summary, summary));
}

}  // namespace opscope::summary
