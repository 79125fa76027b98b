#include "gradients/registry.h"

#include <algorithm>
#include <array>
#include <map>

namespace opscope::runtime {
namespace {

using GradientMap = std::map<std::string_view, GradientFn>;

GradientMap make_map() {
  GradientMap map;
  for (const GradientTable table : {math_gradients(), array_gradients(), nn_gradients()}) {
    map.insert(table.begin(), table.end());
  }
  return map;
}

}  // namespace

bool GradientCall::attr_bool(std::string_view name) const {
  const AttrValue* value = attrs->find(name);
  const bool* flag = value != nullptr ? value->get_if<bool>() : nullptr;
  return flag != nullptr && *flag;
}

std::int64_t GradientCall::attr_int(std::string_view name, std::int64_t otherwise) const {
  const AttrValue* value = attrs->find(name);
  const std::int64_t* number = value != nullptr ? value->get_if<std::int64_t>() : nullptr;
  return number != nullptr ? *number : otherwise;
}

GradientFn find_gradient(std::string_view op_name) noexcept {
  static const GradientMap map = make_map();
  const auto entry = map.find(op_name);
  return entry == map.end() ? nullptr : entry->second;
}

bool blocks_gradient(std::string_view op_name) noexcept {
  constexpr std::array<std::string_view, 18> kBlocking = {
      "StopGradient", "ZerosLike", "OnesLike", "Shape",  "Size",         "Rank",
      "Floor",        "Ceil",      "Round",    "Sign",   "IsNan",        "IsInf",
      "IsFinite",     "ArgMax",    "ArgMin",   "OneHot", "StringFormat", "AsString"};
  return std::find(kBlocking.begin(), kBlocking.end(), op_name) != kBlocking.end();
}

}  // namespace opscope::runtime
