// A ByteSource that shows a prefix of its bytes, which a test makes longer step by step.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "opscope/summary/record_reader.h"

namespace opscope::testing {

// What a GrowingReader shows; the test keeps it and changes it between reads.
struct GrowingBytes {
  std::string bytes;
  std::size_t visible = 0;               // how many of `bytes` there are now
  std::size_t most_per_read = SIZE_MAX;  // a read gives at most this many
  std::size_t largest_request = 0;       // the largest size that was asked for
  std::optional<Error> error;            // what the next read fails with, once
};

class GrowingReader : public summary::ByteSource {
 public:
  explicit GrowingReader(GrowingBytes& state) : state_(state) {}

  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t size) override {
    state_.largest_request = std::max(state_.largest_request, size);
    if (state_.error) return *std::exchange(state_.error, std::nullopt);
    const std::size_t end = std::min(state_.visible, state_.bytes.size());
    if (offset >= end) return std::size_t{0};
    const auto begin = static_cast<std::size_t>(offset);
    const std::size_t given = std::min({size, end - begin, state_.most_per_read});
    std::memcpy(buffer, state_.bytes.data() + begin, given);
    return given;
  }

 private:
  GrowingBytes& state_;
};

}  // namespace opscope::testing
