#include "cli/saved_model_text.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "cli/function_text.h"
#include "cli/python_text.h"
#include "opscope/proto/graph.pb.h"

namespace opscope::viewer {
namespace {

std::vector<std::string> tags_of(const proto::MetaGraphDef& meta) {
  return {meta.meta_info_def().tags().begin(), meta.meta_info_def().tags().end()};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& each : texts) text += (text.empty() ? "" : ", ") + each;
  return text;
}

template <typename Map>
std::vector<std::string> keys_of(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

void print_tensor(std::ostream& out, const proto::TensorInfo& info, const std::string& indent) {
  out << indent << "    dtype: " << proto::DataType_Name(info.dtype()) << '\n';
  std::string shape = "unknown_rank";
  if (!info.tensor_shape().unknown_rank()) {
    std::vector<std::string> sizes;
    for (const auto& dim : info.tensor_shape().dim()) sizes.push_back(std::to_string(dim.size()));
    shape = "(" + joined(sizes) + ")";
  }
  out << indent << "    shape: " << shape << '\n';
  out << indent << "    name: " << info.name() << '\n';
}

template <typename Map>
void print_tensors(std::ostream& out, const Map& tensors, const char* what,
                   const std::string& indent) {
  for (const std::string& key : keys_of(tensors)) {
    out << indent << "  " << what << "['" << key << "'] tensor_info:\n";
    print_tensor(out, tensors.at(key), indent + "  ");
  }
}

}  // namespace

void print_tag_sets(std::ostream& out, const proto::SavedModel& model) {
  std::vector<std::vector<std::string>> tag_sets;
  for (const auto& meta : model.meta_graphs()) tag_sets.push_back(tags_of(meta));
  std::sort(tag_sets.begin(), tag_sets.end());
  out << "The given SavedModel contains the following tag-sets:\n";
  for (std::vector<std::string>& tags : tag_sets) {
    std::sort(tags.begin(), tags.end());
    out << python_string(joined(tags)) << '\n';
  }
}

void print_signature_keys(std::ostream& out, const proto::MetaGraphDef& meta) {
  out << "The given SavedModel MetaGraphDef contains SignatureDefs with the following keys:\n";
  for (const std::string& key : keys_of(meta.signature_def())) {
    out << "SignatureDef key: \"" << key << "\"\n";
  }
}

void print_signature(std::ostream& out, const proto::SignatureDef& signature, int indent) {
  const std::string spaces(static_cast<std::size_t>(indent) * 2, ' ');
  out << spaces << "The given SavedModel SignatureDef contains the following input(s):\n";
  print_tensors(out, signature.inputs(), "inputs", spaces);
  out << spaces << "The given SavedModel SignatureDef contains the following output(s):\n";
  print_tensors(out, signature.outputs(), "outputs", spaces);
  out << spaces << "Method name is: " << signature.method_name() << '\n';
}

void print_ops(std::ostream& out, const proto::MetaGraphDef& meta) {
  const std::set<std::string> ops = used_ops(meta.graph_def());
  out << "The MetaGraph with tag set " << python_list(tags_of(meta))
      << " contains the following ops: "
      << python_set(std::vector<std::string>(ops.begin(), ops.end())) << '\n';
}

void print_everything(std::ostream& out, const proto::SavedModel& model) {
  std::vector<const proto::MetaGraphDef*> metas;
  for (const auto& meta : model.meta_graphs()) metas.push_back(&meta);
  std::stable_sort(metas.begin(), metas.end(),
                   [](const auto* a, const auto* b) { return tags_of(*a) < tags_of(*b); });
  for (const proto::MetaGraphDef* meta : metas) {
    out << "\nMetaGraphDef with tag-set: '" << joined(tags_of(*meta))
        << "' contains the following SignatureDefs:\n";
    for (const std::string& key : keys_of(meta->signature_def())) {
      out << "\nsignature_def['" << key << "']:\n";
      print_signature(out, meta->signature_def().at(key), 1);
    }
    print_ops(out, *meta);
  }
  print_functions(out, model);
}

void print_scan(std::ostream& out, const proto::MetaGraphDef& meta,
                const std::vector<std::string>& denied) {
  const std::set<std::string> ops = used_ops(meta.graph_def());
  std::vector<std::string> found;
  std::copy_if(denied.begin(), denied.end(), std::back_inserter(found),
               [&](const std::string& op) { return ops.contains(op); });
  out << "MetaGraph with tag set " << python_list(tags_of(meta));
  if (found.empty()) {
    out << " does not contain the default denylisted ops: " << python_set(denied) << '\n';
  } else {
    out << " contains the following denylisted ops: " << python_set(found) << '\n';
  }
}

std::set<std::string> used_ops(const proto::GraphDef& graph) {
  std::map<std::string, const proto::FunctionDef*> functions;
  for (const auto& function : graph.library().function()) {
    functions.emplace(function.signature().name(), &function);
  }
  std::set<std::string> used;
  std::vector<const proto::FunctionDef*> waiting;
  const auto use = [&](const std::string& op) {
    const auto function = functions.find(op);
    if (used.insert(op).second && function != functions.end()) waiting.push_back(function->second);
  };
  const auto use_node = [&](const proto::NodeDef& node) {
    use(node.op());
    // The functions of loops and branches do not count, as in the original.
    if (node.op() != "PartitionedCall" && node.op() != "StatefulPartitionedCall") return;
    const auto called = node.attr().find("f");
    use(called == node.attr().end() ? std::string() : called->second.func().name());
  };
  for (const auto& node : graph.node()) use_node(node);
  while (!waiting.empty()) {
    const proto::FunctionDef* function = waiting.back();
    waiting.pop_back();
    for (const auto& node : function->node_def()) use_node(node);
  }
  for (const auto& [name, function] : functions) used.erase(name);
  return used;
}

}  // namespace opscope::viewer
