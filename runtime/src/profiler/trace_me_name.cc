#include "trace_me_name.h"

#include <algorithm>
#include <charconv>

namespace opscope::profiler::detail {
namespace {

std::variant<std::int64_t, std::string_view> parse_value(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stop == end) return number;
  return text;
}

std::vector<TraceMeArg> parse_args(std::string_view text) {
  std::vector<TraceMeArg> args;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view pair = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    args.push_back({pair.substr(0, equals), parse_value(pair.substr(equals + 1))});
  }
  return args;
}

}  // namespace

TraceMeName parse_trace_me_name(std::string_view text) {
  TraceMeName result;
  const std::size_t first = text.find('#');
  if (first != std::string_view::npos && first != 0 && first + 1 < text.size() &&
      text.ends_with('#')) {
    result.args = parse_args(text.substr(first + 1, text.size() - first - 2));
    if (!result.args.empty()) text = text.substr(0, first);
  }
  result.name = text;
  std::ranges::replace(result.name, '#', '_');
  return result;
}

}  // namespace opscope::profiler::detail
