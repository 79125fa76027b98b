// Making any bytes fit for a protobuf string or JSON.
#pragma once

#include <string>
#include <string_view>

namespace opscope::profiler::detail {

// `text` with every byte that is no part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace opscope::profiler::detail
