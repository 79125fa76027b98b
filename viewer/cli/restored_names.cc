#include "cli/restored_names.h"

#include <cctype>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "opscope/proto/graph.pb.h"

// TensorFlow takes each number in a name from one counter of the process, from which every tensor
// of a graph takes one too. What is counted here was measured by loading models with TensorFlow
// 2.21 and printing the names.

namespace opscope::viewer {
namespace {

using Library = proto::FunctionDefLibrary;

constexpr std::string_view kInferencePrefix = "__inference_";

// "__inference_f_12" gives "f"; other names stay.
std::string plain_name(const std::string& name) {
  const std::size_t underscore = name.rfind('_');
  const bool has_prefix = name.rfind(kInferencePrefix, 0) == 0 && underscore != std::string::npos &&
                          underscore >= kInferencePrefix.size();
  if (!has_prefix || underscore + 1 == name.size()) return name;
  for (std::size_t i = underscore + 1; i < name.size(); ++i) {
    if (std::isdigit(static_cast<unsigned char>(name[i])) == 0) return name;
  }
  return name.substr(kInferencePrefix.size(), underscore - kInferencePrefix.size());
}

bool is_call(const proto::NodeDef& node) {
  return node.op() == "PartitionedCall" || node.op() == "StatefulPartitionedCall";
}

// The op type of a custom gradient that a node asks for.
const std::string* gradient_type(const proto::NodeDef& node) {
  const auto attr = node.attr().find("_gradient_op_type");
  return attr == node.attr().end() || is_call(node) ? nullptr : &attr->second.s();
}

class Loading {
 public:
  explicit Loading(const proto::MetaGraphDef& meta) : library_(meta.graph_def().library()) {
    for (const auto& function : library_.function()) {
      functions_.emplace(function.signature().name(), &function);
    }
    for (const auto& op : meta.meta_info_def().stripped_op_list().op())
      ops_.emplace(op.name(), &op);
    for (const auto& gradient : library_.registered_gradients()) {
      gradients_.emplace(gradient.registered_op_type(), gradient.gradient_func());
    }
  }

  std::map<std::string, std::string> names() {
    // One number names the load, one each custom gradient.
    counter_ = 1 + library_.registered_gradients_size();
    std::map<std::string, std::string> names;
    for (const proto::FunctionDef* function : load_order()) {
      for (const auto& node : function->node_def()) counter_ += shared_table(node) ? 1 : 0;
      counter_ += 2 + count_tensors(*function);  // its graph, its name
      names[function->signature().name()] = std::string(kInferencePrefix) +
                                            plain_name(function->signature().name()) + "_" +
                                            std::to_string(counter_);
    }
    return names;
  }

 private:
  static bool shared_table(const proto::NodeDef& node) {
    if (node.op() != "HashTableV2") return false;
    const auto attr = node.attr().find("use_node_name_sharing");
    return attr == node.attr().end() || !attr->second.b();
  }

  std::set<std::string> dependencies(const proto::FunctionDef& function) const {
    std::set<std::string> found;
    for (const auto& node : function.node_def()) {
      const std::string* type = gradient_type(node);
      if (functions_.contains(node.op())) {
        found.insert(node.op());
      } else if (type != nullptr && gradients_.contains(*type)) {
        found.insert(gradients_.at(*type));
      } else {
        for (const auto& [name, attr] : node.attr()) {
          if (attr.has_func()) found.insert(attr.func().name());
          for (const auto& each : attr.list().func()) found.insert(each.name());
        }
      }
    }
    return found;
  }

  // Functions after those that they call; of those that are ready, the last one found is next.
  std::vector<const proto::FunctionDef*> load_order() const {
    std::unordered_map<std::string, std::vector<const proto::FunctionDef*>> callers;
    std::unordered_map<std::string, std::size_t> waiting_for;
    std::vector<const proto::FunctionDef*> ready;
    for (const auto& function : library_.function()) {
      const std::set<std::string> needed = dependencies(function);
      for (const std::string& name : needed) callers[name].push_back(&function);
      waiting_for[function.signature().name()] = needed.size();
      if (needed.empty()) ready.push_back(&function);
    }
    std::vector<const proto::FunctionDef*> order;
    while (!ready.empty()) {
      order.push_back(ready.back());
      ready.pop_back();
      for (const proto::FunctionDef* caller : callers[order.back()->signature().name()]) {
        if (--waiting_for[caller->signature().name()] == 0) ready.push_back(caller);
      }
    }
    return order;
  }

  std::int64_t count_tensors(const proto::FunctionDef& function) const {
    std::int64_t count = function.signature().input_arg_size();
    for (const auto& node : function.node_def()) count += count_outputs(node);
    return count;
  }

  std::int64_t count_outputs(const proto::NodeDef& node) const {
    if (const auto called = functions_.find(node.op()); called != functions_.end()) {
      return called->second->signature().output_arg_size();
    }
    const auto op = ops_.find(node.op());
    if (op == ops_.end()) return 1;
    std::int64_t count = 0;
    for (const auto& output : op->second->output_arg()) {
      if (!output.number_attr().empty()) {
        count += attr_of(node, output.number_attr()).i();
      } else if (!output.type_list_attr().empty()) {
        count += attr_of(node, output.type_list_attr()).list().type_size();
      } else {
        ++count;
      }
    }
    return count;
  }

  // The node's attribute, or its default.
  const proto::AttrValue& attr_of(const proto::NodeDef& node, const std::string& name) const {
    const auto given = node.attr().find(name);
    if (given != node.attr().end()) return given->second;
    for (const auto& attr : ops_.at(node.op())->attr()) {
      if (attr.name() == name) return attr.default_value();
    }
    return proto::AttrValue::default_instance();
  }

  const Library& library_;
  std::unordered_map<std::string, const proto::FunctionDef*> functions_;
  std::unordered_map<std::string, const proto::OpDef*> ops_;
  std::unordered_map<std::string, std::string> gradients_;  // op type to function
  std::int64_t counter_ = 0;
};

}  // namespace

std::map<std::string, std::string> restored_names(const proto::MetaGraphDef& meta) {
  return Loading(meta).names();
}

}  // namespace opscope::viewer
