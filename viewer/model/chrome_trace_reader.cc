#include "model/chrome_trace_reader.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "model/chrome_trace_tracks.h"
#include "model/json_scanner.h"

namespace opscope::viewer {
namespace {

// The members of one event object that we use, as written in the file.
struct RawEvent {
  std::size_t offset = 0;
  std::string_view phase, name, category, pid, tid, time, duration, id, args;
};

void take_member(std::string_view key, std::string_view value, RawEvent& event) {
  if (key == "ph") event.phase = value;
  if (key == "name") event.name = value;
  if (key == "cat") event.category = value;
  if (key == "pid") event.pid = value;
  if (key == "tid") event.tid = value;
  if (key == "ts") event.time = value;
  if (key == "dur") event.duration = value;
  if (key == "id" || key == "id2") event.id = value;
  if (key == "args") event.args = value;
}

// Reads the object that comes next; false when it is no whole object.
bool read_event(JsonScanner& scanner, RawEvent& event) {
  scanner.peek();
  event.offset = scanner.offset();
  if (!scanner.take('{')) return false;
  std::string_view key;
  while (scanner.next_member(key)) {
    const std::string_view value = scanner.skip_value();
    if (scanner.is_damaged()) return false;
    take_member(key, value, event);
  }
  return !scanner.is_damaged();
}

std::string member_text(std::string_view object, std::string_view wanted) {
  JsonScanner scanner(object);
  std::string_view key;
  if (!scanner.take('{')) return {};
  while (scanner.next_member(key)) {
    const std::string_view value = scanner.skip_value();
    if (key == wanted) return json_text(value);
  }
  return {};
}

class TraceReader {
 public:
  TraceReader(std::string_view text, std::uint32_t host, const std::string& label, Profile& profile,
              NameTable& names, const Progress* progress)
      : text_(text),
        label_(label),
        profile_(profile),
        names_(names),
        progress_(progress),
        first_line_(profile.lines.size()),
        first_counter_(profile.counters.size()),
        tracks_(profile, host) {}

  std::int64_t read() {
    JsonScanner scanner(text_);
    if (scanner.peek() == '[') {
      read_events(scanner);
    } else if (scanner.take('{')) {
      read_members(scanner);
    }
    if (scanner.is_damaged())
      warn("the text ends early or is damaged; what could be read is shown");
    finish();
    return wall_time_of_zero();
  }

 private:
  struct FlowEnd {
    std::uint32_t line;
    std::int64_t time_ps;
  };
  using FlowKey = std::tuple<std::string_view, std::string_view, std::string_view>;

  void warn(const std::string& what) { profile_.warnings.push_back(label_ + ": " + what); }

  void read_members(JsonScanner& scanner) {
    std::string_view key;
    while (scanner.next_member(key)) {
      if (key == "traceEvents" && scanner.peek() == '[') {
        read_events(scanner);
        continue;
      }
      const std::string_view value = scanner.skip_value();
      if (key == "baseTimeNanoseconds") {
        Microseconds base;
        if (parse_microseconds(value, base)) wall_base_ns_ = base.whole;
      }
    }
  }

  void read_events(JsonScanner& scanner) {
    if (!scanner.take('[')) return;
    while (scanner.next_element() && !is_cancelled(progress_)) {
      if (scanner.peek() != '{') {
        if (scanner.skip_value().empty()) return;
        continue;
      }
      RawEvent event;
      if (!read_event(scanner, event)) return;
      take_event(event);
    }
  }

  void take_event(const RawEvent& event) {
    const char phase = event.phase.size() == 3 ? event.phase[1] : '\0';
    if (phase == 'M') return take_metadata(event);
    if (phase == '\0') return;  // JAX ends its list with an empty object
    Microseconds time;
    if (!parse_microseconds(event.time, time)) {
      ++skipped_;
      return;
    }
    if (!base_us_) base_us_ = time.whole;
    const std::int64_t time_ps = ps_from_us(time, *base_us_);
    last_time_ps_ = std::max(last_time_ps_, time_ps);
    take_timed(phase, event, time_ps);
  }

  void take_timed(char phase, const RawEvent& event, std::int64_t time_ps) {
    switch (phase) {
      case 'X': {
        Microseconds duration;
        parse_microseconds(event.duration, duration);
        add_event(tracks_.line(event.pid, event.tid), event, time_ps, ps_from_us(duration, 0));
        break;
      }
      case 'B':
        begin(tracks_.line(event.pid, event.tid), event, time_ps);
        break;
      case 'E':
        end(tracks_.line(event.pid, event.tid), time_ps);
        break;
      case 'i':
      case 'I':
      case 'R':
      case 'P':
        add_event(tracks_.line(event.pid, event.tid), event, time_ps, 0);
        break;
      case 'b':
      case 'S':
        begin_async(event, time_ps);
        break;
      case 'e':
      case 'F':
        end_async(event, time_ps);
        break;
      case 'n':
        add_event(async_line(event), event, time_ps, 0);
        break;
      case 'C':
        take_counter(event, time_ps);
        break;
      case 's':
      case 't':
      case 'f':
        flows_[{event.category, event.name, event.id}].push_back(
            {tracks_.line(event.pid, event.tid), time_ps});
        break;
      default:
        ++skipped_;
    }
  }

  static std::int64_t ps_from_us(const Microseconds& time, std::int64_t base_us) {
    std::int64_t distance = 0;
    if (__builtin_sub_overflow(time.whole, base_us, &distance)) return kMaxTimePs;
    if (distance > kMaxTimePs / 1'000'000) return kMaxTimePs;
    if (distance < -kMaxTimePs / 1'000'000) return -kMaxTimePs;
    return distance * 1'000'000 + time.fraction_ps;
  }

  void take_metadata(const RawEvent& event) {
    if (event.name == "\"process_name\"") {
      tracks_.name_process(event.pid, member_text(event.args, "name"));
    } else if (event.name == "\"thread_name\"") {
      tracks_.name_thread(event.pid, event.tid, member_text(event.args, "name"));
    }
  }

  NameId intern(const RawEvent& event) {
    const auto known = name_cache_.find(event.name);
    if (known != name_cache_.end()) return known->second;
    const std::string text = json_text(event.name);
    // PyTorch's operators are their own types.
    const bool is_operator = event.category == "\"cpu_op\"";
    const NameId id = names_.intern(text, is_operator ? text : "", is_operator ? text : "");
    name_cache_.emplace(event.name, id);
    return id;
  }

  std::uint32_t add_event(std::uint32_t line_index, const RawEvent& event, std::int64_t time_ps,
                          std::int64_t duration_ps) {
    ProfileLine& line = profile_.lines[line_index];
    line.start_ps.push_back(time_ps);
    line.duration_ps.push_back(std::max<std::int64_t>(0, duration_ps));
    line.name_id.push_back(intern(event));
    line.source_offset.push_back(event.offset);
    return static_cast<std::uint32_t>(line.size() - 1);
  }

  void begin(std::uint32_t line, const RawEvent& event, std::int64_t time_ps) {
    open_[line].push_back(add_event(line, event, time_ps, 0));
  }

  void close(std::uint32_t line_index, std::uint32_t event, std::int64_t time_ps) {
    ProfileLine& line = profile_.lines[line_index];
    line.duration_ps[event] = std::max<std::int64_t>(0, time_ps - line.start_ps[event]);
  }

  void end(std::uint32_t line, std::int64_t time_ps) {
    std::vector<std::uint32_t>& open = open_[line];
    if (open.empty()) {
      ++skipped_;
      return;
    }
    close(line, open.back(), time_ps);
    open.pop_back();
  }

  std::uint32_t async_line(const RawEvent& event) {
    const std::string category = json_text(event.category);
    return tracks_.line(event.pid, "\"async " + category + "\"");
  }

  void begin_async(const RawEvent& event, std::int64_t time_ps) {
    const std::uint32_t line = async_line(event);
    open_async_[{event.category, event.name, event.id}].push_back(
        {line, add_event(line, event, time_ps, 0)});
  }

  void end_async(const RawEvent& event, std::int64_t time_ps) {
    const auto open = open_async_.find({event.category, event.name, event.id});
    if (open == open_async_.end() || open->second.empty()) {
      ++skipped_;
      return;
    }
    close(open->second.back().line, open->second.back().event, time_ps);
    open->second.pop_back();
  }

  void take_counter(const RawEvent& event, std::int64_t time_ps) {
    const std::string name = json_text(event.name);
    JsonScanner scanner(event.args);
    std::string_view key;
    if (!scanner.take('{')) return;
    while (scanner.next_member(key)) {
      const double value =
          json_number(scanner.skip_value(), std::numeric_limits<double>::quiet_NaN());
      if (value != value) continue;
      const std::string series = name + " " + std::string(key);
      ProfileCounter& counter = profile_.counters[tracks_.counter(event.pid, series)];
      counter.times_ps.push_back(time_ps);
      counter.values.push_back(value);
    }
  }

  void finish() {
    close_open_events();
    for (std::size_t i = first_line_; i < profile_.lines.size(); ++i) {
      static_cast<void>(sort_events(profile_.lines[i]));  // nothing refers to the old places
      shrink_line(profile_.lines[i]);
      nest_events(profile_.lines[i]);
    }
    for (std::size_t i = first_counter_; i < profile_.counters.size(); ++i) {
      sort_counter(profile_.counters[i]);
    }
    add_steps();
    for (auto& [key, ends] : flows_) add_flow(ends);
    if (skipped_ > 0) {
      warn(std::to_string(skipped_) + " events of kinds that are not shown, or without a time");
    }
  }

  void close_open_events() {
    std::uint64_t unclosed = 0;
    for (auto& [line, events] : open_) {
      for (const std::uint32_t event : events) close(line, event, last_time_ps_);
      unclosed += events.size();
    }
    for (auto& [key, events] : open_async_) {
      for (const EventRef& event : events) close(event.line, event.event, last_time_ps_);
      unclosed += events.size();
    }
    if (unclosed == 0) return;
    warn(std::to_string(unclosed) +
         " events begin and never end; drawn up to the end of the trace");
  }

  static void sort_counter(ProfileCounter& counter) {
    std::vector<std::pair<std::int64_t, double>> samples;
    for (std::size_t i = 0; i < counter.times_ps.size(); ++i) {
      samples.emplace_back(counter.times_ps[i], counter.values[i]);
    }
    std::stable_sort(samples.begin(), samples.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < samples.size(); ++i) {
      std::tie(counter.times_ps[i], counter.values[i]) = samples[i];
    }
  }

  // "ProfilerStep#3" of PyTorch, or any event with the argument "step_num", as JAX writes it.
  std::optional<std::int64_t> step_number(const ProfileLine& line, std::uint32_t event) const {
    constexpr std::string_view kPrefix = "ProfilerStep#";
    const std::string& name = profile_.names[line.name_id[event]].text;
    std::string number;
    if (name.starts_with(kPrefix)) {
      number = name.substr(kPrefix.size());
    } else {
      JsonScanner scanner(text_, line.source_offset[event]);
      RawEvent raw;
      if (line.depth[event] != 0 || !read_event(scanner, raw)) return std::nullopt;
      number = member_text(raw.args, "step_num");
    }
    Microseconds value;
    return parse_microseconds(number, value) ? std::optional(value.whole) : std::nullopt;
  }

  void add_steps() {
    for (std::size_t i = first_line_; i < profile_.lines.size(); ++i) {
      const ProfileLine& line = profile_.lines[i];
      for (std::uint32_t event = 0; event < line.size(); ++event) {
        const std::optional<std::int64_t> number = step_number(line, event);
        if (!number) continue;
        profile_.steps.push_back({*number,
                                  profile_.names[line.name_id[event]].display,
                                  line.start_ps[event],
                                  line.duration_ps[event],
                                  {static_cast<std::uint32_t>(i), event}});
      }
    }
  }

  void add_flow(std::vector<FlowEnd>& ends) {
    std::stable_sort(ends.begin(), ends.end(),
                     [](const FlowEnd& a, const FlowEnd& b) { return a.time_ps < b.time_ps; });
    for (std::size_t i = 1; i < ends.size(); ++i) {
      const EventRef from{ends[i - 1].line, event_near(ends[i - 1])};
      const EventRef to{ends[i].line, event_near(ends[i])};
      if (from.event == profile_.lines[from.line].size()) continue;
      if (to.event == profile_.lines[to.line].size() || from == to) continue;
      profile_.flows.push_back({from, to});
    }
  }

  // The slice around the end of a flow, or the next one when there is none.
  std::uint32_t event_near(const FlowEnd& end) const {
    const ProfileLine& line = profile_.lines[end.line];
    const std::uint32_t around = innermost_event(line, end.time_ps);
    if (around < line.size()) return around;
    const auto next = std::lower_bound(line.start_ps.begin(), line.start_ps.end(), end.time_ps);
    return static_cast<std::uint32_t>(next - line.start_ps.begin());
  }

  // PyTorch gives the wall time of its clock's zero; other writers count from the epoch or not.
  std::int64_t wall_time_of_zero() const {
    constexpr std::int64_t kEpochFromUs = 1'000'000'000'000'000;  // 2001
    const std::int64_t base_us = base_us_.value_or(0);
    std::int64_t zero_ns = 0;
    if (__builtin_mul_overflow(base_us, 1000, &zero_ns)) return 0;
    if (wall_base_ns_ > 0) return saturating_add(wall_base_ns_, zero_ns);
    return base_us >= kEpochFromUs ? zero_ns : 0;
  }

  std::string_view text_;
  const std::string& label_;
  Profile& profile_;
  NameTable& names_;
  const Progress* progress_;
  std::size_t first_line_;
  std::size_t first_counter_;
  ChromeTracks tracks_;
  std::unordered_map<std::string_view, NameId> name_cache_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> open_;
  std::map<FlowKey, std::vector<EventRef>> open_async_;
  std::map<FlowKey, std::vector<FlowEnd>> flows_;
  std::optional<std::int64_t> base_us_;  // time 0 of the events read here
  std::int64_t last_time_ps_ = 0;
  std::int64_t wall_base_ns_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace

bool looks_like_chrome_trace(std::string_view head) {
  JsonScanner scanner(head);
  const char first = scanner.peek();
  if (first == '[') return head.find("\"ph\"") != std::string_view::npos;
  return first == '{' && (head.find("\"traceEvents\"") != std::string_view::npos ||
                          head.find("\"displayTimeUnit\"") != std::string_view::npos);
}

std::int64_t read_chrome_trace(std::string_view text, std::uint32_t host, const std::string& label,
                               Profile& profile, NameTable& names, const Progress* progress) {
  return TraceReader(text, host, label, profile, names, progress).read();
}

std::vector<ProfileArg> chrome_event_args(std::string_view text, std::uint64_t offset) {
  std::vector<ProfileArg> args;
  if (offset >= text.size()) return args;
  JsonScanner scanner(text, static_cast<std::size_t>(offset));
  RawEvent event;
  if (!read_event(scanner, event)) return args;
  if (!event.category.empty()) args.push_back({"category", json_text(event.category)});
  JsonScanner members(event.args);
  std::string_view key;
  if (!members.take('{')) return args;
  while (members.next_member(key)) {
    args.push_back({json_text("\"" + std::string(key) + "\""), json_text(members.skip_value())});
  }
  return args;
}

}  // namespace opscope::viewer
