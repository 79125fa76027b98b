#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "model/file_bytes.h"
#include "model/logdir.h"
#include "opscope/proto/graph.pb.h"

namespace opscope::viewer {
namespace {

// Remembers the first complaint of the text parser.
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

Result<std::string> binary_from_text(const std::string& path, const std::string& text) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.AllowUnknownField(true);
  proto::GraphDef graph;
  if (!parser.ParseFromString(text, &graph)) {
    return Error(ErrorCode::data_loss, path + " is no text-format GraphDef: " + error.text());
  }
  return graph.SerializeAsString();
}

}  // namespace

Result<GraphBytes> load_graph(const GraphSource& source) {
  Result<std::string> bytes = read_file_range(source.file, source.offset, source.size);
  if (!bytes) return bytes.error();
  if (source.is_text) {
    bytes = binary_from_text(source.file, *bytes);
    if (!bytes) return bytes.error();
  }
  return GraphBytes{source.kind, std::move(*bytes)};
}

Result<std::string> load_run_metadata(const RunMetadataSource& source) {
  return read_file_range(source.file, source.offset, source.size);
}

}  // namespace opscope::viewer
