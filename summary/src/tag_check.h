// What every summary checks before it is written. Throwing functions name the tag.
#pragma once

#include <string>
#include <string_view>

namespace opscope::summary {

// The text in quotes, with what is not printable ASCII as \x escapes.
std::string quoted(std::string_view text);

// Throws invalid_argument when the tag is empty or not UTF-8.
void check_tag(std::string_view tag);

// Throws invalid_argument when the text is not UTF-8.
void check_text(std::string_view tag, std::string_view text);

}  // namespace opscope::summary
