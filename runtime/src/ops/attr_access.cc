#include "ops/attr_access.h"

#include "opscope/error.h"

namespace opscope::runtime {
namespace {
[[noreturn]] void bad_attr(const OpSpec& spec, std::string_view name, const char* what) {
  throw Error(ErrorCode::invalid_argument,
              std::string(spec.name) + ": attribute '" + std::string(name) + "' " + what);
}

// The value given, or null if the default holds, which is then in `out`.
template <typename T>
const T* given(const OpSpec& spec, const Attrs& attrs, std::string_view name,
               const AttrSpec** fallback) {
  if (const AttrValue* value = attrs.find(name)) {
    if (const T* typed = value->get_if<T>()) return typed;
    bad_attr(spec, name, "is of another type");
  }
  *fallback = spec.find_attr(name);
  if (*fallback == nullptr || !(*fallback)->has_default) bad_attr(spec, name, "is missing");
  return nullptr;
}
}  // namespace

const AttrSpec* OpSpec::find_attr(std::string_view attr_name) const noexcept {
  for (const AttrSpec& attr : attrs) {
    if (attr.name == attr_name) return &attr;
  }
  return nullptr;
}

std::int64_t read_int(const OpSpec& spec, const Attrs& attrs, std::string_view name) {
  const AttrSpec* fallback = nullptr;
  const auto* value = given<std::int64_t>(spec, attrs, name, &fallback);
  return value != nullptr ? *value : fallback->default_int;
}

float read_float(const OpSpec& spec, const Attrs& attrs, std::string_view name) {
  const AttrSpec* fallback = nullptr;
  const auto* value = given<float>(spec, attrs, name, &fallback);
  return value != nullptr ? *value : fallback->default_float;
}

bool read_bool(const OpSpec& spec, const Attrs& attrs, std::string_view name) {
  const AttrSpec* fallback = nullptr;
  const auto* value = given<bool>(spec, attrs, name, &fallback);
  return value != nullptr ? *value : fallback->default_int != 0;
}

std::string_view read_string(const OpSpec& spec, const Attrs& attrs, std::string_view name) {
  const AttrSpec* fallback = nullptr;
  const auto* value = given<std::string>(spec, attrs, name, &fallback);
  return value != nullptr ? std::string_view(*value) : fallback->default_string;
}

DType read_type(const OpSpec& spec, const Attrs& attrs, std::string_view name) {
  const AttrSpec* fallback = nullptr;
  const auto* value = given<DType>(spec, attrs, name, &fallback);
  return value != nullptr ? *value : static_cast<DType>(fallback->default_int);
}

Shape read_shape(const OpSpec& spec, const Attrs& attrs, std::string_view name) {
  const AttrSpec* fallback = nullptr;
  const auto* value = given<Shape>(spec, attrs, name, &fallback);
  return value != nullptr ? *value : Shape::unknown();
}

std::span<const std::int64_t> read_ints(const OpSpec& spec, const Attrs& attrs,
                                        std::string_view name) {
  const AttrValue* value = attrs.find(name);
  if (value != nullptr && value->is_empty_list()) return {};
  const AttrSpec* fallback = nullptr;
  const auto* ints = given<std::vector<std::int64_t>>(spec, attrs, name, &fallback);
  return ints != nullptr ? std::span<const std::int64_t>(*ints) : fallback->default_ints;
}

std::string describe_node(const OpSpec& spec, std::string_view node_name) {
  std::string text(spec.name);
  if (!node_name.empty()) text.append(" '").append(node_name).append("'");
  return text;
}

}  // namespace opscope::runtime
