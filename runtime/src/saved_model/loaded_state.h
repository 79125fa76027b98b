// What the handles of one loaded model share.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "opscope/proto/meta_graph.pb.h"
#include "opscope/runtime/saved_model.h"
#include "opscope/saved_model/bundle_reader.h"
#include "opscope/saved_model/model_graph.h"
#include "saved_model/function_import.h"

namespace opscope::runtime {

class LoadedState {
 public:
  LoadedState(const saved_model::ModelGraph& graph, const proto::MetaGraphDef& meta,
              std::optional<saved_model::BundleReader> values);

  [[nodiscard]] const proto::MetaGraphDef& meta() const noexcept { return meta_; }
  [[nodiscard]] const std::map<std::string, Variable>& variables() const noexcept {
    return variables_;
  }
  // Path to the names of the traces.
  [[nodiscard]] const std::map<std::string, std::vector<std::string>>& functions() const noexcept {
    return functions_;
  }
  [[nodiscard]] const std::map<std::string, LoadedModel::Signature>& signatures() const noexcept {
    return signatures_;
  }

  [[nodiscard]] LoadedFunction::Trace describe(const std::string& trace) const;
  // The trace, ready to run; imported at the first use.
  [[nodiscard]] ConcreteFunction concrete(const std::string& trace);
  [[nodiscard]] ConcreteFunction signature_function(const std::string& name);
  [[nodiscard]] std::vector<std::string> missing_ops() const;

 private:
  void load_variables();
  void find_functions();
  void describe_signatures();
  // The variable whose value is `key` of the checkpoint.
  std::shared_ptr<VariableState> variable_of_key(const std::string& key, const std::string& name,
                                                 bool is_trainable);
  std::shared_ptr<VariableState> variable_of_node(const std::string& node);
  [[nodiscard]] std::vector<BoundInput> bound_inputs(const std::string& trace);

  saved_model::ModelGraph graph_;  // keeps meta_ alive
  const proto::MetaGraphDef& meta_;
  std::optional<saved_model::BundleReader> values_;
  FunctionImport import_;
  std::map<std::string, Variable> variables_;     // by path or name
  std::map<std::string, Variable> by_key_;        // by checkpoint key
  std::map<int, std::string> object_keys_;        // of the object graph's variables
  std::map<std::string, std::string> node_keys_;  // of variable nodes
  std::map<std::string, std::vector<std::string>> functions_;
  std::map<std::string, LoadedModel::Signature> signatures_;
  std::mutex mutex_;  // of what is imported on demand
  std::map<std::string, ConcreteFunction> concrete_;
  std::map<std::string, ConcreteFunction> signature_functions_;
};

}  // namespace opscope::runtime
