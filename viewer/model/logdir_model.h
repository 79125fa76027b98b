// What a path holds: runs with their tags and values, graphs, profile sessions and SavedModels.
// Plain data, immutable once published by Logdir, so any thread may read a snapshot without a lock.
// Facts of the formats: https://github.com/tensorflow/tensorboard (event files, summary plugins).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opscope::viewer {

// TensorBoard's data classes, with their numbers on the wire.
enum class DataClass : std::uint8_t { unknown = 0, scalar = 1, tensor = 2, blob_sequence = 3 };

// The member of Summary.Value that carries the value; `none` when a value has only a tag.
enum class ValueKind : std::uint8_t { none, simple_value, histo, image, audio, tensor, obsolete };

// One place in one file that could not be read, and why. `offset` is where the damage begins,
// `size` how many bytes it cost.
struct Damage {
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string what;
};

// Points in the order they were kept, steps strictly increasing; the three columns are equally
// long.
struct ScalarColumns {
  std::vector<std::int64_t> steps;
  std::vector<double> wall_times;  // seconds since the epoch
  std::vector<double> values;

  [[nodiscard]] std::size_t size() const noexcept { return steps.size(); }
};

// A value that stays in its file: `size` bytes of a serialized Summary.Value at `offset` of
// Run::files[file]. Decoded on demand by the functions of model/values.h.
struct ValueRef {
  std::int64_t step = 0;
  double wall_time = 0;
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t file = 0;
  ValueKind kind = ValueKind::none;
};

// One time series of a run. A tag with data class scalar fills `scalars`, every other tag `values`.
// A value at step s preempts the kept points of its tag with step >= s, as TensorBoard's data
// server has it: those move to the `preempted_*` member and are shown as a faint ghost series.
struct Tag {
  std::string name;
  std::string plugin;  // "" when nothing names a plugin
  std::string plugin_content;
  std::string display_name;
  std::string description;
  DataClass data_class = DataClass::unknown;
  int dtype = 0;  // number in tensorflow.DataType of the first value; 0 when it has none
  std::uint64_t records = 0;     // values the files hold, kept or not
  std::uint64_t odd_values = 0;  // counted in `records`, but not of the tag's data class: not shown
  std::int64_t first_step = 0;   // of the first and the last value that the files hold
  std::int64_t last_step = 0;
  double last_wall_time = 0;
  ScalarColumns scalars;
  ScalarColumns preempted_scalars;
  std::vector<ValueRef> values;
  std::vector<ValueRef> preempted_values;
};

enum class GraphKind : std::uint8_t {
  run_graph,                 // GraphDef: Event.graph_def, or the one in Event.meta_graph_def
  graph_run_metadata,        // RunMetadata of trace_on(graph, profiler)
  graph_run_metadata_graph,  // RunMetadata of trace_on(graph)
  graph_keras_model,         // Keras' JSON
  saved_model,               // GraphDef of a MetaGraphDef
  file,                      // GraphDef in a file of its own, binary or text
};

// The name `opscope inspect` gives a kind, for example "run_graph".
[[nodiscard]] const char* graph_kind_name(GraphKind kind) noexcept;

// A graph that stays in its file; Logdir's load_graph() reads it.
struct GraphSource {
  GraphKind kind = GraphKind::run_graph;
  std::string run;
  std::string tag;
  std::int64_t step = 0;
  std::string file;          // path that can be opened
  std::uint64_t offset = 0;  // of the serialized message, or of the JSON, in the file
  std::uint64_t size = 0;
  bool is_text = false;  // the bytes are a text-format GraphDef
};

// Serialized RunMetadata of Event.tagged_run_metadata: step_stats for the run graph.
struct RunMetadataSource {
  std::string tag;
  std::int64_t step = 0;
  std::string file;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

// SessionLog of a TensorFlow 1 writer; status 1 start, 2 stop, 3 checkpoint.
struct SessionMark {
  std::int64_t step = 0;
  double wall_time = 0;
  int status = 0;
};

struct EventFile {
  std::string path;  // path that can be opened
  std::string name;  // relative to the logdir
  std::string file_version;
  std::string writer;
  std::uint64_t size_bytes = 0;  // at the last refresh
  std::uint64_t read_bytes = 0;  // below which everything was read or found damaged
  std::uint64_t records = 0;     // framed records, damaged ones excluded
  std::uint64_t log_messages = 0;
  std::vector<Damage> damaged;  // each costs a record, or an unknown number of them
  bool is_incomplete = false;   // the last record is cut: waits for more
  std::optional<double> first_wall_time;
};

// A directory that directly contains event files. `name` is its path below the logdir, "." for the
// logdir itself.
struct Run {
  std::string name;
  std::optional<double> first_wall_time;         // of the first event; none when there is no event
  std::vector<EventFile> files;                  // by name
  std::vector<std::shared_ptr<const Tag>> tags;  // by name
  std::vector<GraphSource> graphs;               // newest of each kind and tag
  std::vector<RunMetadataSource> run_metadata;
  std::vector<SessionMark> sessions;
  std::uint64_t records = 0;  // sums over the files
  std::uint64_t damaged_records = 0;
};

enum class ProfileFormat : std::uint8_t { xplane, chrome_trace };

// One file of a profile session.
struct ProfileHost {
  std::string host;
  std::string file;
  ProfileFormat format = ProfileFormat::xplane;
};

// A folder `<run>/plugins/profile/<session>`, or a stand-alone trace file.
struct ProfileSession {
  std::string run;
  std::string session;
  std::vector<ProfileHost> hosts;  // by name
};

struct TensorInfoModel {
  std::string key;     // the argument's name in the signature
  std::string tensor;  // name in the graph
  int dtype = 0;       // number in tensorflow.DataType
  bool has_rank = false;
  std::vector<std::int64_t> shape;  // -1 where unknown
};

struct SignatureModel {
  std::string name;
  std::string method;
  std::vector<TensorInfoModel> inputs;   // by key
  std::vector<TensorInfoModel> outputs;  // by key
};

struct VariableModel {
  std::string name;
  int dtype = 0;
  std::vector<std::int64_t> shape;
};

// One MetaGraphDef of a SavedModel.
struct SavedModelInfo {
  std::string path;  // the folder
  std::vector<std::string> tags;
  std::string tensorflow_version;
  std::vector<SignatureModel> signatures;  // by name
  std::vector<VariableModel> variables;    // by name
  GraphSource graph;
};

// A file that was looked at and holds nothing that can be shown, and why.
struct SkippedFile {
  std::string path;
  std::string why;
};

enum class PathKind : std::uint8_t {
  logdir,
  event_file,
  saved_model,
  graph_file,
  xplane,
  chrome_trace,
};

struct LogdirModel {
  std::string path;  // as given
  PathKind kind = PathKind::logdir;
  std::vector<std::shared_ptr<const Run>> runs;  // by name
  std::vector<GraphSource> graphs;               // those that belong to no run
  std::vector<ProfileSession> profiles;          // by run and session
  std::vector<SavedModelInfo> saved_models;
  std::vector<SkippedFile> skipped;
  std::uint64_t files_seen = 0;  // files of any kind that were found below the path
  std::uint64_t generation = 0;  // grows whenever something changed

  // True when there is nothing to show.
  [[nodiscard]] bool is_empty() const noexcept;
};

// The run or tag of that name, null when there is none.
[[nodiscard]] const Run* find_run(const LogdirModel& model, std::string_view name) noexcept;
[[nodiscard]] const Tag* find_tag(const Run& run, std::string_view name) noexcept;

}  // namespace opscope::viewer
