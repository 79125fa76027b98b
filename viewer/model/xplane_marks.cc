#include "model/xplane_marks.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace opscope::viewer {

MarkReader::MarkReader(const xplane::Plane& plane) : plane_(plane) {
  static const std::map<std::string_view, Kind> kKinds{
      {"_r", Kind::root},
      {"step_num", Kind::step_number},
      {"_pt", Kind::producer_type},
      {"_p", Kind::producer},
      {"_ct", Kind::consumer_type},
      {"_c", Kind::consumer},
      {"bytes_allocated", Kind::bytes},
      {"allocator_name", Kind::allocator},
  };
  constexpr std::int64_t kDenseLimit = 256;
  dense_kinds_.assign(kDenseLimit, Kind::none);
  for (const auto& [id, name] : plane.stat_names) {
    const auto kind = kKinds.find(name);
    if (kind == kKinds.end()) continue;
    has_kinds_ = true;
    if (id >= 0 && id < kDenseLimit) {
      dense_kinds_[static_cast<std::size_t>(id)] = kind->second;
    } else {
      sparse_kinds_[id] = kind->second;
    }
  }
}

MarkReader::Kind MarkReader::kind_of(std::int64_t stat_id) const {
  if (stat_id >= 0 && stat_id < static_cast<std::int64_t>(dense_kinds_.size())) {
    return dense_kinds_[static_cast<std::size_t>(stat_id)];
  }
  const auto kind = sparse_kinds_.find(stat_id);
  return kind == sparse_kinds_.end() ? Kind::none : kind->second;
}

void MarkReader::take_stat(std::uint32_t event, std::string_view bytes) {
  if (!has_kinds_) return;
  const xplane::Stat stat = xplane::parse_stat(bytes);
  const Kind kind = kind_of(stat.metadata_id);
  if (kind == Kind::none) return;
  if (line_marks_.empty() || line_marks_.back().event != event) {
    line_marks_.emplace_back().event = event;
  }
  take_value(kind, stat, line_marks_.back());
}

void MarkReader::take_value(Kind kind, const xplane::Stat& stat, EventMarks& marks) const {
  switch (kind) {
    case Kind::root:
      marks.is_root = stat.integer() != 0;
      break;
    case Kind::step_number:
      marks.has_step = true;
      marks.step = stat.integer();
      break;
    case Kind::producer_type:
      marks.producer_type = stat.integer();
      break;
    case Kind::producer:
      marks.has_producer = true;
      marks.producer = stat.integer();
      break;
    case Kind::consumer_type:
      marks.consumer_type = stat.integer();
      break;
    case Kind::consumer:
      marks.has_consumer = true;
      marks.consumer = stat.integer();
      break;
    case Kind::bytes:
      marks.has_bytes = true;
      marks.bytes = stat.integer();
      break;
    case Kind::allocator:
      if (stat.field == xplane::kStatRef) {
        const auto name = plane_.stat_names.find(stat.integer());
        if (name != plane_.stat_names.end()) marks.allocator = name->second;
      } else {
        marks.allocator = stat.text;
      }
      break;
    case Kind::none:
      break;
  }
}

void MarkReader::end_line(std::uint32_t line_index, const ProfileLine& line,
                          const std::vector<std::uint32_t>& moved) {
  for (const EventMarks& marks : line_marks_) {
    if (marks.event >= line.size()) continue;
    const EventRef ref{line_index, moved.empty() ? marks.event : moved[marks.event]};
    if (marks.is_root) roots_.push_back({ref, marks.has_step, marks.step});
    if (marks.has_producer) producers_.push_back({marks.producer_type, marks.producer, ref});
    if (marks.has_consumer) consumers_.push_back({marks.consumer_type, marks.consumer, ref});
    if (marks.has_bytes) memory_.push_back({ref, marks.bytes, std::string(marks.allocator)});
  }
  line_marks_.clear();
}

void MarkReader::finish(std::uint32_t plane_index, Profile& profile) {
  add_steps(profile);
  add_flows(profile);
  add_memory(plane_index, profile);
}

// TensorFlow marks inner function runs as roots too: with numbered roots only those are steps,
// without any, the roots that lie in no other root are, numbered as they come.
void MarkReader::add_steps(Profile& profile) const {
  const bool has_numbers =
      std::any_of(roots_.begin(), roots_.end(), [](const Root& root) { return root.has_step; });
  std::int64_t next_number = 0;
  EventRef outer;
  std::int64_t outer_end = 0;
  bool has_outer = false;
  for (const Root& root : roots_) {
    if (has_numbers && !root.has_step) continue;
    const ProfileLine& line = profile.lines[root.event.line];
    const std::int64_t start = line.start_ps[root.event.event];
    if (has_outer && outer.line == root.event.line && start < outer_end) continue;
    outer = root.event;
    outer_end = line.end_ps(root.event.event);
    has_outer = true;
    const std::int64_t number = has_numbers ? root.step : next_number++;
    const ProfileName& name = profile.names[line.name_id[root.event.event]];
    profile.steps.push_back({number, name.display + " " + std::to_string(number), start,
                             line.duration_ps[root.event.event], root.event});
  }
}

void MarkReader::add_flows(Profile& profile) {
  const auto before = [](const FlowEnd& a, const FlowEnd& b) {
    return std::tie(a.type, a.id) < std::tie(b.type, b.id);
  };
  std::stable_sort(producers_.begin(), producers_.end(), before);
  for (const FlowEnd& consumer : consumers_) {
    const auto producer = std::lower_bound(producers_.begin(), producers_.end(), consumer, before);
    if (producer == producers_.end() || before(consumer, *producer)) continue;
    if (producer->event == consumer.event) continue;
    profile.flows.push_back({producer->event, consumer.event});
  }
}

void MarkReader::add_memory(std::uint32_t plane_index, Profile& profile) const {
  struct Sample {
    EventRef event;
    double bytes;
  };
  std::map<std::string, std::vector<Sample>> by_allocator;
  for (const MemorySample& sample : memory_) {
    by_allocator[sample.allocator].push_back({sample.event, static_cast<double>(sample.bytes)});
  }
  for (auto& [allocator, samples] : by_allocator) {
    const auto start = [&](const Sample& sample) {
      return profile.lines[sample.event.line].start_ps[sample.event.event];
    };
    std::stable_sort(samples.begin(), samples.end(),
                     [&](const Sample& a, const Sample& b) { return start(a) < start(b); });
    ProfileCounter& counter = profile.counters.emplace_back();
    counter.plane = plane_index;
    counter.name = allocator.empty() ? "memory" : "memory " + allocator;
    counter.unit = "bytes";
    for (const Sample& sample : samples) {
      counter.times_ps.push_back(start(sample));
      counter.values.push_back(sample.bytes);
    }
  }
}

}  // namespace opscope::viewer
