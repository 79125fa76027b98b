#include "model/scalars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace opscope::viewer {
namespace {

std::vector<double> finite_values(std::span<const double> values) {
  std::vector<double> finite;
  finite.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  return finite;
}

// The value at `part` of the sorted order, between neighbours in proportion.
double quantile(std::vector<double>& values, double part) {
  const double place = part * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::ptrdiff_t>(std::floor(place));
  std::nth_element(values.begin(), values.begin() + low, values.end());
  const double at_low = values[static_cast<std::size_t>(low)];
  const auto above = values.begin() + low + 1;
  if (above == values.end()) return at_low;
  const double at_high = *std::min_element(above, values.end());
  return at_low + (at_high - at_low) * (place - static_cast<double>(low));
}

// The points of one pixel column that decimation keeps.
struct Column {
  std::size_t first = 0, low = 0, high = 0, last = 0;
  bool has_finite = false;
};

void append_column(const Column& column, std::vector<std::uint32_t>& kept) {
  std::array<std::size_t, 4> places{column.first, column.low, column.high, column.last};
  std::sort(places.begin(), places.end());
  for (const std::size_t place : places) {
    const auto index = static_cast<std::uint32_t>(place);
    if (kept.empty() || kept.back() < index) kept.push_back(index);
  }
}

double nice_step(double span, int count) {
  const double rough = span / std::max(count, 1);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double part = rough / power;
  if (part <= 1.0) return power;
  if (part <= 2.0) return 2.0 * power;
  return part <= 5.0 ? 5.0 * power : 10.0 * power;
}

}  // namespace

std::vector<double> axis_values(const ScalarColumns& series, ScalarAxis axis) {
  if (axis == ScalarAxis::wall) return series.wall_times;
  std::vector<double> values;
  values.reserve(series.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    values.push_back(axis == ScalarAxis::step ? static_cast<double>(series.steps[i])
                                              : series.wall_times[i] - series.wall_times.front());
  }
  return values;
}

std::vector<double> smoothed(std::span<const double> values, double weight) {
  std::vector<double> result(values.begin(), values.end());
  const double keep = std::clamp(weight, 0.0, 1.0);
  const bool is_constant =
      !values.empty() && std::all_of(values.begin(), values.end(),
                                     [&](double value) { return value == values.front(); });
  if (keep == 0.0 || is_constant) return result;
  double average = 0;
  double bias = 1;  // keep to the power of the number of averaged points
  for (double& value : result) {
    if (!std::isfinite(value)) continue;
    average = average * keep + (1 - keep) * value;
    bias *= keep;
    value = keep == 1.0 ? 0.0 : average / (1 - bias);
  }
  return result;
}

Domain value_domain(std::span<const double> values, bool ignore_outliers) {
  std::vector<double> finite = finite_values(values);
  if (finite.empty()) return {};
  Domain domain;
  if (ignore_outliers && finite.size() > 2) {
    domain.min = quantile(finite, 0.05);
    domain.max = quantile(finite, 0.95);
  } else {
    const auto [low, high] = std::minmax_element(finite.begin(), finite.end());
    domain = {*low, *high};
  }
  if (domain.max > domain.min) return domain;
  const double margin = domain.min == 0 ? 1.0 : std::abs(domain.min) * 0.1;
  return {domain.min - margin, domain.max + margin};
}

Domain nice_domain(Domain domain) {
  if (!(domain.max > domain.min)) return domain;
  const double margin = (domain.max - domain.min) * 0.05;
  const double step = nice_step(domain.max - domain.min + 2 * margin, 20);
  if (!(step > 0) || !std::isfinite(step)) return domain;
  return {std::floor((domain.min - margin) / step) * step,
          std::ceil((domain.max + margin) / step) * step};
}

std::vector<std::uint32_t> decimate(std::span<const double> x, std::span<const double> y,
                                    Domain x_domain, int width_px) {
  std::vector<std::uint32_t> kept;
  const std::size_t count = std::min(x.size(), y.size());
  if (count == 0 || width_px <= 0 || !(x_domain.max > x_domain.min)) return kept;
  // One point beyond either end, so that lines reach the frame.
  const auto end_of = x.begin() + static_cast<std::ptrdiff_t>(count);
  auto first =
      static_cast<std::size_t>(std::lower_bound(x.begin(), end_of, x_domain.min) - x.begin());
  auto last =
      static_cast<std::size_t>(std::upper_bound(x.begin(), end_of, x_domain.max) - x.begin());
  if (first > 0) --first;
  if (last < count) ++last;
  const double px_per_x = width_px / (x_domain.max - x_domain.min);
  std::size_t i = first;
  while (i < last) {
    const double px = std::floor((x[i] - x_domain.min) * px_per_x);
    Column column{i, i, i, i, std::isfinite(y[i])};
    for (; i < last && std::floor((x[i] - x_domain.min) * px_per_x) == px; ++i) {
      column.last = i;
      if (!std::isfinite(y[i])) continue;
      if (!column.has_finite || y[i] < y[column.low]) column.low = i;
      if (!column.has_finite || y[i] > y[column.high]) column.high = i;
      column.has_finite = true;
    }
    if (column.last == column.first && i == column.first) ++i;  // x is NaN: a column of its own
    append_column(column, kept);
  }
  return kept;
}

std::size_t nearest_point(std::span<const double> xs, double x) {
  const auto after = std::lower_bound(xs.begin(), xs.end(), x);
  if (after == xs.begin()) return 0;
  if (after == xs.end()) return xs.size() - 1;
  const auto index = static_cast<std::size_t>(after - xs.begin());
  return x - xs[index - 1] <= xs[index] - x ? index - 1 : index;
}

RangeFacts range_facts(std::span<const double> x, std::span<const double> y, Domain range) {
  RangeFacts facts;
  double sum = 0;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (!(x[i] >= range.min && x[i] <= range.max) || !std::isfinite(y[i])) continue;
    if (facts.count == 0) facts.first = facts.min = facts.max = y[i];
    facts.last = y[i];
    facts.min = std::min(facts.min, y[i]);
    facts.max = std::max(facts.max, y[i]);
    sum += y[i];
    ++facts.count;
  }
  if (facts.count > 0) facts.mean = sum / static_cast<double>(facts.count);
  return facts;
}

std::vector<double> axis_ticks(Domain domain, int count) {
  std::vector<double> ticks;
  const double span = domain.max - domain.min;
  if (!(span > 0) || !std::isfinite(span)) return ticks;
  const double step = nice_step(span, count);
  const double first = std::ceil(domain.min / step);
  for (double i = 0; (first + i) * step <= domain.max + step * 1e-9 && i < 1000; ++i) {
    const double tick = (first + i) * step;
    ticks.push_back(std::abs(tick) < step * 1e-9 ? 0.0 : tick);
  }
  return ticks;
}

std::vector<double> log_axis_ticks(Domain domain, int count) {
  std::vector<double> ticks;
  if (!(domain.min > 0) || !(domain.max > domain.min) || !std::isfinite(domain.max)) return ticks;
  const double low = std::floor(std::log10(domain.min));
  const double high = std::ceil(std::log10(domain.max));
  const double decades = high - low;
  const double stride = std::max(1.0, std::ceil(decades / std::max(count, 1)));
  const bool has_room = decades * 3 <= count;
  for (double exponent = low; exponent <= high; exponent += stride) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tick = factor * std::pow(10.0, exponent);
      if ((factor == 1.0 || has_room) && tick >= domain.min && tick <= domain.max) {
        ticks.push_back(tick);
      }
    }
  }
  return ticks;
}

}  // namespace opscope::viewer
