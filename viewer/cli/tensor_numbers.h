// The elements of a checkpoint's tensor as numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "opscope/saved_model/bundle_reader.h"

namespace opscope::viewer {

// Integers and bools, whose values are whole.
[[nodiscard]] bool is_whole_type(int data_type) noexcept;

// Row-major. Fails as BundleReader::read, and with unimplemented for types that are no numbers.
// 64-bit integers above 2^53 lose their last digits.
[[nodiscard]] Result<std::vector<double>> tensor_numbers(const saved_model::BundleReader& reader,
                                                         const saved_model::BundleEntry& entry);

// Of the finite elements; NaN where there are none.
struct TensorStatistics {
  std::size_t count = 0;  // all elements
  double min = 0;
  double max = 0;
  double mean = 0;
  double deviation = 0;  // of the population
  std::size_t zeros = 0;
  std::size_t not_finite = 0;
};
[[nodiscard]] TensorStatistics statistics_of(const std::vector<double>& numbers);

}  // namespace opscope::viewer
