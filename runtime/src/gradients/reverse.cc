#include "gradients/reverse.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"

namespace opscope::runtime {
namespace {

using KeySet = std::unordered_set<ValueKey, ValueKeyHash>;

bool passes_gradient(const OpRecord& record) {
  return record.custom != nullptr || gradient_status(record.spec->name) != GradientStatus::none;
}

KeySet dependents(const Recording& recording, const std::vector<ValueKey>& from) {
  KeySet found(from.begin(), from.end());
  for (const OpRecord& record : recording.records()) {
    const bool depends = std::any_of(record.inputs.begin(), record.inputs.end(),
                                     [&](ValueKey key) { return found.contains(key); });
    if (!depends || !passes_gradient(record)) continue;
    for (const ValueKey output : record.outputs) {
      if (may_have_gradient(recording.dtype(output))) found.insert(output);
    }
  }
  return found;
}

// TensorFlow puts the gradient of an op into "gradient_tape/" and the scope that was open when the
// op was made; these Python functions open one of the op's own name.
bool opens_scope(std::string_view op_name) {
  constexpr std::array<std::string_view, 17> kNames = {
      "Add",     "AddV2",         "Sub",         "Mul",   "RealDiv", "Div",
      "Pow",     "MatMul",        "BatchMatMul", "While", "If",      "StatelessWhile",
      "BiasAdd", "BatchMatMulV2", "StatelessIf", "Case",  "FloorMod"};
  return std::find(kNames.begin(), kNames.end(), op_name) != kNames.end();
}

std::string scope_of(const std::string& name, std::string_view op_name) {
  constexpr std::string_view kTape = "gradient_tape/";
  const std::string prefix(name.starts_with(kTape) ? "" : kTape);
  if (opens_scope(op_name)) return prefix + name + "/";
  const std::size_t slash = name.rfind('/');
  return prefix + (slash == std::string::npos ? "" : name.substr(0, slash + 1));
}

class Reverse {
 public:
  Reverse(Recording& recording, const std::vector<ValueKey>& sources)
      : recording_(recording), depends_(dependents(recording, sources)) {}

  void seed(const Seed& seed) {
    if (depends_.contains(seed.key)) gradients_[seed.key].push_back(seed.gradient);
  }

  void run() {
    const std::vector<OpRecord>& records = recording_.records();
    for (std::size_t i = records.size(); i-- > 0;) visit(records[i]);
  }

  Tensor sum_of(const std::vector<ValueKey>& keys) {
    std::vector<Tensor> parts;
    for (const ValueKey key : keys) {
      const auto found = gradients_.find(key);
      if (found == gradients_.end()) continue;
      parts.insert(parts.end(), found->second.begin(), found->second.end());
    }
    if (parts.empty()) return Tensor();
    return parts.size() == 1 ? parts[0] : add_n(parts, Loc{});
  }

 private:
  [[nodiscard]] bool has_gradient(const OpRecord& record) const {
    return std::any_of(record.outputs.begin(), record.outputs.end(),
                       [&](ValueKey key) { return gradients_.contains(key); });
  }

  void visit(const OpRecord& record) {
    if (!has_gradient(record) || !passes_gradient(record)) return;
    const bool is_wanted = std::any_of(record.inputs.begin(), record.inputs.end(),
                                       [&](ValueKey key) { return depends_.contains(key); });
    if (!is_wanted) return;
    const std::string name = recording_.name(record);
    GradientCall call;
    fill(record, call);
    std::optional<NameScope> scope;
    if (!name.empty() && is_tracing()) scope.emplace(scope_of(name, record.spec->name));
    if (record.custom != nullptr) {
      (*record.custom)(call);
    } else {
      gradient_of(call, name)(call);
    }
    for (std::size_t i = 0; i < record.inputs.size(); ++i) {
      if (!call.needs[i] || !call.input_gradients[i].has_value()) continue;
      gradients_[record.inputs[i]].push_back(call.input_gradients[i]);
    }
  }

  // The gradients are those of real numbers: with complex ones, some would need conjugates.
  static void refuse_complex(const GradientCall& call) {
    for (const auto* tensors : {&call.inputs, &call.outputs}) {
      for (const Tensor& tensor : *tensors) {
        if (!tensor.has_value() || !is_complex(tensor.dtype())) continue;
        throw Error(ErrorCode::unimplemented, "the gradient of " + std::string(call.spec->name) +
                                                  " of complex numbers is not known");
      }
    }
  }

  static GradientFn gradient_of(const GradientCall& call, const std::string& name) {
    refuse_complex(call);
    if (const GradientFn gradient = find_gradient(call.spec->name)) return gradient;
    throw Error(ErrorCode::unimplemented,
                "the gradient of " + std::string(call.spec->name) +
                    (name.empty() ? "" : " (node '" + name + "')") +
                    (call.loc.is_known() ? " made at " + opscope::describe(call.loc) : "") +
                    " is not known");
  }

  void fill(const OpRecord& record, GradientCall& call) {
    call.spec = record.spec;
    recording_.describe(record, call);
    for (const ValueKey output : record.outputs) {
      call.output_gradients.push_back(sum_of({output}));
      call.outputs.push_back(recording_.value(output));
      // What follows sees one sum, not its parts again.
      if (call.output_gradients.back().has_value()) {
        gradients_[output] = {call.output_gradients.back()};
      }
    }
    for (const ValueKey input : record.inputs) {
      call.inputs.push_back(recording_.value(input));
      call.needs.push_back(depends_.contains(input));
    }
    call.input_gradients.resize(record.inputs.size());
  }

  Recording& recording_;
  KeySet depends_;
  std::unordered_map<ValueKey, std::vector<Tensor>, ValueKeyHash> gradients_;
};

}  // namespace

bool may_have_gradient(DType dtype) noexcept {
  return is_floating(dtype) || dtype == DType::complex64 || dtype == DType::complex128 ||
         dtype == DType::resource || dtype == DType::variant;
}

std::vector<Tensor> reverse_gradients(Recording& recording, const std::vector<Seed>& seeds,
                                      const std::vector<std::vector<ValueKey>>& sources) {
  std::vector<ValueKey> all;
  for (const auto& keys : sources) {
    for (const ValueKey key : keys) {
      if (may_have_gradient(recording.dtype(key))) all.push_back(key);
    }
  }
  Reverse reverse(recording, all);
  for (const Seed& seed : seeds) reverse.seed(seed);
  reverse.run();
  std::vector<Tensor> results;
  for (const auto& keys : sources) results.push_back(reverse.sum_of(keys));
  return results;
}

std::vector<bool> find_dependents(const Recording& recording, const std::vector<ValueKey>& from,
                                  const std::vector<ValueKey>& values) {
  const KeySet found = dependents(recording, from);
  std::vector<bool> result;
  for (const ValueKey key : values) result.push_back(found.contains(key));
  return result;
}

}  // namespace opscope::runtime
