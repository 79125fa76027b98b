#include "saved_model/signature_reading.h"

#include <algorithm>

#include "core/attrs_proto.h"

namespace opscope::runtime {
namespace {

using proto::StructuredValue;

constexpr int kMostNesting = 50;

DType dtype_of(int number) {
  const auto dtype = static_cast<DType>(number);
  return number > 0 && number < 100 && dtype_name(dtype) != "invalid" ? dtype : DType::invalid;
}

std::vector<std::string> sorted_keys(const proto::DictValue& dict) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : dict.fields()) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

// Appends the specs of the Tensors in `value`; false for what is made of several Tensors each.
bool flatten(const StructuredValue& value, int depth, std::vector<TensorSpec>& specs) {
  if (depth > kMostNesting || value.has_type_spec_value()) return false;
  bool is_plain = true;
  const auto go_on = [&](const StructuredValue& part) {
    is_plain = is_plain && flatten(part, depth + 1, specs);
  };
  if (value.has_tensor_spec_value()) {
    const auto& spec = value.tensor_spec_value();
    specs.push_back({shape_from_proto(spec.shape()), dtype_of(spec.dtype()), spec.name()});
  } else if (value.has_bounded_tensor_spec_value()) {
    const auto& spec = value.bounded_tensor_spec_value();
    specs.push_back({shape_from_proto(spec.shape()), dtype_of(spec.dtype()), spec.name()});
  }
  for (const auto& part : value.list_value().values()) go_on(part);
  for (const auto& part : value.tuple_value().values()) go_on(part);
  for (const auto& part : value.named_tuple_value().values()) go_on(part.value());
  for (const std::string& key : sorted_keys(value.dict_value())) {
    go_on(value.dict_value().fields().at(key));
  }
  return is_plain;
}

// The specs, or, where they are not as many as the function has, the function's own types.
template <typename Arguments>
std::vector<TensorSpec> specs_of(const StructuredValue& structure, const Arguments& arguments,
                                 std::size_t count) {
  std::vector<TensorSpec> specs;
  bool fits = flatten(structure, 0, specs) && specs.size() == count;
  for (std::size_t i = 0; fits && i < count; ++i) {
    fits = specs[i].dtype == dtype_of(arguments.Get(static_cast<int>(i)).type());
  }
  if (fits) return specs;
  specs.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const auto& argument = arguments.Get(static_cast<int>(i));
    specs.push_back({Shape::unknown(), dtype_of(argument.type()), argument.name()});
  }
  return specs;
}

}  // namespace

TensorSpec spec_of(const std::string& name, const proto::TensorInfo& info) {
  const Shape shape =
      info.has_tensor_shape() ? shape_from_proto(info.tensor_shape()) : Shape::unknown();
  return {shape, dtype_of(info.dtype()), name};
}

LoadedFunction::Trace describe_trace(const proto::FunctionDef& function,
                                     const proto::SavedConcreteFunction& saved) {
  LoadedFunction::Trace trace;
  trace.name = function.signature().name();
  const auto& arguments = function.signature().input_arg();
  const int own = std::max(0, arguments.size() - saved.bound_inputs_size());
  trace.inputs =
      specs_of(saved.canonicalized_input_signature(), arguments, static_cast<std::size_t>(own));
  const auto& results = function.signature().output_arg();
  trace.outputs =
      specs_of(saved.output_signature(), results, static_cast<std::size_t>(results.size()));
  const auto& fields = saved.output_signature().dict_value().fields();
  const bool is_flat = std::all_of(fields.begin(), fields.end(), [](const auto& field) {
    return field.second.has_tensor_spec_value();
  });
  if (is_flat && static_cast<int>(fields.size()) == results.size()) {
    trace.output_names = sorted_keys(saved.output_signature().dict_value());
  }
  return trace;
}

}  // namespace opscope::runtime
