#include "cli/export_writers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <ostream>

#include "cli/command_support.h"

namespace opscope::viewer {
namespace {

template <typename Visit>
void for_each_series(const LogdirModel& model, const ScalarFilter& filter, const Visit& visit) {
  for (const auto& run : model.runs) {
    if (!filter.run.empty() && run->name != filter.run) continue;
    for (const auto& tag : run->tags) {
      if (tag->data_class != DataClass::scalar) continue;
      if (!filter.tag.empty() && tag->name != filter.tag) continue;
      visit(*run, *tag);
    }
  }
}

// The shortest text that reads back as the same number.
std::string exact(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  // Times and counts stay plain digits; only very large and small numbers get an exponent.
  const double magnitude = std::abs(value);
  const bool is_plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e15);
  const auto format = is_plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format).ptr;
  return {buffer.data(), end};
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string json_string(std::string_view text) {
  return Json(printable(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Picoseconds as the microseconds of the format, nothing lost.
std::string microseconds(std::int64_t time_ps) {
  const bool is_negative = time_ps < 0;
  const std::uint64_t magnitude =
      is_negative ? 0 - static_cast<std::uint64_t>(time_ps) : static_cast<std::uint64_t>(time_ps);
  std::string fraction = std::to_string(magnitude % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return (is_negative ? "-" : "") + std::to_string(magnitude / 1'000'000) + "." + fraction;
}

// Separates the elements of a list.
class Comma {
 public:
  explicit Comma(std::ostream& out) : out_(out) {}
  std::ostream& next() {
    if (!is_first_) out_ << ",\n";
    is_first_ = false;
    return out_;
  }

 private:
  std::ostream& out_;
  bool is_first_ = true;
};

void write_names(Comma& list, const Profile& profile) {
  for (std::size_t plane = 0; plane < profile.planes.size(); ++plane) {
    const ProfilePlane& facts = profile.planes[plane];
    const std::string host = profile.hosts.size() > 1 ? profile.hosts[facts.host] + " " : "";
    list.next() << R"({"ph":"M","name":"process_name","pid":)" << plane + 1 << R"(,"args":{"name":)"
                << json_string(host + facts.name) << "}}";
    for (const std::uint32_t line : facts.lines) {
      list.next() << R"({"ph":"M","name":"thread_name","pid":)" << plane + 1 << R"(,"tid":)"
                  << line + 1 << R"(,"args":{"name":)"
                  << json_string(profile.lines[line].display_name) << "}}";
    }
  }
}

void write_args(std::ostream& out, const std::vector<ProfileArg>& args) {
  if (args.empty()) return;
  out << ",\"args\":{";
  const char* separator = "";
  for (const ProfileArg& arg : args) {
    out << separator << json_string(arg.key) << ":" << json_string(arg.value);
    separator = ",";
  }
  out << "}";
}

}  // namespace

bool has_scalars(const LogdirModel& model, const ScalarFilter& filter) {
  bool has_any = false;
  for_each_series(model, filter, [&](const Run&, const Tag&) { has_any = true; });
  return has_any;
}

void write_scalars_csv(std::ostream& out, const LogdirModel& model, const ScalarFilter& filter) {
  out << "run,tag,step,wall_time,value\n";
  for_each_series(model, filter, [&](const Run& run, const Tag& tag) {
    const std::string prefix =
        quoted(printable(run.name)) + "," + quoted(printable(tag.name)) + ",";
    for (std::size_t i = 0; i < tag.scalars.size(); ++i) {
      out << prefix << tag.scalars.steps[i] << ',' << exact(tag.scalars.wall_times[i]) << ','
          << exact(tag.scalars.values[i]) << '\n';
    }
  });
}

void write_scalars_json(std::ostream& out, const LogdirModel& model, const ScalarFilter& filter) {
  Json document = Json::array();
  for_each_series(model, filter, [&](const Run& run, const Tag& tag) {
    Json series{{"run", printable(run.name)},
                {"tag", printable(tag.name)},
                {"steps", tag.scalars.steps},
                {"wall_times", Json::array()},
                {"values", Json::array()}};
    for (std::size_t i = 0; i < tag.scalars.size(); ++i) {
      series["wall_times"].push_back(json_number(tag.scalars.wall_times[i]));
      series["values"].push_back(json_number(tag.scalars.values[i]));
    }
    document.push_back(std::move(series));
  });
  out << document.dump() << '\n';
}

void write_chrome_trace(std::ostream& out, const Profile& profile) {
  out << R"({"displayTimeUnit":"ns","baseTimeNanoseconds":)" << profile.start_ns
      << ",\"traceEvents\":[\n";
  Comma list(out);
  EventArgs args(profile);
  write_names(list, profile);
  for (std::uint32_t l = 0; l < profile.lines.size(); ++l) {
    const ProfileLine& line = profile.lines[l];
    for (std::uint32_t event = 0; event < line.size(); ++event) {
      list.next() << R"({"ph":"X","pid":)" << line.plane + 1 << R"(,"tid":)" << l + 1
                  << R"(,"name":)" << json_string(profile.names[line.name_id[event]].text)
                  << R"(,"ts":)" << microseconds(line.start_ps[event]) << R"(,"dur":)"
                  << microseconds(line.duration_ps[event]);
      write_args(out, args.of({l, event}));
      out << "}";
    }
  }
  for (const ProfileCounter& counter : profile.counters) {
    for (std::size_t i = 0; i < counter.times_ps.size(); ++i) {
      list.next() << R"({"ph":"C","pid":)" << counter.plane + 1 << R"(,"name":)"
                  << json_string(counter.name) << R"(,"ts":)" << microseconds(counter.times_ps[i])
                  << R"(,"args":{"value":)" << exact(counter.values[i]) << "}}";
    }
  }
  out << "\n]}\n";
}

}  // namespace opscope::viewer
