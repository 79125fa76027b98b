// The graphs in files of the corpus, for tests and benchmarks.
#pragma once

#include <string>
#include <vector>

#include "model/logdir_model.h"

namespace opscope::viewer::test {

struct StoredGraph {
  std::string name;  // file and tag
  GraphKind kind = GraphKind::run_graph;
  std::string bytes;  // as build_graph_model() takes them
};

// All graphs in one event file (records of 8 bytes length, 4 bytes checksum, data, 4 bytes
// checksum; checksums are not looked at). Empty when it cannot be read.
[[nodiscard]] std::vector<StoredGraph> read_event_graphs(const std::string& path);

// All graphs in event files below a folder, by path.
[[nodiscard]] std::vector<StoredGraph> read_folder_graphs(const std::string& folder);

// "" when the file cannot be read.
[[nodiscard]] std::string read_bytes(const std::string& path);

}  // namespace opscope::viewer::test
