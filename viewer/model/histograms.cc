#include "model/histograms.h"

#include <algorithm>
#include <cmath>

namespace opscope::viewer {

namespace {

// Beyond this, differences of edges would not be finite.
constexpr double kLargestEdge = 1e300;

bool is_usable(const HistogramBucket& bucket) {
  return std::isfinite(bucket.count) && bucket.count > 0 && bucket.left <= bucket.right &&
         bucket.left >= -kLargestEdge && bucket.right <= kLargestEdge;
}

double total_count(std::span<const HistogramBucket> buckets) {
  double total = 0;
  for (const HistogramBucket& bucket : buckets) {
    if (std::isfinite(bucket.count)) total += bucket.count;
  }
  return total;
}

}  // namespace

Percentiles distribution_percentiles(std::span<const HistogramBucket> buckets) {
  Percentiles result{};
  if (buckets.empty()) return result;
  const double low = buckets.front().left;
  const double high = buckets.back().right;
  result.fill(high);
  const double total = total_count(buckets);
  if (total <= 0) return result;
  std::size_t point = 0;
  double before = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (!std::isfinite(buckets[i].count) || buckets[i].count <= 0) continue;
    const double after = before + buckets[i].count * kDistributionPoints.back() / total;
    const double left = before == 0 ? low : std::max(buckets[i - 1].right, low);
    const double right = std::min(buckets[i].right, high);
    for (; point < result.size() && kDistributionPoints[point] < after; ++point) {
      const double part = (kDistributionPoints[point] - before) / (after - before);
      result[point] = left + part * (right - left);
    }
    before = after;
  }
  return result;
}

Domain histogram_domain(std::span<const std::vector<HistogramBucket>> steps) {
  std::vector<double> edges;
  for (const auto& buckets : steps) {
    for (const HistogramBucket& bucket : buckets) {
      if (!is_usable(bucket)) continue;
      edges.push_back(bucket.left);
      edges.push_back(bucket.right);
    }
  }
  if (edges.empty()) return {};
  const auto [low, high] = std::minmax_element(edges.begin(), edges.end());
  if (*low < *high) return {*low, *high};
  const double margin = std::max(0.5, std::fabs(*low) * 0.01);
  return {*low - margin, *high + margin};
}

std::vector<double> rebinned(std::span<const HistogramBucket> buckets, Domain domain,
                             int bin_count) {
  std::vector<double> bins(static_cast<std::size_t>(std::max(1, bin_count)), 0.0);
  const double width = (domain.max - domain.min) / static_cast<double>(bins.size());
  const auto bin_at = [&](double value) {
    const double at = std::floor((value - domain.min) / width);
    return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(bins.size() - 1)));
  };
  for (const HistogramBucket& bucket : buckets) {
    if (!is_usable(bucket) || bucket.right < domain.min || bucket.left > domain.max) continue;
    if (bucket.left == bucket.right) {
      bins[bin_at(bucket.left)] += bucket.count;
      continue;
    }
    const double density = bucket.count / (bucket.right - bucket.left);
    for (std::size_t i = bin_at(bucket.left); i <= bin_at(bucket.right); ++i) {
      const double left = domain.min + width * static_cast<double>(i);
      const double overlap = std::min(left + width, bucket.right) - std::max(left, bucket.left);
      if (overlap > 0) bins[i] += density * overlap;
    }
  }
  return bins;
}

std::vector<std::size_t> spread_positions(std::size_t count, std::size_t most_steps) {
  std::vector<std::size_t> positions;
  const std::size_t picked = std::min(count, most_steps);
  for (std::size_t i = 0; i < picked; ++i) {
    positions.push_back(picked == 1 ? count - 1 : i * (count - 1) / (picked - 1));
  }
  return positions;
}

HistogramSeries load_histogram_series(const Run& run, const Tag& tag, std::size_t most_steps) {
  HistogramSeries series;
  series.value_count = tag.values.size();
  std::vector<std::vector<HistogramBucket>> steps;
  for (const std::size_t at : spread_positions(tag.values.size(), most_steps)) {
    const ValueRef& value = tag.values[at];
    auto buckets = load_histogram(run, value);
    if (!buckets) {
      if (series.unreadable_count++ == 0) series.error = buckets.error().what();
      continue;
    }
    series.times.steps.push_back(value.step);
    series.times.wall_times.push_back(value.wall_time);
    series.times.values.push_back(total_count(*buckets));
    series.percentiles.push_back(distribution_percentiles(*buckets));
    steps.push_back(std::move(*buckets));
  }
  series.x = histogram_domain(steps);
  for (const auto& buckets : steps) {
    series.bins.push_back(rebinned(buckets, series.x, kHistogramBins));
  }
  return series;
}

std::vector<HistogramTag> histogram_tags(const LogdirModel& model) {
  std::vector<HistogramTag> tags;
  for (const auto& run : model.runs) {
    for (const auto& tag : run->tags) {
      if (tag->plugin == "histograms" && !tag->values.empty()) tags.push_back({run, tag});
    }
  }
  std::stable_sort(tags.begin(), tags.end(), [](const HistogramTag& a, const HistogramTag& b) {
    return natural_less(a.tag->name, b.tag->name);
  });
  return tags;
}

}  // namespace opscope::viewer
