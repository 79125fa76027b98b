// Dtypes and attributes of a node from its inputs.
#include <algorithm>
#include <string>

#include "ops/attr_access.h"
#include "ops/op_registry.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {
// What the inputs say about one attribute.
struct Binding {
  enum class Kind : std::uint8_t { none, type, number, types };
  Kind kind = Kind::none;
  DType type = DType::invalid;
  std::int64_t number = 0;  // of a number attr; of a type list its length
  std::size_t first = 0;    // first input of a type list
  std::size_t input = 0;    // the input that bound it, for messages
};

class Resolver {
 public:
  Resolver(const OpSpec& spec, std::span<const DType> inputs, const Attrs& attrs,
           std::string_view node_name)
      : spec_(spec), inputs_(inputs), attrs_(attrs), node_name_(node_name) {
    bindings_.assign(spec.attrs.size(), Binding{});
    bind_inputs();
  }

  [[nodiscard]] DTypeList outputs() const {
    DTypeList dtypes;
    for (const ArgSpec& arg : spec_.outputs) add_output(arg, dtypes);
    return dtypes;
  }

  [[nodiscard]] Attrs completed() const;

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::invalid_argument, describe_node(spec_, node_name_) + ": " + what);
  }
  [[nodiscard]] std::size_t attr_index(std::string_view name) const noexcept {
    std::size_t i = 0;
    while (spec_.attrs[i].name != name) ++i;
    return i;
  }
  void bind_inputs();
  [[nodiscard]] bool lists_share_number(std::string_view number_attr) const;
  [[nodiscard]] std::size_t variadic_count(const ArgSpec& arg, std::size_t spare,
                                           std::size_t variadics) const;
  void bind_type(const ArgSpec& arg, std::size_t input);
  void check_number(const AttrSpec& attr, std::int64_t number) const;
  void check_given(const ArgSpec& arg, std::size_t attr, DType dtype, std::size_t input) const;
  void add_output(const ArgSpec& arg, DTypeList& dtypes) const;
  [[nodiscard]] DType output_type(std::string_view attr_name) const;
  [[nodiscard]] std::int64_t output_number(std::string_view attr_name) const;
  void check_value(const AttrSpec& attr, const AttrValue& value) const;
  void check_binding(const AttrSpec& attr, const AttrValue& bound) const;
  [[nodiscard]] AttrValue bound_value(const Binding& binding) const;

  const OpSpec& spec_;
  std::span<const DType> inputs_;
  const Attrs& attrs_;
  std::string_view node_name_;
  SmallVector<Binding, 8> bindings_;
};

// True when every list of inputs has this many: the number follows from how many there are.
bool Resolver::lists_share_number(std::string_view number_attr) const {
  return std::ranges::all_of(spec_.inputs, [&](const ArgSpec& arg) {
    return !arg.is_variadic() || arg.number_attr == number_attr;
  });
}

std::size_t Resolver::variadic_count(const ArgSpec& arg, std::size_t spare,
                                     std::size_t variadics) const {
  if (variadics == 1) return spare;
  if (!arg.number_attr.empty()) {
    if (attrs_.find(arg.number_attr) == nullptr && lists_share_number(arg.number_attr)) {
      return spare / variadics;
    }
    return static_cast<std::size_t>(
        std::max<std::int64_t>(0, read_int(spec_, attrs_, arg.number_attr)));
  }
  const AttrValue* value = attrs_.find(arg.type_list_attr);
  if (value != nullptr && value->is_empty_list()) return 0;
  const auto* types = value != nullptr ? value->get_if<std::vector<DType>>() : nullptr;
  if (types == nullptr) fail("attribute '" + std::string(arg.type_list_attr) + "' is missing");
  return types->size();
}

void Resolver::bind_inputs() {
  const auto variadics =
      static_cast<std::size_t>(std::count_if(spec_.inputs.begin(), spec_.inputs.end(),
                                             [](const ArgSpec& arg) { return arg.is_variadic(); }));
  const std::size_t fixed = spec_.inputs.size() - variadics;
  if (inputs_.size() < fixed || (variadics == 0 && inputs_.size() > fixed)) {
    fail("takes " + std::string(variadics > 0 ? "at least " : "") + std::to_string(fixed) +
         " inputs, " + std::to_string(inputs_.size()) + " given");
  }
  std::size_t at = 0;
  for (const ArgSpec& arg : spec_.inputs) {
    if (!arg.is_variadic()) {
      bind_type(arg, at++);
      continue;
    }
    const std::size_t count = variadic_count(arg, inputs_.size() - fixed, variadics);
    if (count > inputs_.size() - at) fail("has too few inputs");
    Binding& binding =
        bindings_[attr_index(arg.number_attr.empty() ? arg.type_list_attr : arg.number_attr)];
    binding.kind = arg.number_attr.empty() ? Binding::Kind::types : Binding::Kind::number;
    binding.number = static_cast<std::int64_t>(count);
    binding.first = at;
    if (!arg.number_attr.empty()) check_number(*spec_.find_attr(arg.number_attr), binding.number);
    for (std::size_t i = 0; i < count; ++i, ++at) {
      if (!arg.number_attr.empty()) bind_type(arg, at);
    }
  }
  if (at != inputs_.size()) fail("has too many inputs");
}

void Resolver::check_number(const AttrSpec& attr, std::int64_t number) const {
  if (!attr.has_minimum || number >= attr.minimum) return;
  fail("attribute '" + std::string(attr.name) + "' is " + std::to_string(number) + ", at least " +
       std::to_string(attr.minimum) + " is allowed");
}

void Resolver::bind_type(const ArgSpec& arg, std::size_t input) {
  const DType dtype = inputs_[input];
  if (arg.type != DType::invalid) {
    if (dtype == arg.type) return;
    fail("input '" + std::string(arg.name) + "' (#" + std::to_string(input) +
         ") was expected to be a " + std::string(dtype_name(arg.type)) + " tensor but is a " +
         std::string(dtype_name(dtype)) + " tensor");
  }
  const std::size_t attr = attr_index(arg.type_attr);
  Binding& binding = bindings_[attr];
  if (binding.kind == Binding::Kind::none) {
    check_given(arg, attr, dtype, input);
    binding.kind = Binding::Kind::type;
    binding.type = dtype;
    binding.input = input;
  } else if (binding.type != dtype) {
    fail("input '" + std::string(arg.name) + "' (#" + std::to_string(input) +
         ") was expected to be a " + std::string(dtype_name(binding.type)) + " tensor, as input #" +
         std::to_string(binding.input) + " is, but is a " + std::string(dtype_name(dtype)) +
         " tensor");
  }
}

void Resolver::check_given(const ArgSpec& arg, std::size_t attr, DType dtype,
                           std::size_t input) const {
  const AttrSpec& spec = spec_.attrs[attr];
  if (!spec.allows(dtype)) {
    std::string message = "input '" + std::string(arg.name) + "' (#" + std::to_string(input) +
                          "): Value for attr '" + std::string(spec.name) + "' of " +
                          std::string(dtype_name(dtype)) + " is not in the list of allowed values:";
    for (unsigned number = 1; number < 32; ++number) {
      if (spec.allows(static_cast<DType>(number))) {
        message.append(message.back() == ':' ? " " : ", ");
        message.append(dtype_name(static_cast<DType>(number)));
      }
    }
    fail(message);
  }
  const AttrValue* given = attrs_.empty() ? nullptr : attrs_.find(spec.name);
  const DType* type = given != nullptr ? given->get_if<DType>() : nullptr;
  if (given != nullptr && (type == nullptr || *type != dtype)) {
    fail("input '" + std::string(arg.name) + "' (#" + std::to_string(input) + ") is a " +
         std::string(dtype_name(dtype)) + " tensor, but attribute '" + std::string(spec.name) +
         "' says " + (type == nullptr ? "no type" : std::string(dtype_name(*type))));
  }
}

DType Resolver::output_type(std::string_view attr_name) const {
  const std::size_t attr = attr_index(attr_name);
  if (bindings_[attr].kind == Binding::Kind::type) return bindings_[attr].type;
  const DType dtype = read_type(spec_, attrs_, attr_name);
  if (!spec_.attrs[attr].allows(dtype) || dtype_name(dtype) == "invalid") {
    fail("attribute '" + std::string(attr_name) + "' does not allow " +
         std::string(dtype_name(dtype)));
  }
  return dtype;
}

std::int64_t Resolver::output_number(std::string_view attr_name) const {
  const std::size_t attr = attr_index(attr_name);
  if (bindings_[attr].kind == Binding::Kind::number) return bindings_[attr].number;
  const std::int64_t number = read_int(spec_, attrs_, attr_name);
  if (number < 0 || number > (1 << 20)) {
    fail("attribute '" + std::string(attr_name) + "' is " + std::to_string(number));
  }
  return number;
}

void Resolver::add_output(const ArgSpec& arg, DTypeList& dtypes) const {
  if (!arg.type_list_attr.empty()) {
    const Binding& binding = bindings_[attr_index(arg.type_list_attr)];
    if (binding.kind == Binding::Kind::types) {
      for (std::int64_t i = 0; i < binding.number; ++i) {
        dtypes.push_back(inputs_[binding.first + static_cast<std::size_t>(i)]);
      }
      return;
    }
    const AttrValue* value = attrs_.find(arg.type_list_attr);
    const auto* types = value != nullptr ? value->get_if<std::vector<DType>>() : nullptr;
    if (types == nullptr && (value == nullptr || !value->is_empty_list())) {
      fail("attribute '" + std::string(arg.type_list_attr) + "' is missing");
    }
    if (types != nullptr) {
      for (const DType dtype : *types) dtypes.push_back(dtype);
    }
    return;
  }
  const std::int64_t count = arg.number_attr.empty() ? 1 : output_number(arg.number_attr);
  const DType dtype = arg.type != DType::invalid ? arg.type : output_type(arg.type_attr);
  for (std::int64_t i = 0; i < count; ++i) dtypes.push_back(dtype);
}

AttrValue Resolver::bound_value(const Binding& binding) const {
  if (binding.kind == Binding::Kind::type) return binding.type;
  if (binding.kind == Binding::Kind::number) return binding.number;
  const auto types = inputs_.subspan(binding.first, static_cast<std::size_t>(binding.number));
  return std::vector<DType>(types.begin(), types.end());
}

void Resolver::check_value(const AttrSpec& attr, const AttrValue& value) const {
  const std::string name = "attribute '" + std::string(attr.name) + "'";
  // AttrKind counts in the order of AttrValue's alternatives, lists after single values.
  const std::size_t expected = static_cast<std::size_t>(attr.kind) + (attr.is_list ? 8 : 0);
  if (value.storage().index() != expected && !(attr.is_list && value.is_empty_list())) {
    fail(name + " has a value of another type");
  }
  const auto* number = value.get_if<std::int64_t>();
  if (attr.has_minimum && number != nullptr && *number < attr.minimum) {
    fail(name + " is " + std::to_string(*number) + ", at least " + std::to_string(attr.minimum) +
         " is allowed");
  }
  const auto* type = value.get_if<DType>();
  if (type != nullptr && !attr.allows(*type)) {
    fail(name + " does not allow " + std::string(dtype_name(*type)));
  }
  const auto* text = value.get_if<std::string>();
  if (text != nullptr && !attr.allowed_strings.empty() &&
      std::ranges::find(attr.allowed_strings, *text) == attr.allowed_strings.end()) {
    fail(name + " does not allow \"" + *text + "\"");
  }
}

void Resolver::check_binding(const AttrSpec& attr, const AttrValue& bound) const {
  const AttrValue* given = attrs_.find(attr.name);
  if (given == nullptr || *given == bound || (given->is_empty_list() && bound.is_empty_list())) {
    return;
  }
  fail("attribute '" + std::string(attr.name) + "' does not agree with the inputs");
}

Attrs Resolver::completed() const {
  Attrs all;
  for (std::size_t i = 0; i < spec_.attrs.size(); ++i) {
    const AttrSpec& attr = spec_.attrs[i];
    if (bindings_[i].kind != Binding::Kind::none) {
      AttrValue bound = bound_value(bindings_[i]);
      check_binding(attr, bound);
      check_value(attr, bound);
      all.set(attr.name, std::move(bound));
    } else if (const AttrValue* given = attrs_.find(attr.name)) {
      check_value(attr, *given);
      all.set(attr.name, *given);
    } else if (auto fallback = default_value(attr)) {
      all.set(attr.name, std::move(*fallback));
    } else {
      fail("attribute '" + std::string(attr.name) + "' is missing");
    }
  }
  for (const AttrEntry& entry : attrs_) {
    if (spec_.find_attr(entry.name) != nullptr) continue;
    if (!entry.name.starts_with('_')) fail("there is no attribute '" + entry.name + "'");
    all.set(entry.name, entry.value);
  }
  return all;
}

AttrValue list_default(const AttrSpec& attr) {
  switch (attr.kind) {
    case AttrKind::int_:
      return std::vector<std::int64_t>(attr.default_ints.begin(), attr.default_ints.end());
    case AttrKind::float_:
      return std::vector<float>();
    case AttrKind::bool_:
      return std::vector<bool>();
    case AttrKind::string:
      return std::vector<std::string>();
    case AttrKind::type:
      return std::vector<DType>();
    case AttrKind::shape:
      return std::vector<Shape>();
    case AttrKind::tensor:
      return std::vector<AttrValue::TensorRef>();
    case AttrKind::func:
      break;
  }
  return std::vector<FunctionName>();
}
}  // namespace

std::optional<AttrValue> default_value(const AttrSpec& attr) {
  if (!attr.has_default) return std::nullopt;
  if (attr.is_list) return list_default(attr);
  switch (attr.kind) {
    case AttrKind::int_:
      return attr.default_int;
    case AttrKind::float_:
      return attr.default_float;
    case AttrKind::bool_:
      return attr.default_int != 0;
    case AttrKind::string:
      return std::string(attr.default_string);
    case AttrKind::type:
      return static_cast<DType>(attr.default_int);
    case AttrKind::shape:
      return Shape::unknown();
    case AttrKind::tensor:
    case AttrKind::func:
      break;
  }
  return std::nullopt;
}

DTypeList resolve_dtypes(const OpSpec& spec, std::span<const DType> inputs, const Attrs& attrs,
                         std::string_view node_name) {
  return Resolver(spec, inputs, attrs, node_name).outputs();
}

Attrs complete_attrs(const OpSpec& spec, std::span<const DType> inputs, const Attrs& attrs,
                     std::string_view node_name) {
  return Resolver(spec, inputs, attrs, node_name).completed();
}

std::size_t count_outputs(const OpSpec& spec, std::span<const DType> inputs, const Attrs& attrs) {
  return resolve_dtypes(spec, inputs, attrs).size();
}

}  // namespace opscope::runtime
