#include "opscope/summary/trace.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph_merge.h"
#include "opscope/log.h"
#include "opscope/proto/run_metadata.pb.h"
#include "opscope/proto/step_stats.pb.h"
#include "opscope/summary/file_writer.h"

namespace opscope::summary {
namespace {

constexpr std::size_t kMaxNodeStats = 1'000'000;

struct CollectedStats {
  std::string graph_key;
  std::string device;
  proto::NodeExecStats stats;
};

struct Collected {
  std::vector<NamedGraph> graphs;
  std::vector<CollectedStats> stats;
  std::unordered_map<std::string, std::size_t> stats_index;  // by stats_key
  std::uint64_t dropped_stats = 0;
};

std::string stats_key(const std::string& graph_key, const std::string& device,
                      const std::string& node_name) {
  std::string key;
  key.reserve(graph_key.size() + device.size() + node_name.size() + 2);
  key.append(graph_key).append(1, '\0').append(device).append(1, '\0').append(node_name);
  return key;
}

// Keeps a node's last timing; false when there is no room for another node.
bool keep_stats(Collected& collected, const std::string& graph_key, const std::string& device,
                const proto::NodeExecStats& stats) {
  const std::string key = stats_key(graph_key, device, stats.node_name());
  if (const auto found = collected.stats_index.find(key); found != collected.stats_index.end()) {
    collected.stats[found->second].stats = stats;
    return true;
  }
  if (collected.stats.size() >= kMaxNodeStats) return false;
  collected.stats.push_back({graph_key, device, stats});
  collected.stats_index.emplace(key, collected.stats.size() - 1);
  return true;
}

// The active trace. `control` is held by trace_on, trace_export and trace_off as a whole, `data`
// only while what was collected is touched.
struct Trace {
  std::mutex control;
  TraceOptions options;
  ProfilerHooks profiler;

  std::mutex data;
  Collected collected;
};

std::atomic<bool> g_is_on{false};
std::atomic<bool> g_wants_graphs{false};

Trace& trace() {
  static Trace active;
  return active;
}

void begin(Trace& active, const TraceOptions& options) {
  const std::lock_guard lock(active.data);
  active.options = options;
  active.collected = {};
  g_is_on = true;
  g_wants_graphs = options.graph;
}

// Ends the trace; gives what was collected.
Collected end(Trace& active) {
  const std::lock_guard lock(active.data);
  g_is_on = false;
  g_wants_graphs = false;
  return std::exchange(active.collected, {});
}

void start_profiler(const ProfilerHooks& hooks) {
  if (hooks.start == nullptr) {
    throw Error(ErrorCode::unimplemented,
                "trace_on: a profile was asked for, but this program does not link "
                "opscope::profiler");
  }
  hooks.start();
}

// TensorBoard does not count durations of 0, and needs a start.
void make_countable(proto::NodeExecStats& stats) {
  stats.set_all_start_micros(std::max<std::int64_t>(stats.all_start_micros(), 1));
  stats.set_all_end_rel_micros(std::max<std::int64_t>(stats.all_end_rel_micros(), 1));
}

// The timings by device, under the names of the merged graph. Those of a graph that was never
// added are left out; gives their number.
std::uint64_t fill_step_stats(const Collected& collected, const MergedGraph& merged,
                              proto::StepStats& step_stats) {
  std::map<std::string, std::string, std::less<>> prefix_of_key;
  for (std::size_t i = 0; i < collected.graphs.size(); ++i) {
    prefix_of_key.emplace(collected.graphs[i].key, merged.prefixes[i]);
  }
  std::map<std::string, std::vector<const CollectedStats*>, std::less<>> by_device;
  std::uint64_t left_out = 0;
  for (const CollectedStats& entry : collected.stats) {
    if (prefix_of_key.contains(entry.graph_key)) {
      by_device[entry.device].push_back(&entry);
    } else {
      ++left_out;
    }
  }
  for (const auto& [device, entries] : by_device) {
    proto::DeviceStepStats* device_stats = step_stats.add_dev_stats();
    device_stats->set_device(device);
    for (const CollectedStats* entry : entries) {
      proto::NodeExecStats* stats = device_stats->add_node_stats();
      *stats = entry->stats;
      stats->set_node_name(prefix_of_key.find(entry->graph_key)->second + stats->node_name());
      make_countable(*stats);
    }
  }
  return left_out;
}

void write_graph(FileWriter& writer, const TraceExportOptions& options,
                 const Collected& collected) {
  if (collected.graphs.empty()) {
    log_message(LogLevel::warning, "trace_export \"" + options.name +
                                       "\": nothing ran while the trace was on; no graph written");
    return;
  }
  MergedGraph merged = merge_graphs(collected.graphs);
  proto::RunMetadata metadata;
  std::uint64_t left_out = collected.dropped_stats;
  if (!collected.stats.empty()) {
    left_out += fill_step_stats(collected, merged, *metadata.mutable_step_stats());
  }
  *metadata.add_function_graphs()->mutable_pre_optimization_graph() = std::move(merged.graph);
  writer.run_metadata(options.name, metadata, options.step);
  if (left_out > 0) {
    log_message(LogLevel::warning, "trace_export \"" + options.name + "\": " +
                                       std::to_string(left_out) + " node timings were dropped");
  }
}

// What the two calls together say about the profile: where it goes, if anywhere.
std::optional<std::string> profile_outdir(const TraceOptions& on, const TraceExportOptions& options,
                                          const FileWriter& writer) {
  if (!options.profiler_outdir.empty()) return options.profiler_outdir;
  if (!on.profiler_outdir.empty()) return on.profiler_outdir;
  if (on.profiler) return writer.logdir();
  return std::nullopt;
}

void export_profile(const ProfilerHooks& hooks, const std::string& outdir) {
  const std::string advice = "no profile was written to " + outdir +
                             ": no profiler is running. Start one with "
                             "trace_on({.profiler = true}) before what is to be recorded";
  if (hooks.stop_and_export == nullptr) throw ProfilerNotRunning(advice);
  try {
    hooks.stop_and_export(outdir);
  } catch (const ProfilerNotRunning&) {
    throw ProfilerNotRunning(advice);
  }
}

}  // namespace

void trace_on(const TraceOptions& options) {
  Trace& active = trace();
  const std::lock_guard lock(active.control);
  if (trace_is_on()) {
    throw Error(ErrorCode::failed_precondition,
                "trace_on: a trace is running already; end it with trace_export or trace_off");
  }
  if (options.profiler) start_profiler(active.profiler);
  begin(active, options);
}

void trace_export(FileWriter& writer, const TraceExportOptions& options) {
  Trace& active = trace();
  const std::lock_guard lock(active.control);
  if (!trace_is_on()) {
    throw Error(ErrorCode::failed_precondition,
                "trace_export: no trace is on; call trace_on before what is to be traced");
  }
  if (options.name.empty()) {
    throw Error(ErrorCode::invalid_argument, "trace_export: the name is empty");
  }
  const std::optional<std::string> outdir = profile_outdir(active.options, options, writer);
  const bool wants_graph = active.options.graph;
  const Collected collected = end(active);
  std::exception_ptr failure;
  try {
    if (wants_graph) write_graph(writer, options, collected);
  } catch (const Error&) {
    failure = std::current_exception();
  }
  if (outdir) export_profile(active.profiler, *outdir);
  if (failure) std::rethrow_exception(failure);
}

void trace_off() noexcept {
  Trace& active = trace();
  const std::lock_guard lock(active.control);
  if (!trace_is_on()) return;
  const Collected dropped = end(active);
  if (active.options.profiler && active.profiler.discard != nullptr) active.profiler.discard();
}

bool trace_is_on() noexcept { return g_is_on.load(std::memory_order_relaxed); }

bool trace_wants_graphs() noexcept { return g_wants_graphs.load(std::memory_order_relaxed); }

void trace_add_graph(const std::string& key, const proto::GraphDef& graph) {
  if (!trace_wants_graphs()) return;
  Trace& active = trace();
  const std::lock_guard lock(active.data);
  if (!trace_wants_graphs()) return;
  std::vector<NamedGraph>& graphs = active.collected.graphs;
  const bool is_present = std::any_of(graphs.begin(), graphs.end(),
                                      [&](const NamedGraph& named) { return named.key == key; });
  if (!is_present) graphs.push_back({key, graph});
}

void trace_add_node_stats(const std::string& graph_key, const std::string& device,
                          const proto::NodeExecStats& stats) noexcept {
  if (!trace_wants_graphs()) return;
  Trace& active = trace();
  const std::lock_guard lock(active.data);
  if (!trace_wants_graphs()) return;
  Collected& collected = active.collected;
  try {
    if (keep_stats(collected, graph_key, device, stats)) return;
  } catch (const std::bad_alloc&) {
    // Counted like an entry beyond the bound.
  }
  ++collected.dropped_stats;
}

void set_profiler_hooks(const ProfilerHooks& hooks) noexcept {
  Trace& active = trace();
  const std::lock_guard lock(active.control);
  active.profiler = hooks;
}

}  // namespace opscope::summary
