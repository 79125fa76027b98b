// A hash of bytes that never changes.
#pragma once

#include <cstdint>
#include <string_view>

namespace opscope::runtime {

// FarmHash's Fingerprint64 (G. Pike, "FarmHash"), the same on every machine; TensorFlow's hash
// buckets are made of it.
[[nodiscard]] std::uint64_t fingerprint64(std::string_view text) noexcept;

}  // namespace opscope::runtime
