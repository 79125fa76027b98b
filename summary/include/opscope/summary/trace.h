// trace_on / trace_export, as in TensorFlow 2: while a trace is on, the graphs of the functions
// that run, their node timings and a profile are collected; exporting writes them to a log.
//
// Thread rule: every function here may be called from any thread. There is one active trace in
// the process.
#pragma once

#include <cstdint>
#include <string>

#include "opscope/error.h"

namespace opscope::proto {
class GraphDef;
class NodeExecStats;
}  // namespace opscope::proto

namespace opscope::summary {

class FileWriter;

struct TraceOptions {
  bool graph = true;
  bool profiler = false;
  // The logdir below which plugins/profile/<session>/<host>.xplane.pb is written. May be given
  // here or in TraceExportOptions; empty: the logdir of the writer given to trace_export.
  std::string profiler_outdir;
};

struct TraceExportOptions {
  std::string name;  // the tag; must not be empty
  std::int64_t step = 0;
  std::string profiler_outdir;
};

// Starts the trace. Throws failed_precondition when one is running (which goes on), and
// unimplemented when a profile is asked for in a program that does not link opscope::profiler.
void trace_on(const TraceOptions& options = {});

// Writes what was collected and stops the trace:
// - one event with the RunMetadata (one function graph, and step_stats), under the plugin
//   graph_run_metadata when node timings were collected, else graph_run_metadata_graph;
// - the profile, by a rename, below the profile folder.
// Throws failed_precondition when no trace is on. When the caller named a profile folder but no
// profiler runs, the graph is written first and then ProfilerNotRunning is thrown.
void trace_export(FileWriter& writer, const TraceExportOptions& options);

// Stops the trace and drops what was collected. Nothing happens when no trace is on.
void trace_off() noexcept;

[[nodiscard]] bool trace_is_on() noexcept;

// ---- For runtimes, which push what they execute into the active trace ----

// True while a trace with graph = true is on: one relaxed load.
[[nodiscard]] bool trace_wants_graphs() noexcept;

// Adds a graph under `key`; a second graph with a key already present is ignored. When several
// graphs are added, trace_export merges them into one: the first keeps its names, each later one is
// put below the scope of its key. Nothing happens when no trace is on.
void trace_add_graph(const std::string& key, const proto::GraphDef& graph);

// Adds one node's timing on `device` ("/job:localhost/replica:0/task:0/device:CPU:0"). node_name
// is the name in the graph added under `graph_key`. Of a node that ran several times the last
// timing is kept: of several, TensorBoard would take the time from the first start to the last end
// for what the node needed. Bounded: beyond a million nodes they are counted and dropped. Never
// throws.
void trace_add_node_stats(const std::string& graph_key, const std::string& device,
                          const proto::NodeExecStats& stats) noexcept;

// ---- For opscope::profiler, which registers itself when it is linked ----

struct ProfilerHooks {
  // Starts recording; throws failed_precondition when a session is already recording.
  void (*start)() = nullptr;
  // Stops recording and writes <outdir>/plugins/profile/<session>/<host>.xplane.pb by a rename.
  // Throws ProfilerNotRunning when nothing is recording.
  void (*stop_and_export)(const std::string& outdir) = nullptr;
  // Stops recording and drops what was recorded.
  void (*discard)() = nullptr;
};

void set_profiler_hooks(const ProfilerHooks& hooks) noexcept;

}  // namespace opscope::summary
