#include "opscope/saved_model/model_graph.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <climits>

#include "saved_model/data_file.h"

namespace opscope::saved_model {
namespace {

class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!text.empty()) return;
    text = message + ", at line " + std::to_string(line + 1) + ", column " +
           std::to_string(column + 1);
  }
  std::string text;
};

Result<std::string> read_file(const std::string& path) {
  Result<std::unique_ptr<summary::ByteSource>> source = summary::open_byte_source(path);
  if (!source) return source.error();
  return DataFile{std::move(*source), path}.read_all();
}

Result<ModelGraph> parse_binary(const std::string& path, const std::string& bytes) {
  auto model = std::make_shared<proto::SavedModel>();
  if (bytes.size() > INT_MAX) {
    return Error(ErrorCode::data_loss, path + ": longer than the 2 GiB that a message can have");
  }
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  if (!model->MergePartialFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
    return Error(ErrorCode::data_loss, path + ": no SavedModel, or a damaged one, at byte " +
                                           std::to_string(stream.CurrentPosition()));
  }
  return ModelGraph{path, std::move(model)};
}

Result<ModelGraph> parse_text(const std::string& path, const std::string& bytes) {
  auto model = std::make_shared<proto::SavedModel>();
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(bytes, model.get())) {
    return Error(ErrorCode::data_loss, path + ": " + error.text);
  }
  return ModelGraph{path, std::move(model)};
}

}  // namespace

Result<ModelGraph> read_model_graph(const std::string& folder) {
  const std::string path = folder + "/saved_model.pb";
  const Result<std::string> bytes = read_file(path);
  if (bytes) return parse_binary(path, *bytes);
  if (bytes.error().code() != ErrorCode::not_found) return bytes.error();
  const Result<std::string> text = read_file(path + "txt");
  if (text) return parse_text(path + "txt", *text);
  if (text.error().code() != ErrorCode::not_found) return text.error();
  return Error(ErrorCode::not_found,
               "no SavedModel, " + folder + ", looked for saved_model.pb and saved_model.pbtxt");
}

std::string variables_prefix(const std::string& folder) { return folder + "/variables/variables"; }

}  // namespace opscope::saved_model
