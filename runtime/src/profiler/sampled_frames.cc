#include "sampled_frames.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "record_reader.h"
#include "start_order.h"
#include "symbols.h"

namespace opscope::profiler::detail {
namespace {

constexpr std::uint64_t kEndOfTime = std::numeric_limits<std::uint64_t>::max();

// Nanoseconds of the monotonic clock as ticks, on the line through the session's ends.
class TickLine {
 public:
  TickLine(const ClockAnchor& start, const ClockAnchor& stop) : start_(start) {
    const auto ns =
        static_cast<double>(std::max<std::int64_t>(stop.monotonic_ns - start.monotonic_ns, 1));
    ticks_per_ns_ = static_cast<double>(stop.ticks - start.ticks) / ns;
  }

  [[nodiscard]] std::uint64_t ticks_at(std::int64_t monotonic_ns) const {
    return start_.ticks + ticks_of(monotonic_ns - start_.monotonic_ns);
  }
  [[nodiscard]] std::uint64_t ticks_of(std::int64_t ns) const {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(ns) * ticks_per_ns_));
  }

 private:
  ClockAnchor start_;
  double ticks_per_ns_ = 1;
};

// One sample: its functions outermost first, and the time it stands for.
struct Sample {
  std::uint64_t ticks = 0;
  std::uint64_t begin_ticks = 0;
  std::uint64_t end_ticks = 0;
  // The last beginning or end of an event before, and the next one after it.
  std::uint64_t edge_before = 0;
  std::uint64_t edge_after = kEndOfTime;
  std::vector<NameId> functions;
};

std::vector<NameId> functions_of(std::span<const std::uint64_t> frames, Symbols& symbols) {
  std::vector<Function> chain;  // innermost first
  for (std::size_t i = 0; i < frames.size(); ++i) {
    // A return address lies behind the call, maybe in the next function.
    const Function& function = symbols.function_at(frames[i] - (i == 0 ? 0 : 1));
    if (function.name == NameId::none) break;  // of code without frame pointers: no caller
    chain.push_back(function);
  }
  std::size_t kept = chain.size();
  while (kept > 0 && chain[kept - 1].is_plumbing) --kept;
  if (kept > 0) chain.resize(kept);
  std::vector<NameId> names;
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) names.push_back(it->name);
  return names;
}

// Learns from the events of the thread how far each sample's time may reach.
void find_edges(const ThreadLog& thread, std::vector<Sample>& samples) {
  const auto note_edge = [&](std::uint64_t edge) {
    const auto after = std::ranges::upper_bound(samples, edge, {}, &Sample::ticks);
    if (after != samples.end()) after->edge_before = std::max(after->edge_before, edge);
    if (after != samples.begin()) {
      std::uint64_t& last = (after - 1)->edge_after;
      last = std::min(last, edge);
    }
  };
  for (const Chunk& chunk : thread.chunks) {
    for_each_record(chunk, [&](const RecordView& record) {
      const std::uint64_t duration = record.duration_ticks();
      if (duration == 0 || line_kind(record.kind()) != LineKind::thread) return;
      note_edge(record.start_ticks());
      note_edge(record.start_ticks() + duration);
    });
  }
  for (std::size_t i = 1; i < samples.size(); ++i) {
    samples[i].edge_before = std::max(samples[i].edge_before, samples[i - 1].edge_before);
  }
  for (std::size_t i = samples.size(); i-- > 1;) {
    samples[i - 1].edge_after = std::min(samples[i - 1].edge_after, samples[i].edge_after);
  }
}

void find_times(std::vector<Sample>& samples, std::uint64_t period, const CaptureData& capture) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Sample& sample = samples[i];
    sample.begin_ticks = std::max(sample.ticks - period / 2, capture.start.ticks);
    sample.end_ticks = std::min(sample.ticks + period / 2, capture.stop.ticks);
    if (i > 0 && samples[i - 1].end_ticks > sample.begin_ticks) {
      const std::uint64_t middle = samples[i - 1].ticks + (sample.ticks - samples[i - 1].ticks) / 2;
      sample.begin_ticks = middle;
      samples[i - 1].end_ticks = middle;
    } else if (i > 0 && sample.begin_ticks - samples[i - 1].end_ticks < period / 2) {
      sample.begin_ticks = samples[i - 1].end_ticks;  // the thread ran on, the timer was late
    }
  }
  for (Sample& sample : samples) {
    // One tick inside the edges, so that the event around it begins first and ends last.
    sample.begin_ticks = std::max(sample.begin_ticks, sample.edge_before + 1);
    if (sample.edge_after != kEndOfTime) {
      sample.end_ticks = std::min(sample.end_ticks, sample.edge_after - 1);
    }
  }
}

// Builds the records of a thread, inner functions before those that call them.
class FrameBuilder {
 public:
  void add(const Sample& sample) {
    const bool goes_on =
        !open_.empty() && sample.begin_ticks == end_ticks_ && sample.edge_before == edge_before_;
    std::size_t same = 0;
    while (goes_on && same < open_.size() && same < sample.functions.size() &&
           open_[same].name == sample.functions[same]) {
      ++same;
    }
    close_from(same);
    for (OpenFrame& frame : open_) ++frame.samples;
    for (std::size_t i = same; i < sample.functions.size(); ++i) {
      open_.push_back({sample.functions[i], sample.begin_ticks, 1});
    }
    end_ticks_ = sample.end_ticks;
    edge_before_ = sample.edge_before;
  }

  [[nodiscard]] std::vector<std::uint64_t> finish() {
    close_from(0);
    return std::move(words_);
  }

 private:
  struct OpenFrame {
    NameId name = NameId::none;
    std::uint64_t start_ticks = 0;
    std::uint64_t samples = 0;
  };

  void close_from(std::size_t depth) {
    for (; open_.size() > depth; open_.pop_back()) {
      const OpenFrame& frame = open_.back();
      const std::uint64_t duration = end_ticks_ - frame.start_ticks;
      const bool is_long = duration >= kLongDuration;
      const std::uint64_t header = make_header(
          RecordKind::sampled_frame, static_cast<std::uint32_t>(frame.name), is_long ? 4 : 3);
      words_.insert(words_.end(), {header | (is_long ? kLongDuration : duration) << 32,
                                   frame.start_ticks, frame.samples});
      if (is_long) words_.push_back(duration);
    }
  }

  std::vector<OpenFrame> open_;  // outermost first
  std::uint64_t end_ticks_ = 0;  // of the last sample
  std::uint64_t edge_before_ = 0;
  std::vector<std::uint64_t> words_;
};

ThreadLog& log_of(CaptureData& capture, const ThreadSamples& samples) {
  const auto it = std::ranges::lower_bound(capture.threads, samples.tid, {}, &ThreadLog::tid);
  if (it != capture.threads.end() && it->tid == samples.tid) return *it;
  ThreadLog log;
  log.tid = samples.tid;
  log.name = samples.name;
  return *capture.threads.insert(it, std::move(log));
}

}  // namespace

void add_sampled_frames(CaptureData& capture, const SampleLog& log) {
  Symbols symbols;
  const TickLine line(capture.start, capture.stop);
  for (const ThreadSamples& thread : log.threads) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < thread.size(); ++i) {
      const std::int64_t time = thread.monotonic_ns[i];
      if (time < capture.start.monotonic_ns || time > capture.stop.monotonic_ns) continue;
      Sample sample;
      sample.ticks = line.ticks_at(time);
      sample.functions = functions_of(
          std::span(thread.frames).subspan(thread.begin[i], thread.begin[i + 1] - thread.begin[i]),
          symbols);
      samples.push_back(std::move(sample));
    }
    ThreadLog& recorded = log_of(capture, thread);
    find_edges(recorded, samples);
    find_times(samples, line.ticks_of(log.period_ns), capture);
    FrameBuilder builder;
    for (const Sample& sample : samples) {
      if (sample.end_ticks > sample.begin_ticks) builder.add(sample);
    }
    auto& words = capture.sampled_frames.emplace_back(builder.finish());
    if (!words.empty()) recorded.chunks.emplace_back(words);
  }
  capture.lost_samples = log.lost;
  capture.sampling_refusal = log.refusal;
}

}  // namespace opscope::profiler::detail
