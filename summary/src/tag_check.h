// What every summary checks before it is written. Throwing functions name the tag.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace opscope::summary {

// The text in quotes, with what is not printable ASCII as \x escapes.
std::string quoted(std::string_view text);

// Throws invalid_argument when the tag is empty or not UTF-8.
void check_tag(std::string_view tag);

// Throws invalid_argument when the text is not UTF-8.
void check_text(std::string_view tag, std::string_view text);

// A protobuf message ends before 2 GiB, and readers take events for messages.
inline constexpr std::size_t kMaxEventBytes = (std::size_t{1} << 31) - 1;

// Throws invalid_argument for data that no event can hold, before they are copied.
void check_data_size(std::string_view tag, std::size_t size_bytes);

}  // namespace opscope::summary
