// Putting text into JSON.
#pragma once

#include <string>
#include <string_view>

namespace opscope::profiler::detail {

// Appends `text` as a JSON string, with its quotes; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// Appends a number; infinities and NaN, which JSON does not have, as strings.
void append_json_number(std::string& out, double value);

}  // namespace opscope::profiler::detail
