#include "model/saved_model_info.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <string_view>

#include "model/file_bytes.h"
#include "model/wire.h"
#include "opscope/proto/meta_graph.pb.h"

namespace opscope::viewer {
namespace {

constexpr std::uint32_t kModelMetaGraphs = 2, kMetaGraphGraph = 2;

std::vector<std::int64_t> shape_of(const proto::TensorShapeProto& shape) {
  std::vector<std::int64_t> sizes;
  for (const auto& dim : shape.dim()) sizes.push_back(dim.size());
  return sizes;
}

TensorInfoModel tensor_info(const std::string& key, const proto::TensorInfo& info) {
  TensorInfoModel tensor;
  tensor.key = key;
  tensor.tensor = info.name();
  tensor.dtype = info.dtype();
  tensor.has_rank = info.has_tensor_shape() && !info.tensor_shape().unknown_rank();
  tensor.shape = shape_of(info.tensor_shape());
  return tensor;
}

template <typename Map>
std::vector<TensorInfoModel> tensor_infos(const Map& infos) {
  std::vector<TensorInfoModel> tensors;
  for (const auto& [key, info] : infos) tensors.push_back(tensor_info(key, info));
  std::sort(tensors.begin(), tensors.end(),
            [](const TensorInfoModel& a, const TensorInfoModel& b) { return a.key < b.key; });
  return tensors;
}

// TensorFlow 2 lists variables as objects; TensorFlow 1 has only the graph's nodes.
std::vector<VariableModel> variables_of(const proto::MetaGraphDef& meta) {
  std::vector<VariableModel> variables;
  for (const auto& object : meta.object_graph_def().nodes()) {
    if (!object.has_variable()) continue;
    const auto& variable = object.variable();
    variables.push_back({variable.name(), variable.dtype(), shape_of(variable.shape())});
  }
  if (!meta.has_object_graph_def()) {
    for (const auto& node : meta.graph_def().node()) {
      if (node.op() != "VariableV2" && node.op() != "VarHandleOp" && node.op() != "Variable") {
        continue;
      }
      VariableModel variable{node.name(), 0, {}};
      const auto dtype = node.attr().find("dtype");
      if (dtype != node.attr().end()) variable.dtype = dtype->second.type();
      const auto shape = node.attr().find("shape");
      if (shape != node.attr().end()) variable.shape = shape_of(shape->second.shape());
      variables.push_back(std::move(variable));
    }
  }
  std::stable_sort(variables.begin(), variables.end(),
                   [](const VariableModel& a, const VariableModel& b) { return a.name < b.name; });
  return variables;
}

SavedModelInfo model_info(const std::string& folder, const proto::MetaGraphDef& meta) {
  SavedModelInfo info;
  info.path = folder;
  info.tags.assign(meta.meta_info_def().tags().begin(), meta.meta_info_def().tags().end());
  std::sort(info.tags.begin(), info.tags.end());
  info.tensorflow_version = meta.meta_info_def().tensorflow_version();
  for (const auto& [name, signature] : meta.signature_def()) {
    info.signatures.push_back({name, signature.method_name(), tensor_infos(signature.inputs()),
                               tensor_infos(signature.outputs())});
  }
  std::sort(info.signatures.begin(), info.signatures.end(),
            [](const SignatureModel& a, const SignatureModel& b) { return a.name < b.name; });
  info.variables = variables_of(meta);
  return info;
}

GraphSource graph_source(const std::string& path, std::string_view file, std::string_view meta,
                         const SavedModelInfo& info) {
  GraphSource graph;
  graph.kind = GraphKind::saved_model;
  graph.file = path;
  for (const std::string& tag : info.tags) graph.tag += (graph.tag.empty() ? "" : ",") + tag;
  WireReader reader(meta);
  while (reader.next()) {
    if (!reader.is(kMetaGraphGraph, WireType::length)) continue;
    graph.offset = static_cast<std::uint64_t>(reader.bytes().data() - file.data());
    graph.size = reader.bytes().size();
  }
  return graph;
}

}  // namespace

Result<std::vector<SavedModelInfo>> read_saved_model(const std::string& folder) {
  const std::string path = folder + "/saved_model.pb";
  const Result<ReadFile> file = read_file(path);
  if (!file) return file.error();
  const std::string_view bytes = file->bytes->view();
  std::vector<SavedModelInfo> infos;
  WireReader reader(bytes);
  while (reader.next()) {
    if (!reader.is(kModelMetaGraphs, WireType::length)) continue;
    google::protobuf::Arena arena;
    auto* meta = google::protobuf::Arena::CreateMessage<proto::MetaGraphDef>(&arena);
    const bool is_whole =
        meta->ParseFromArray(reader.bytes().data(), static_cast<int>(reader.bytes().size()));
    if (!is_whole || reader.is_damaged()) {
      return Error(ErrorCode::data_loss, path + ": the MetaGraphDef at byte " +
                                             std::to_string(reader.field_offset()) +
                                             " is cut or damaged");
    }
    SavedModelInfo info = model_info(folder, *meta);
    info.graph = graph_source(path, bytes, reader.bytes(), info);
    infos.push_back(std::move(info));
  }
  if (infos.empty()) return Error(ErrorCode::data_loss, path + ": no MetaGraphDef in it");
  return infos;
}

}  // namespace opscope::viewer
