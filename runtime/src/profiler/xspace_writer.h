// A capture as a serialized XSpace.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "session_data.h"

namespace opscope::profiler::detail {

// Protobuf's parsers take no more in one message.
inline constexpr std::uint64_t kMaxXSpaceBytes = (std::uint64_t{1} << 31) - 1;

using ByteSink = std::function<void(std::string_view)>;

// Passes over the events twice: to learn names and lengths, then to write, so that the bytes go
// out in one stream and only the names and a few chunks' order are held in memory. The events of a
// line are ordered by start. The plane "/host:CPU" comes first, its
// metadata before its lines, so that a file that was cut still tells what it holds.
//
// Throws out_of_range before the first byte when the file would be larger than `max_bytes`.
void write_xspace(const CaptureData& capture, const std::string& host, const ByteSink& sink,
                  std::uint64_t max_bytes = kMaxXSpaceBytes);

}  // namespace opscope::profiler::detail
