#include <filesystem>
#include <random>
#include <set>

#include "opscope/error.h"
#include "opscope/proto/fingerprint.pb.h"
#include "opscope/runtime/saved_model.h"
#include "saved_model/bundle_values.h"
#include "saved_model/model_builder.h"
#include "saved_model/model_folder.h"

namespace opscope {
namespace runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::int32_t kFingerprintVersion = 4;

// FNV-1a. The format does not say how the numbers are made; readers compare them for equality.
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

template <typename Map>
std::uint64_t hash_of_map(const Map& messages) {
  std::uint64_t hash = 0;  // maps have no order
  for (const auto& [key, message] : messages) hash += hash_of(key + message.SerializeAsString());
  return hash;
}

std::string fingerprint(const proto::MetaGraphDef& meta, const std::string& model_bytes) {
  std::random_device random;
  proto::FingerprintDef message;
  message.set_saved_model_checksum(hash_of(model_bytes));
  message.set_graph_def_program_hash(hash_of(meta.graph_def().SerializeAsString()));
  message.set_signature_def_hash(hash_of_map(meta.signature_def()));
  message.set_saved_object_graph_hash(hash_of(meta.object_graph_def().SerializeAsString()));
  message.mutable_version()->set_producer(kFingerprintVersion);
  std::string uuid;
  for (int i = 0; i < 4; ++i) uuid += std::to_string(random());
  message.set_uuid(uuid);
  return message.SerializeAsString();
}

std::vector<std::string> copy_assets(const std::vector<std::string>& assets,
                                     const ModelFolder& folder) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  folder.make_folder("assets");
  for (const std::string& path : assets) {
    const std::string name = fs::path(path).filename().string();
    if (name.empty() || !taken.insert(name).second) {
      throw Error(ErrorCode::invalid_argument,
                  "save: the asset " + path + " has no name of its own");
    }
    std::error_code error;
    fs::copy_file(path, folder.path() + "/assets/" + name, error);
    if (error) throw error_from_errno(error.value(), "copy", path);
    names.push_back(name);
  }
  return names;
}

}  // namespace
}  // namespace runtime

void save(const Module& module, const std::string& folder, const SaveOptions& options) {
  const runtime::ObjectTree tree(module);
  runtime::ModelFolder files(folder);
  const std::vector<std::string> assets = runtime::copy_assets(options.assets, files);
  const proto::SavedModel model = runtime::build_model(tree, options, assets);
  files.make_folder("variables");
  saved_model::BundleWriter variables(files.path() + "/variables/variables");
  runtime::write_variables(tree, variables);
  variables.finish(options.is_durable);
  const std::string bytes = model.SerializeAsString();
  if (bytes.empty()) {
    throw Error(ErrorCode::resource_exhausted, "save to " + folder +
                                                   ": the graph is larger than the 2 GiB that a "
                                                   "message can have");
  }
  files.write_file("saved_model.pb", bytes, options.is_durable);
  files.write_file("fingerprint.pb", runtime::fingerprint(model.meta_graphs(0), bytes),
                   options.is_durable);
  files.commit(options.is_durable);
}

}  // namespace opscope
