#include "model/graph_facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr std::uint32_t kGraphNodes = 1, kGraphLibrary = 2, kLibraryFunctions = 1,
                        kFunctionSignature = 1, kFunctionNodes = 3, kOpDefName = 1,
                        kFunctionGraphs = 4, kPreOptimizationGraph = 2;

Error no_graph(const char* what) {
  return Error(ErrorCode::data_loss, std::string("the bytes are no whole ") + what);
}

FunctionFacts function_facts(std::string_view bytes) {
  FunctionFacts facts;
  WireReader function(bytes);
  while (function.next()) {
    if (function.is(kFunctionNodes, WireType::length)) ++facts.nodes;
    if (!function.is(kFunctionSignature, WireType::length)) continue;
    WireReader signature(function.bytes());
    while (signature.next()) {
      if (signature.is(kOpDefName, WireType::length)) facts.name = signature.bytes();
    }
  }
  return facts;
}

bool add_graph(std::string_view bytes, GraphFacts& facts) {
  WireReader graph(bytes);
  while (graph.next()) {
    if (graph.is(kGraphNodes, WireType::length)) ++facts.nodes;
    if (!graph.is(kGraphLibrary, WireType::length)) continue;
    WireReader library(graph.bytes());
    while (library.next()) {
      if (library.is(kLibraryFunctions, WireType::length)) {
        facts.functions.push_back(function_facts(library.bytes()));
      }
    }
  }
  return !graph.is_damaged();
}

bool add_run_metadata(std::string_view bytes, GraphFacts& facts) {
  bool is_good = true;
  WireReader metadata(bytes);
  while (metadata.next()) {
    if (!metadata.is(kFunctionGraphs, WireType::length)) continue;
    WireReader graphs(metadata.bytes());
    while (graphs.next()) {
      if (graphs.is(kPreOptimizationGraph, WireType::length)) {
        is_good = add_graph(graphs.bytes(), facts) && is_good;
      }
    }
  }
  return is_good && !metadata.is_damaged();
}

// Layers that hold no layers themselves, at any depth.
std::uint64_t count_layers(const nlohmann::json& model) {
  const auto config = model.find("config");
  if (config == model.end() || !config->is_object()) return 0;
  const auto layers = config->find("layers");
  if (layers == config->end() || !layers->is_array()) return 0;
  std::uint64_t count = 0;
  for (const nlohmann::json& layer : *layers) {
    if (!layer.is_object()) continue;
    const std::uint64_t inside = count_layers(layer);
    count += inside == 0 ? 1 : inside;
  }
  return count;
}

}  // namespace

Result<GraphFacts> graph_facts(const GraphBytes& graph) {
  GraphFacts facts;
  switch (graph.kind) {
    case GraphKind::graph_keras_model: {
      const nlohmann::json model = nlohmann::json::parse(graph.bytes, nullptr, false);
      if (!model.is_object()) return no_graph("Keras model in JSON");
      facts.nodes = count_layers(model);
      break;
    }
    case GraphKind::graph_run_metadata:
    case GraphKind::graph_run_metadata_graph:
      if (!add_run_metadata(graph.bytes, facts)) return no_graph("RunMetadata");
      break;
    default:
      if (!add_graph(graph.bytes, facts)) return no_graph("GraphDef");
  }
  std::sort(facts.functions.begin(), facts.functions.end(),
            [](const FunctionFacts& a, const FunctionFacts& b) { return a.name < b.name; });
  return facts;
}

}  // namespace opscope::viewer
