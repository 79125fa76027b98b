#include "event_lines.h"

#include <algorithm>
#include <map>
#include <utility>

namespace opscope::profiler::detail {
namespace {

constexpr std::uint64_t kFirstLineIdOfNoThread = std::uint64_t{1} << 30;

void add_record(EventLine& line, const Chunk& chunk, std::uint64_t start_ticks) {
  if (line.chunks.empty() || line.chunks.back().words.data() != chunk.data()) {
    line.chunks.push_back({chunk, start_ticks});
  } else {
    DatedChunk& dated = line.chunks.back();
    dated.first_start_ticks = std::min(dated.first_start_ticks, start_ticks);
  }
}

class Planner {
 public:
  explicit Planner(const CaptureData& capture) : capture_(capture) {}

  std::vector<EventLine> plan() {
    EventLine counters = make_line(LineKind::counters, kCounterLineName);
    for (const ThreadLog& thread : capture_.threads) {
      EventLine line = make_line(LineKind::thread, thread.name);
      line.id = static_cast<std::uint64_t>(thread.tid);
      for (const Chunk& chunk : thread.chunks) add_chunk(chunk, line, counters);
      add_unless_empty(std::move(line));
    }
    std::uint64_t id = kFirstLineIdOfNoThread;
    counters.id = id++;
    add_unless_empty(std::move(counters));
    for (auto& [name, line] : frames_) {
      line.id = id++;
      add_unless_empty(std::move(line));
    }
    return std::move(lines_);
  }

 private:
  [[nodiscard]] EventLine make_line(LineKind kind, std::string name) const {
    EventLine line;
    line.name = std::move(name);
    line.filter = {.session_start_ticks = capture_.start.ticks, .line_kind = kind};
    return line;
  }

  void add_chunk(const Chunk& chunk, EventLine& thread, EventLine& counters) {
    for_each_record(chunk, [&](const RecordView& record) {
      if (record.start_ticks() < capture_.start.ticks) return;
      switch (line_kind(record.kind())) {
        case LineKind::thread:
          return add_record(thread, chunk, record.start_ticks());
        case LineKind::counters:
          return add_record(counters, chunk, record.start_ticks());
        case LineKind::frames:
          return add_record(frame_line(record.id()), chunk, record.start_ticks());
      }
    });
  }

  EventLine& frame_line(std::uint32_t name) {
    const auto [it, is_new] = frames_.try_emplace(name);
    if (is_new) {
      const std::string_view text = name_text(static_cast<NameId>(name));
      it->second = make_line(LineKind::frames, std::string("frames: ").append(text));
      it->second.filter.frame_name = name;
    }
    return it->second;
  }

  void add_unless_empty(EventLine line) {
    if (!line.chunks.empty()) lines_.push_back(std::move(line));
  }

  const CaptureData& capture_;
  std::vector<EventLine> lines_;
  std::map<std::uint32_t, EventLine> frames_;  // by NameId
};

}  // namespace

std::vector<EventLine> plan_event_lines(const CaptureData& capture) {
  return Planner(capture).plan();
}

}  // namespace opscope::profiler::detail
