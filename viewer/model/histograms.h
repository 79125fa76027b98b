// Chart data of histogram series: all steps on one set of bins, and percentiles for every step.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/logdir_model.h"
#include "model/scalars.h"
#include "model/values.h"

namespace opscope::viewer {

// The basis points (hundredths of a percent) of TensorBoard's distributions: the ends, the median,
// and 0.5, 1 and 1.5 standard deviations of a normal distribution about it.
constexpr std::array<int, 9> kDistributionPoints{0, 668, 1587, 3085, 5000, 6915, 8413, 9332, 10000};
using Percentiles = std::array<double, kDistributionPoints.size()>;

// The values below which those parts of the counts lie, interpolated linearly inside a bucket.
// Buckets must be in order. All 0 without buckets; the last right edge when every count is 0.
// As https://github.com/tensorflow/tensorboard tensorboard/plugins/distribution/compressor.py.
[[nodiscard]] Percentiles distribution_percentiles(std::span<const HistogramBucket> buckets);

// The range of the buckets that hold something; edges that are not finite are passed over. A single
// value gets a range around it, no bucket [0, 1].
[[nodiscard]] Domain histogram_domain(std::span<const std::vector<HistogramBucket>> steps);

// The counts on `bin_count` equal bins of `domain`. A bucket that spans several bins is shared out
// by overlap; one without width falls into one bin. What lies outside the domain is not counted.
[[nodiscard]] std::vector<double> rebinned(std::span<const HistogramBucket> buckets, Domain domain,
                                           int bin_count);

// The histograms of one tag of one run.
struct HistogramSeries {
  Domain x;                               // of the bins, common to all steps
  ScalarColumns times;                    // steps and wall times; `values` holds the total counts
  std::vector<std::vector<double>> bins;  // for each step
  std::vector<Percentiles> percentiles;   // for each step
  std::size_t value_count = 0;       // steps that the log keeps: those above are picked from them
  std::size_t unreadable_count = 0;  // of the picked ones
  std::string error;                 // of the first unreadable one
};

constexpr int kHistogramBins = 40;

// At most `most_steps` of `count` positions, evenly spread, first and last included.
[[nodiscard]] std::vector<std::size_t> spread_positions(std::size_t count, std::size_t most_steps);

// Reads at most `most_steps` values of the tag. From any thread; never fails as a whole.
[[nodiscard]] HistogramSeries load_histogram_series(const Run& run, const Tag& tag,
                                                    std::size_t most_steps);

// A histogram tag and its run.
struct HistogramTag {
  std::shared_ptr<const Run> run;
  std::shared_ptr<const Tag> tag;
};

// The histogram tags of all runs by tag in natural order, then by run.
[[nodiscard]] std::vector<HistogramTag> histogram_tags(const LogdirModel& model);

}  // namespace opscope::viewer
