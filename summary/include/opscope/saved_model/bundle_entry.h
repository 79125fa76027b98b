// One tensor of a TensorBundle, TensorFlow's checkpoint format; summary/FORMAT.md draws the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/summary/crc32c.h"

namespace opscope::saved_model {

// The numbers of TensorFlow's DataType (tensorflow/core/framework/types.proto) that are treated
// apart here.
inline constexpr int kDataTypeString = 7;

// The bytes of one element; 0 for strings, for types that no checkpoint holds, and for unknown
// ones.
[[nodiscard]] std::size_t data_type_size(int data_type) noexcept;

// A part of one dimension; length -1: all of it.
struct SliceExtent {
  std::int64_t start = 0;
  std::int64_t length = -1;
};

// One extent for each dimension.
using TensorSlice = std::vector<SliceExtent>;

struct BundleEntry {
  std::string name;
  int data_type = 0;                // a number of TensorFlow's DataType
  std::vector<std::int64_t> shape;  // as the file says: may be absurd, read() checks it
  std::int32_t shard = 0;           // which data file
  std::uint64_t offset_bytes = 0;   // in it
  std::uint64_t size_bytes = 0;
  summary::MaskedCrc crc{};
  std::vector<TensorSlice> slices;  // a partitioned variable: where its parts belong
};

// The key below which the part `slice` of the partitioned variable `name` is stored.
[[nodiscard]] std::string slice_key(std::string_view name, const TensorSlice& slice);

}  // namespace opscope::saved_model
