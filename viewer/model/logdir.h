// Opens whatever path a person has in hand and follows it while it grows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/logdir_model.h"
#include "model/progress.h"
#include "opscope/result.h"

namespace opscope::viewer {

struct LogdirOptions {
  // Check the CRC of every record. Off, only what cannot be parsed is found.
  bool verify_checksums = true;
  // Event files read at the same time; 0 means one per processor.
  unsigned threads = 0;
};

// A logdir, one run, one event file, a SavedModel folder, a GraphDef (.pb, .pbtxt), an XSpace
// (.xplane.pb) or a Chrome trace (.json, .json.gz), told apart by content.
//
// open() and refresh() do the reading and belong to one thread at a time (not the frame's).
// snapshot() may be called from any thread at any time.
class Logdir {
 public:
  // Looks at `path` and reads all of it. Fails when it does not exist, cannot be read, is no format
  // we know, or was cancelled (ErrorCode::cancelled). An empty logdir is not an error: it may fill.
  [[nodiscard]] static Result<Logdir> open(const std::string& path, LogdirOptions options = {},
                                           Progress* progress = nullptr);

  Logdir(Logdir&&) noexcept;
  Logdir& operator=(Logdir&&) noexcept;
  ~Logdir();

  // Reads what is new: appended bytes, new files and folders; forgets runs that are gone. True when
  // the snapshot changed. A cancelled refresh keeps what was read; the next one goes on from there.
  [[nodiscard]] Result<bool> refresh(Progress* progress = nullptr);

  // What is known now; never null. Immutable: a later refresh() publishes another one.
  [[nodiscard]] std::shared_ptr<const LogdirModel> snapshot() const;

 private:
  struct State;
  explicit Logdir(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A graph's bytes: a serialized GraphDef (run_graph, saved_model, file; text files are converted),
// a serialized RunMetadata (graph_run_metadata*), or Keras' JSON.
struct GraphBytes {
  GraphKind kind = GraphKind::run_graph;
  std::string bytes;
};

// Reads a graph from its file. Fails when the file has gone, shrunk, or is no such message.
[[nodiscard]] Result<GraphBytes> load_graph(const GraphSource& source);

// Reads the serialized RunMetadata.
[[nodiscard]] Result<std::string> load_run_metadata(const RunMetadataSource& source);

// Where else a person may have meant: logdirs with data just below or above `path`, nearest first,
// at most `limit`; not `path` itself, which the caller has looked into. For the sentence on a page
// that would be empty.
[[nodiscard]] std::vector<std::string> nearby_logdirs(const std::string& path,
                                                      std::size_t limit = 3);

}  // namespace opscope::viewer
