// Operation statistics of a profile: calls, total, self, extremes and percentiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/profile.h"
#include "model/timeline_model.h"

namespace opscope::viewer {

enum class StatisticsKey : std::uint8_t { name, op_type, thread, step };

struct StatisticsRequest {
  StatisticsKey by = StatisticsKey::name;
  std::optional<TimeRange> range;    // events outside are left out, those across it are cut to it
  std::vector<std::uint32_t> lines;  // only these; empty means all
};

// Durations of the events that share a key. Total is their plain sum, also where they nest.
struct OpStatistics {
  std::string key;
  std::uint64_t calls = 0;
  std::int64_t total_ps = 0;
  std::int64_t self_ps = 0;
  std::int64_t min_ps = 0;
  std::int64_t max_ps = 0;
  double mean_ps = 0;
  std::int64_t p50_ps = 0;  // nearest rank
  std::int64_t p90_ps = 0;
  std::int64_t p99_ps = 0;
};

// By total time, longest first, then by key. By op type, only events that have one; by step, what
// starts within the step on any line.
[[nodiscard]] std::vector<OpStatistics> op_statistics(const Profile& profile,
                                                      const StatisticsRequest& request);

// Durations of every event with this name, in `bins` bins of equal ratio between the extremes.
struct DurationBin {
  std::int64_t begin_ps = 0;
  std::int64_t end_ps = 0;
  std::uint64_t count = 0;
};
[[nodiscard]] std::vector<DurationBin> duration_histogram(const Profile& profile, NameId name,
                                                          std::size_t bins);

// A call tree: the same names under the same parents, merged. Node 0 is the root without a name.
struct FlameNode {
  NameId name = 0;
  std::uint32_t parent = 0;
  std::uint32_t depth = 0;
  std::uint64_t calls = 0;
  std::int64_t total_ps = 0;
  std::int64_t self_ps = 0;
  std::vector<std::uint32_t> children;  // by total, longest first
};
[[nodiscard]] std::vector<FlameNode> flame_graph(const Profile& profile,
                                                 const StatisticsRequest& request);

}  // namespace opscope::viewer
