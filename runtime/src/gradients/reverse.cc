#include "gradients/reverse.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gradients/registry.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::runtime {
namespace {

class Reverse {
 public:
  Reverse(const std::vector<OpRecord>& records, const std::function<Tensor(ValueKey)>& value_of)
      : records_(records), value_of_(value_of) {}

  void find_dependents(const std::vector<std::vector<ValueKey>>& sources) {
    for (const auto& keys : sources) depends_.insert(keys.begin(), keys.end());
    for (const OpRecord& record : records_) {
      if (!depends(record) || blocks_gradient(record.spec->name)) continue;
      depends_.insert(record.outputs.begin(), record.outputs.end());
    }
  }

  [[nodiscard]] bool depends(ValueKey key) const { return depends_.contains(key); }

  void seed(ValueKey target) { gradients_[target].push_back(ones_like(value_of_(target))); }

  void run() {
    for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
      if (depends(*record)) visit(*record);
    }
  }

  Tensor sum_of(const std::vector<ValueKey>& keys) {
    std::vector<Tensor> parts;
    for (const ValueKey key : keys) {
      const auto found = gradients_.find(key);
      if (found == gradients_.end()) continue;
      parts.insert(parts.end(), found->second.begin(), found->second.end());
    }
    return add_up(parts);
  }

 private:
  [[nodiscard]] bool depends(const OpRecord& record) const {
    return std::any_of(record.inputs.begin(), record.inputs.end(),
                       [&](ValueKey key) { return depends(key); });
  }

  static Tensor add_up(const std::vector<Tensor>& parts) {
    if (parts.empty()) return Tensor();
    return parts.size() == 1 ? parts[0] : add_n(parts, Loc{});
  }

  void visit(const OpRecord& record) {
    GradientCall call;
    bool has_gradient = false;
    for (const ValueKey output : record.outputs) {
      call.output_gradients.push_back(sum_of({output}));
      has_gradient |= call.output_gradients.back().has_value();
    }
    if (!has_gradient || blocks_gradient(record.spec->name)) return;
    const GradientFn gradient = find_gradient(record.spec->name);
    if (gradient == nullptr) {
      throw Error(ErrorCode::unimplemented,
                  "the gradient of " + std::string(record.spec->name) +
                      (record.name.empty() ? "" : " (node '" + record.name + "')") +
                      (record.loc.is_known() ? " made at " + describe(record.loc) : "") +
                      " is not known");
    }
    fill(record, call);
    std::optional<NameScope> scope;
    if (!record.name.empty()) scope.emplace(record.name + "_grad");
    if (!call.output_gradients[0].has_value()) {
      call.output_gradients[0] = zeros_like(call.outputs[0]);
    }
    gradient(call);
    for (std::size_t i = 0; i < record.inputs.size(); ++i) {
      if (!call.needs[i] || !call.input_gradients[i].has_value()) continue;
      gradients_[record.inputs[i]].push_back(call.input_gradients[i]);
    }
  }

  void fill(const OpRecord& record, GradientCall& call) {
    call.spec = record.spec;
    call.attrs = record.attrs;
    call.loc = record.loc;
    for (const ValueKey input : record.inputs) {
      call.inputs.push_back(value_of_(input));
      call.needs.push_back(depends(input));
    }
    for (const ValueKey output : record.outputs) call.outputs.push_back(value_of_(output));
    call.input_gradients.resize(record.inputs.size());
  }

  const std::vector<OpRecord>& records_;
  const std::function<Tensor(ValueKey)>& value_of_;
  std::set<ValueKey> depends_;
  std::map<ValueKey, std::vector<Tensor>> gradients_;
};

}  // namespace

std::vector<Tensor> reverse_gradients(const std::vector<OpRecord>& records,
                                      const std::function<Tensor(ValueKey)>& value_of,
                                      ValueKey target,
                                      const std::vector<std::vector<ValueKey>>& sources) {
  Reverse reverse(records, value_of);
  reverse.find_dependents(sources);
  std::vector<Tensor> results;
  const bool is_reachable = reverse.depends(target);
  if (is_reachable) {
    reverse.seed(target);
    reverse.run();
  }
  for (const auto& keys : sources) {
    results.push_back(is_reachable ? reverse.sum_of(keys) : Tensor());
  }
  return results;
}

}  // namespace opscope::runtime
