#include "opscope/runtime/checkpoint.h"

#include <deque>
#include <filesystem>
#include <set>

#include "opscope/error.h"
#include "opscope/proto/trackable_object_graph.pb.h"
#include "saved_model/bundle_values.h"
#include "saved_model/checkpoint_state.h"

namespace opscope {
namespace runtime {
namespace {

using saved_model::BundleReader;

// From the number of an object to the key of its value.
std::map<int, std::string> match(const ObjectTree& tree, const proto::TrackableObjectGraph& saved) {
  std::map<int, std::string> keys;
  if (saved.nodes_size() == 0) return keys;
  std::deque<std::pair<int, int>> waiting{{0, 0}};
  std::set<std::pair<int, int>> seen{{0, 0}};
  while (!waiting.empty()) {
    const auto [id, saved_id] = waiting.front();
    waiting.pop_front();
    for (const auto& attribute : saved.nodes(saved_id).attributes()) {
      if (attribute.name() == kVariableValue) keys.emplace(id, attribute.checkpoint_key());
    }
    for (const auto& [name, child] : tree.objects()[static_cast<std::size_t>(id)].children) {
      for (const auto& other : saved.nodes(saved_id).children()) {
        const bool is_inside = other.node_id() >= 0 && other.node_id() < saved.nodes_size();
        if (other.local_name() == name && is_inside &&
            seen.insert({child, other.node_id()}).second) {
          waiting.emplace_back(child, other.node_id());
        }
      }
    }
  }
  return keys;
}

std::map<int, std::string> keys_in(const ObjectTree& tree, const BundleReader& reader) {
  const saved_model::BundleEntry* entry = reader.find(kObjectGraphKey);
  std::map<int, std::string> keys;
  if (entry == nullptr) {
    for (const int id : tree.variables()) {
      keys.emplace(id, tree.objects()[static_cast<std::size_t>(id)].full_name);
    }
    return keys;
  }
  const std::vector<std::string> bytes = reader.read_strings(*entry).value();
  proto::TrackableObjectGraph saved;
  if (bytes.size() != 1 || !saved.ParseFromString(bytes[0])) {
    throw Error(ErrorCode::data_loss, reader.prefix() + ".index: the object graph is damaged");
  }
  return match(tree, saved);
}

Ref<TensorRep> read_for(const Variable& variable, const BundleReader& reader,
                        const saved_model::BundleEntry& entry) {
  const bool fits =
      entry.data_type == static_cast<int>(variable.dtype()) &&
      variable.shape().rank() == static_cast<int>(entry.shape.size()) &&
      std::equal(entry.shape.begin(), entry.shape.end(), variable.shape().dims().begin());
  if (!fits) {
    throw Error(ErrorCode::invalid_argument,
                reader.prefix() + ".index: tensor '" + entry.name +
                    "' has another data type or shape than the variable " + variable.name());
  }
  return read_value(reader, entry).value();
}

}  // namespace
}  // namespace runtime

Checkpoint::Checkpoint(const Module& module, std::string name)
    : module_(module),
      name_(std::move(name)),
      save_counter_(std::int64_t{0}, {.name = runtime::kSaveCounter, .trainable = false}) {}

std::string Checkpoint::save(const std::string& prefix) {
  save_counter_.assign_add(std::int64_t{1});
  const std::string path = prefix + "-" + std::to_string(save_counter_.read().item<std::int64_t>());
  write(path);
  runtime::write_latest(path);
  return path;
}

void Checkpoint::write(const std::string& prefix) const {
  const std::string folder = std::filesystem::path(prefix).parent_path().string();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) throw error_from_errno(error.value(), "create", folder);
  const runtime::ObjectTree tree(module_, name_, save_counter_);
  saved_model::BundleWriter writer(prefix);
  runtime::write_variables(tree, writer);
  writer.finish();
}

void Checkpoint::restore(const std::string& prefix) {
  const saved_model::BundleReader reader = saved_model::BundleReader::open(prefix).value();
  const runtime::ObjectTree tree(module_, name_, save_counter_);
  const std::map<int, std::string> keys = runtime::keys_in(tree, reader);
  std::vector<std::pair<Variable, runtime::Ref<runtime::TensorRep>>> values;
  std::string missing;
  for (const int id : tree.variables()) {
    const Variable& variable = *tree.objects()[static_cast<std::size_t>(id)].variable;
    const auto key = keys.find(id);
    const saved_model::BundleEntry* entry = key == keys.end() ? nullptr : reader.find(key->second);
    if (entry != nullptr) {
      values.emplace_back(variable, runtime::read_for(variable, reader, *entry));
    } else if (!variable.is(save_counter_)) {
      missing += (missing.empty() ? "" : ", ") + variable.name();
    }
  }
  if (!missing.empty()) {
    throw Error(ErrorCode::not_found, prefix + ": the checkpoint has no values for " + missing);
  }
  for (const auto& [variable, value] : values) variable.state()->resource().assign(value);
}

std::optional<std::string> latest_checkpoint(const std::string& folder) {
  return runtime::read_latest(folder);
}

}  // namespace opscope
