#include "event_graphs.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "model/wire.h"

namespace opscope::viewer::test {
namespace {

std::optional<GraphKind> kind_of(std::string_view plugin) {
  if (plugin == "graph_run_metadata") return GraphKind::graph_run_metadata;
  if (plugin == "graph_run_metadata_graph") return GraphKind::graph_run_metadata_graph;
  if (plugin == "graph_keras_model") return GraphKind::graph_keras_model;
  return std::nullopt;
}

// Summary.Value: 1 tag, 8 tensor {8 string_val}, 9 metadata {1 plugin_data {1 plugin_name}}.
void add_value(std::string_view value, const std::string& path, std::vector<StoredGraph>& graphs) {
  std::string_view tag;
  std::string_view content;
  std::optional<GraphKind> kind;
  WireReader reader(value);
  while (reader.next()) {
    if (reader.is(1, WireType::length)) tag = reader.bytes();
    if (reader.is(8, WireType::length)) {
      WireReader tensor(reader.bytes());
      while (tensor.next()) {
        if (tensor.is(8, WireType::length)) content = tensor.bytes();
      }
    }
    if (reader.is(9, WireType::length)) {
      WireReader metadata(reader.bytes());
      while (metadata.next()) {
        if (!metadata.is(1, WireType::length)) continue;
        WireReader plugin(metadata.bytes());
        while (plugin.next()) {
          if (plugin.is(1, WireType::length)) kind = kind_of(plugin.bytes());
        }
      }
    }
  }
  if (kind) graphs.push_back({path + " " + std::string(tag), *kind, std::string(content)});
}

}  // namespace

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<StoredGraph> read_event_graphs(const std::string& path) {
  const std::string file = read_bytes(path);
  std::vector<StoredGraph> graphs;
  for (std::size_t at = 0; at + 12 <= file.size();) {
    std::uint64_t size = 0;
    std::memcpy(&size, file.data() + at, 8);
    if (size > file.size() - at - 12) break;
    WireReader event(std::string_view(file).substr(at + 12, size));
    while (event.next()) {
      if (event.is(4, WireType::length)) {
        graphs.push_back({path, GraphKind::run_graph, std::string(event.bytes())});
      }
      if (!event.is(5, WireType::length)) continue;
      WireReader summary(event.bytes());
      while (summary.next()) {
        if (summary.is(1, WireType::length)) add_value(summary.bytes(), path, graphs);
      }
    }
    at += 16 + size;
  }
  return graphs;
}

std::vector<StoredGraph> read_folder_graphs(const std::string& folder) {
  std::vector<std::string> paths;
  if (!std::filesystem::exists(folder)) return {};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name.find("tfevents") != std::string::npos) {
      paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<StoredGraph> graphs;
  for (const std::string& path : paths) {
    for (StoredGraph& graph : read_event_graphs(path)) graphs.push_back(std::move(graph));
  }
  return graphs;
}

}  // namespace opscope::viewer::test
