#include "op_list.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gradients/registry.h"
#include "ops/op_registry.h"

namespace opscope::runtime {
namespace {
using nlohmann::json;
using Choice = std::map<std::string_view, DType>;

constexpr DType kAllTypes[] = {DType::float32,  DType::float64, DType::half,      DType::bfloat16,
                               DType::int8,     DType::int16,   DType::int32,     DType::int64,
                               DType::uint8,    DType::uint16,  DType::uint32,    DType::uint64,
                               DType::boolean,  DType::string,  DType::complex64, DType::complex128,
                               DType::resource, DType::variant};
constexpr std::size_t kMostChoices = 20000;

std::vector<DType> allowed_types(const AttrSpec& attr) {
  std::vector<DType> types;
  for (const DType dtype : kAllTypes) {
    if (attr.allows(dtype)) types.push_back(dtype);
  }
  return types;
}

std::vector<DType> dtypes_of(std::span<const ArgSpec> args, const Choice& choice) {
  std::vector<DType> dtypes;
  for (const ArgSpec& arg : args) {
    const DType dtype = arg.type != DType::invalid    ? arg.type
                        : !arg.type_list_attr.empty() ? DType::float32
                                                      : choice.at(arg.type_attr);
    dtypes.push_back(dtype);
  }
  return dtypes;
}

// Every combination of types, or where they are too many, all of one attribute with the first of
// the others.
std::vector<Choice> all_choices(const std::vector<const AttrSpec*>& attrs) {
  std::vector<Choice> choices = {{}};
  std::size_t count = 1;
  for (const AttrSpec* attr : attrs) count *= allowed_types(*attr).size();
  if (count <= kMostChoices) {
    for (const AttrSpec* attr : attrs) {
      std::vector<Choice> longer;
      for (const DType dtype : allowed_types(*attr)) {
        for (Choice choice : choices) {
          choice[attr->name] = dtype;
          longer.push_back(std::move(choice));
        }
      }
      choices = std::move(longer);
    }
    return choices;
  }
  for (const AttrSpec* attr : attrs) choices[0][attr->name] = allowed_types(*attr)[0];
  for (const AttrSpec* attr : attrs) {
    for (const DType dtype : allowed_types(*attr)) {
      choices.push_back(choices[0]);
      choices.back()[attr->name] = dtype;
    }
  }
  return choices;
}

json supported_types(const OpSpec& spec) {
  std::vector<const AttrSpec*> attrs;
  for (const AttrSpec& attr : spec.attrs) {
    if (attr.kind == AttrKind::type && !attr.is_list) attrs.push_back(&attr);
  }
  std::map<std::string_view, std::set<DType>> found;
  if (spec.select != nullptr) {
    for (const Choice& choice : all_choices(attrs)) {
      const auto inputs = dtypes_of(spec.inputs, choice);
      const auto outputs = dtypes_of(spec.outputs, choice);
      if (spec.select({.inputs = inputs, .outputs = outputs}) == nullptr) continue;
      for (const auto& [name, dtype] : choice) found[name].insert(dtype);
    }
  }
  json types = json::object();
  for (const AttrSpec* attr : attrs) {
    json& names = types[std::string(attr->name)] = json::array();
    for (const DType dtype : kAllTypes) {
      if (found[attr->name].contains(dtype)) names.push_back(dtype_name(dtype));
    }
  }
  return types;
}
}  // namespace

json list_ops() {
  json ops = json::array();
  for (const OpSpec& spec : all_ops()) {
    const GradientStatus status = gradient_status(spec.name);
    const char* gradient = status == GradientStatus::known  ? "yes"
                           : status == GradientStatus::none ? "none"
                                                            : "no";
    ops.push_back({{"name", spec.name},
                   {"kernel", spec.select != nullptr},
                   {"shape", spec.shape_fn != nullptr},
                   {"gradient", gradient},
                   {"stateful", spec.is_stateful},
                   {"types", supported_types(spec)}});
  }
  return ops;
}

}  // namespace opscope::runtime
