#include "cli/command_support.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <ostream>

#include "model/graph_labels.h"

namespace opscope::viewer {
namespace {

// Characters on the screen: UTF-8 bytes that do not begin a character do not count.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The length of the UTF-8 character at `at`, 0 when the bytes are none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  std::uint32_t code = 0;
  if (first >= 0xC2 && first < 0xE0) length = 2, code = first & 0x1FU;
  if (first >= 0xE0 && first < 0xF0) length = 3, code = first & 0x0FU;
  if (first >= 0xF0 && first < 0xF5) length = 4, code = first & 0x07U;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0) != 0x80) return 0;
    code = (code << 6) | (byte & 0x3FU);
  }
  const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  return is_overlong || is_surrogate || code > 0x10FFFF ? 0 : length;
}

std::string joined(const std::vector<std::string>& words, std::size_t limit) {
  std::string text;
  for (std::size_t i = 0; i < std::min(words.size(), limit); ++i) {
    text += (i == 0 ? "" : ", ") + words[i];
  }
  if (words.size() > limit) text += " and " + std::to_string(words.size() - limit) + " more";
  return text;
}

std::string nearby_hint(const std::string& path) {
  const std::vector<std::string> nearby = nearby_logdirs(path);
  return nearby.empty() ? "" : "; data were found in " + joined(nearby, 3);
}

}  // namespace

int run_command(CLI::App& app, const std::vector<std::string>& args, std::ostream& out,
                std::ostream& err, const std::function<int()>& work) try {
  try {
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    out << app.help();
    return kDone;
  } catch (const CLI::ParseError& error) {
    print_error(err, std::string(error.what()) + ", " + app.get_name() + ", see opscope " +
                         app.get_name() + " --help");
    return kBadUsage;
  }
  return work();
} catch (const std::exception& error) {
  print_error(err, error.what());
  return kFailed;
}

void print_error(std::ostream& err, std::string_view message) {
  err << "opscope: " << printable(message) << '\n';
}

Json json_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    clean += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
  }
  return clean;
}

std::string table_name(std::string_view name) {
  constexpr std::size_t kMaxCharacters = 96;
  return cut_middle(printable(name), kMaxCharacters);
}

void print_json(std::ostream& out, const Json& document) {
  out << document.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

void TextTable::print(std::ostream& out, std::string_view indent) const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = width_of(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, width_of(row[c]));
    widths.push_back(width);
  }
  const auto print_row = [&](const auto& cell_of) {
    std::string line(indent);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string& cell = cell_of(c);
      const std::string padding(widths[c] - width_of(cell), ' ');
      line += columns_[c].is_right ? padding + cell : cell + padding;
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  print_row([&](std::size_t c) -> const std::string& { return columns_[c].title; });
  for (const auto& row : rows_) {
    print_row([&](std::size_t c) -> const std::string& { return row[c]; });
  }
}

Result<Logdir> open_path(const std::string& path) {
  Result<Logdir> logdir = Logdir::open(path);
  if (logdir || logdir.error().code() != ErrorCode::not_found) return logdir;
  const std::string hint = nearby_hint(path);
  return Error(ErrorCode::not_found,
               std::string(logdir.error().what()) + (hint.empty() ? ", check the path" : hint));
}

std::string nothing_to_show(const LogdirModel& model) {
  const std::string seen =
      model.files_seen == 0 ? "no files at all"
                            : std::to_string(model.files_seen) +
                                  (model.files_seen == 1 ? " file" : " files") + ", none with data";
  return "nothing to show, " + model.path + ": found " + seen +
         "; looked for event files (names with \"tfevents\"), plugins/profile/*/*.xplane.pb, "
         "SavedModels, GraphDefs and Chrome traces" +
         nearby_hint(model.path);
}

bool check_filters(const LogdirModel& model, const std::string& run, const std::string& tag,
                   std::ostream& err) {
  std::vector<std::string> runs;
  std::vector<std::string> tags;
  bool has_run = run.empty();
  bool has_tag = tag.empty();
  for (const auto& candidate : model.runs) {
    runs.push_back(candidate->name);
    has_run = has_run || candidate->name == run;
    if (!run.empty() && candidate->name != run) continue;
    for (const auto& known : candidate->tags) tags.push_back(known->name);
    for (const GraphSource& graph : candidate->graphs) tags.push_back(graph.tag);
  }
  has_tag = has_tag || std::find(tags.begin(), tags.end(), tag) != tags.end();
  if (!has_run) {
    print_error(err, "no run " + run + ", " + model.path + ", there are: " + joined(runs, 10));
  } else if (!has_tag) {
    print_error(err, "no tag " + tag + ", " + model.path + ", there are: " + joined(tags, 10));
  }
  return has_run && has_tag;
}

}  // namespace opscope::viewer
