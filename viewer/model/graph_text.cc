#include "model/graph_text.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "model/graph_keras.h"
#include "model/graph_wire.h"
#include "opscope/proto/graph.pb.h"

namespace opscope::viewer {
namespace {

// Keeps the first error.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!text_.empty()) return;
    text_ = "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1) + ": " +
            message;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

Result<std::string> graph_def_from_text(std::string_view text) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  parser.RecordErrorsTo(&error);
  proto::GraphDef graph;
  if (!parser.ParseFromString(std::string(text), &graph)) {
    return Error(ErrorCode::invalid_argument, error.text());
  }
  return graph.SerializeAsString();
}

Result<std::string> graph_def_bytes(std::string_view bytes, GraphKind kind) {
  if (kind == GraphKind::graph_keras_model) return graph_def_from_keras(bytes);
  const bool is_metadata =
      kind == GraphKind::graph_run_metadata || kind == GraphKind::graph_run_metadata_graph;
  if (!is_metadata) return std::string(bytes);
  const RawRunMetadata metadata = read_run_metadata(bytes);
  if (metadata.is_damaged) {
    return Error(ErrorCode::data_loss, "the bytes are no RunMetadata: they end too early");
  }
  std::size_t most = 0;
  std::string_view largest;
  for (const std::string_view graph : metadata.graphs) {
    const std::size_t nodes = read_graph_def(graph).nodes.size();
    if (nodes < most || (nodes == most && !largest.empty())) continue;
    most = nodes;
    largest = graph;
  }
  return std::string(largest);
}

Result<std::string> text_from_graph_def(std::string_view graph_def) {
  proto::GraphDef graph;
  if (!graph.ParseFromArray(graph_def.data(), static_cast<int>(graph_def.size()))) {
    return Error(ErrorCode::data_loss,
                 "the graph has no text form: it is damaged or has names "
                 "that are no UTF-8");
  }
  std::string text;
  if (!google::protobuf::TextFormat::PrintToString(graph, &text)) {
    return Error(ErrorCode::internal, "the graph has no text form");
  }
  return text;
}

}  // namespace opscope::viewer
