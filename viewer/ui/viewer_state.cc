#include "ui/viewer_state.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sstream>

namespace opscope::viewer {

namespace {

constexpr std::array<const char*, 8> kTitles{"Overview", "Graph",      "Timeline", "Statistics",
                                             "Scalars",  "Histograms", "Images",   "Text"};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string number_text(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

// The state as named fields, each written and read as text.
struct Field {
  std::function<std::string()> write;
  std::function<void(const std::string&)> read;
};

template <typename T>
Field number_field(T& value) {
  return {[&value] { return number_text(static_cast<double>(value)); },
          [&value](const std::string& text) {
            double parsed = 0;
            const auto end = std::from_chars(text.data(), text.data() + text.size(), parsed);
            // Written by hand, a number may be anything; an integer must hold it.
            if (end.ec == std::errc() && parsed > -9e15 && parsed < 9e15) {
              value = static_cast<T>(parsed);
            }
          }};
}

template <typename E>
Field enum_field(E& value, int count) {
  return {[&value] { return std::to_string(static_cast<int>(value)); },
          [&value, count](const std::string& text) {
            const int parsed = std::atoi(text.c_str());
            if (parsed >= 0 && parsed < count) value = static_cast<E>(parsed);
          }};
}

Field bool_field(bool& value) {
  return {[&value] { return std::string(value ? "1" : "0"); },
          [&value](const std::string& text) { value = text == "1"; }};
}

Field text_field(std::string& value) {
  return {[&value] { return value; }, [&value](const std::string& text) { value = text; }};
}

// One line for each member; reading adds.
Field set_field(std::set<std::string>& values) {
  return {[&values] {
            std::string all;
            for (const std::string& value : values) all += (all.empty() ? "" : "\n") + value;
            return all;
          },
          [&values](const std::string& text) { values.insert(text); }};
}

std::vector<std::pair<std::string, Field>> fields(ViewerState& s) {
  return {
      {"sources_shown", bool_field(s.sources_shown)},
      {"inspector_shown", bool_field(s.inspector_shown)},
      {"sources_width", number_field(s.sources_width)},
      {"inspector_width", number_field(s.inspector_width)},
      {"theme", enum_field(s.theme, 2)},
      {"selection", text_field(s.selection.operation)},
      {"selected_tag", text_field(s.selection.scalar_tag)},
      {"run_filter", text_field(s.run_filter)},
      {"hidden_run", set_field(s.hidden_runs)},
      {"graph_source", number_field(s.graph.source)},
      {"graph_compared", number_field(s.graph.compared)},
      {"graph_open", set_field(s.graph.open_scopes)},
      {"graph_zoom", number_field(s.graph.zoom)},
      {"graph_x", number_field(s.graph.center.x)},
      {"graph_y", number_field(s.graph.center.y)},
      {"graph_colors", enum_field(s.graph.colors, kGraphColorsCount)},
      {"graph_inputs", bool_field(s.graph.inputs_highlighted)},
      {"graph_outputs", bool_field(s.graph.outputs_highlighted)},
      {"graph_minimap", bool_field(s.graph.minimap_shown)},
      {"graph_input_at_bottom", bool_field(s.graph.is_input_at_bottom)},
      {"graph_tracing", enum_field(s.graph.tracing, kGraphTracingCount)},
      {"graph_path_end", text_field(s.graph.path_end)},
      {"graph_removed", set_field(s.graph.removed)},
      {"graph_kept", set_field(s.graph.kept)},
      {"graph_only", text_field(s.graph.only)},
      {"graph_search", text_field(s.graph.search)},
      {"graph_search_regex", bool_field(s.graph.search_in.is_regex)},
      {"graph_search_case", bool_field(s.graph.search_in.match_case)},
      {"graph_search_names", bool_field(s.graph.search_in.match_name)},
      {"graph_search_ops", bool_field(s.graph.search_in.match_op)},
      {"graph_search_attributes", bool_field(s.graph.search_in.match_attributes)},
      {"graph_search_shapes", bool_field(s.graph.search_in.match_shape)},
      {"timeline_session", number_field(s.timeline.session)},
      {"timeline_begin_ps", number_field(s.timeline.view.range.begin_ps)},
      {"timeline_end_ps", number_field(s.timeline.view.range.end_ps)},
      {"timeline_filter", text_field(s.timeline.view.filter)},
      {"statistics_by", enum_field(s.statistics.by, 4)},
      {"statistics_filter", text_field(s.statistics.filter)},
      {"smoothing", number_field(s.scalars.options.smoothing)},
      {"axis", enum_field(s.scalars.options.axis, 3)},
      {"log_y", bool_field(s.scalars.options.log_y)},
      {"ignore_outliers", bool_field(s.scalars.options.ignore_outliers)},
      {"histogram_mode", enum_field(s.histogram_mode, 3)},
      {"tag_filter", text_field(s.scalars.tag_filter)},
      {"folded_group", set_field(s.scalars.folded_groups)},
  };
}

}  // namespace

const char* page_title(Page page) noexcept { return kTitles[static_cast<std::size_t>(page)]; }

std::optional<Page> page_from_name(const std::string& name) noexcept {
  for (std::size_t i = 0; i < kTitles.size(); ++i) {
    if (lower(kTitles[i]) == lower(name)) return static_cast<Page>(i);
  }
  return std::nullopt;
}

std::string write_state(const ViewerState& state) {
  ViewerState copy = state;
  std::string out;
  if (copy.page) out += "page " + lower(page_title(*copy.page)) + "\n";
  for (const auto& [key, field] : fields(copy)) {
    std::istringstream lines(field.write());
    for (std::string line; std::getline(lines, line);) out += key + " " + line + "\n";
  }
  return out;
}

ViewerState read_state(const std::string& text) {
  ViewerState state;
  const auto known = fields(state);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    const std::string key = line.substr(0, space);
    const std::string value = line.substr(space + 1);
    if (key == "page") state.page = page_from_name(value);
    for (const auto& [name, field] : known) {
      if (name == key) field.read(value);
    }
  }
  return state;
}

std::string state_file(const std::vector<std::string>& paths) {
  std::filesystem::path folder;
  const char* xdg = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  if (xdg != nullptr && *xdg == '/') {
    folder = xdg;
  } else {
    folder = std::filesystem::path(home != nullptr ? home : "/tmp") / ".local" / "state";
  }
  std::string name;
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::string& path : paths) {
    std::error_code ignored;
    const std::string absolute = std::filesystem::weakly_canonical(path, ignored).string();
    for (const char c : absolute + '\n') {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    if (name.empty()) name = std::filesystem::path(absolute).filename().string();
  }
  std::ostringstream file;
  file << name << '-' << std::hex << hash << ".state";
  return (folder / "opscope" / file.str()).string();
}

}  // namespace opscope::viewer
