#include "gradients/registry.h"

#include <map>

#include "ops/attr_access.h"
#include "opscope/runtime/ops.h"

namespace opscope::runtime {
namespace {

struct Decision {
  GradientStatus status = GradientStatus::undecided;
  GradientFn gradient = nullptr;
};
using Decisions = std::map<std::string_view, Decision>;

Decisions make_decisions() {
  Decisions decisions;
  for (const GradientTable table :
       {activation_gradients(), array_gradients(), binary_gradients(), convolution_gradients(),
        decomposition_gradients(), gather_gradients(), graph_call_gradients(), list_gradients(),
        matrix_gradients(), nn_gradients(), reduction_gradients(), scan_gradients(),
        segment_gradients(), unary_gradients()}) {
    for (const auto& [name, gradient] : table) {
      decisions[name] = {GradientStatus::known, gradient};
    }
  }
  for (const std::string_view name : ops_without_gradient()) {
    decisions[name] = {GradientStatus::none, nullptr};
  }
  for (const std::string_view name : ops_of_unknown_gradient()) {
    decisions[name] = {GradientStatus::unimplemented, nullptr};
  }
  return decisions;
}

Decision find(std::string_view op_name) noexcept {
  static const Decisions decisions = make_decisions();
  const auto entry = decisions.find(op_name);
  return entry == decisions.end() ? Decision() : entry->second;
}

}  // namespace

Tensor GradientCall::dy(std::size_t output) const {
  return has_dy(output) ? output_gradients[output] : zeros_like(outputs[output]);
}

bool GradientCall::attr_bool(std::string_view name) const { return read_bool(*spec, attrs, name); }

std::int64_t GradientCall::attr_int(std::string_view name) const {
  return read_int(*spec, attrs, name);
}

std::string_view GradientCall::attr_string(std::string_view name) const {
  return read_string(*spec, attrs, name);
}

std::vector<AttrEntry> GradientCall::attrs_named(
    std::initializer_list<std::string_view> names) const {
  std::vector<AttrEntry> found;
  for (const std::string_view name : names) {
    if (const AttrValue* value = attrs.find(name)) found.push_back({std::string(name), *value});
  }
  return found;
}

GradientStatus gradient_status(std::string_view op_name) noexcept { return find(op_name).status; }

GradientFn find_gradient(std::string_view op_name) noexcept { return find(op_name).gradient; }

}  // namespace opscope::runtime
