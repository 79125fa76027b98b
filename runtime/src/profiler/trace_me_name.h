// TensorFlow's way of putting arguments into an event name: "name#key=value,key2=value2#".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opscope::profiler::detail {

struct TraceMeArg {
  std::string_view key;
  std::variant<std::int64_t, std::string_view> value;
};

struct TraceMeName {
  std::string name;              // without '#'
  std::vector<TraceMeArg> args;  // views into the text given
};

// Splits such a name. XProf's tools expect no '#' in a name, so any other '#' becomes '_'.
[[nodiscard]] TraceMeName parse_trace_me_name(std::string_view text);

}  // namespace opscope::profiler::detail
