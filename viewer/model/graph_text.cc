#include "model/graph_text.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

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

}  // namespace opscope::viewer
