// The values of a TensorBundle's index: BundleHeaderProto and BundleEntryProto.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "opscope/saved_model/bundle_entry.h"

namespace opscope::saved_model {

struct BundleHeader {
  std::int64_t num_shards = 0;
  bool is_big_endian = false;
  std::int64_t min_consumer = 0;
};

// The least version that must read what we write.
inline constexpr std::int64_t kBundleVersion = 1;

// Empty when the bytes are no such message.
[[nodiscard]] std::optional<BundleHeader> decode_header(std::string_view bytes);
[[nodiscard]] std::optional<BundleEntry> decode_entry(std::string_view bytes);

[[nodiscard]] std::string encode_header();
[[nodiscard]] std::string encode_entry(const BundleEntry& entry);

}  // namespace opscope::saved_model
