// Writing a run: scalars, text, graphs and everything else that TensorBoard shows.
//
// Calls encode into a bounded buffer and return; a thread of the writer's own puts the bytes into
// the file in large pieces. After flush() the bytes are the kernel's: killing the process does not
// lose them.
//
// Failing disks: when writing fails the records wait in the buffer and are tried again by the next
// flush(), close() or flush interval; a record cut by a full disk is completed first. While
// the disk fails, records beyond the buffer are dropped and counted, whatever the policy. flush()
// and close() throw what happened. When the file was removed, a new one is begun.
//
// fork(): a writer belongs to the process that made it. In a child its functions throw
// failed_precondition, and its destructor does nothing; make a new writer there.
// Signals: the writer's thread blocks them all. A file size limit gives an error, not SIGXFSZ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/error.h"
#include "opscope/summary/writable_file.h"

namespace opscope::proto {
class Event;
class GraphDef;
class RunMetadata;
class Summary;
}  // namespace opscope::proto

namespace opscope::summary {

// What a call does when the buffer is full.
enum class WhenFull {
  wait,  // until there is room
  drop,  // drop the record and count it
};

struct FileWriterOptions {
  // Behind the name of the file; TensorFlow 2 uses ".v2". Must not contain '/'.
  std::string filename_suffix = ".v2";
  // Memory for records that are not written yet. A larger record is taken when nothing else waits.
  std::size_t max_queue_bytes = std::size_t{8} << 20;
  // Records are written once more than this many wait, as with TensorFlow's max_queue; 0: when a
  // piece of the buffer is full.
  std::size_t max_queue = 0;
  // No accepted record waits longer than this to be written. 0: only flush() and full pieces.
  std::uint32_t flush_millis = 1000;
  WhenFull when_full = WhenFull::wait;
  // Goes on in a new file before one would be longer than this; 0: one file. A record that is
  // longer by itself has a file of its own.
  std::uint64_t max_file_bytes = 0;
  // The name of the file tells at least this time, in seconds since the Unix epoch: readers take
  // the files of a run in the order of their names.
  std::int64_t min_file_time_s = 0;
  // When true, flush() and close() return only when the bytes are on the device (fdatasync).
  bool is_durable = false;
  // Seconds since the Unix epoch; empty: the system's clock. Called by the
  // recording threads and the writing thread.
  std::function<double()> wall_clock;
  // Makes the file; empty: on disk.
  FileFactory create_file;
};

// A handle to a writer; moving it is cheap. Every function may be called from any number of
// threads, except moving, assigning and destroying. Records of one thread keep their order.
//
// Every function that records takes a tag, which is any non-empty UTF-8 text; "/" groups, and a
// NameScope (name_scope.h) puts its own before it. They
// throw Error: invalid_argument for a bad tag or value, failed_precondition after close(). Nothing
// is written then.
class FileWriter {
 public:
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&& other) noexcept;
  // Closes; what could not be written goes to the log handler.
  ~FileWriter();

  // A point of a curve. Written as float32, which is all that TensorBoard's data server reads.
  void scalar(std::string_view tag, double value, std::int64_t step);

  // Markdown, a list of markdown, or a table with rows of equal length.
  void text(std::string_view tag, std::string_view markdown, std::int64_t step);
  void text(std::string_view tag, std::initializer_list<std::string_view> list, std::int64_t step);
  void text(std::string_view tag, std::span<const std::string> list, std::int64_t step);
  void text_table(std::string_view tag, const std::vector<std::vector<std::string>>& rows,
                  std::int64_t step);

  // The graph of the run: the default of the Graphs page.
  void graph(const proto::GraphDef& graph);

  // A run of a graph, shown under `tag` on the Graphs page. With function_graphs it is shown by
  // itself; without, its step_stats colour the graph of the run.
  void run_metadata(std::string_view tag, const proto::RunMetadata& metadata, std::int64_t step);

  // A Keras model as JSON (what model.to_json() gives): the conceptual graph.
  void keras_model(std::string_view tag, std::string_view json, std::int64_t step);

  // Values as given, with the wall time of now.
  void write_summary(const proto::Summary& summary, std::int64_t step);

  // An event as given, wall time included.
  void event(const proto::Event& event);

  // A serialized event as given; for encoders of other kinds.
  void serialized_event(std::string_view event);

  // Returns when everything accepted before the call is in the file. Throws the first error since
  // the last report, with path, errno and the number of records not written.
  void flush();

  // flush(), then ends the writer. What cannot be written now is lost and counted in the error.
  // A second call does nothing.
  void close();

  [[nodiscard]] const std::string& logdir() const;
  // The file written to now.
  [[nodiscard]] std::string path() const;
  // Records dropped since the writer was made, by a full buffer.
  [[nodiscard]] std::uint64_t dropped_records() const;
  // Seconds since the Unix epoch, by the writer's clock.
  [[nodiscard]] double wall_time() const;

 private:
  friend FileWriter create_file_writer(const std::string& logdir, const FileWriterOptions& options);
  class Core;
  explicit FileWriter(std::unique_ptr<Core> core) noexcept;
  Core& core() const;

  std::unique_ptr<Core> core_;
};

// Makes `logdir` and its parents where they are missing, and in it an event file of a name of its
// own with the header event. Throws Error: failed_precondition when logdir is a file,
// permission_denied, and so on.
[[nodiscard]] FileWriter create_file_writer(const std::string& logdir,
                                            const FileWriterOptions& options = {});

}  // namespace opscope::summary
