#include "cli/python_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "opscope/proto/types.pb.h"

namespace opscope::viewer {
namespace {

template <typename Values, typename Text>
std::string joined(const Values& values, Text&& text_of) {
  std::string text;
  for (const auto& value : values) {
    if (!text.empty()) text += ", ";
    text += text_of(value);
  }
  return text;
}

std::string escaped(char c, char quote) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == quote || c == '\\') return {'\\', c};
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  if (byte < 0x20 || byte == 0x7F) return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  return {c};
}

// "(2, None)", "(3,)", "<unknown>": str() of a TensorShape.
std::string shape_str(const proto::TensorShapeProto& shape) {
  if (shape.unknown_rank()) return "<unknown>";
  const std::string dims = joined(shape.dim(), [](const auto& dim) {
    return dim.size() < 0 ? std::string("None") : std::to_string(dim.size());
  });
  return "(" + dims + (shape.dim_size() == 1 ? ",)" : ")");
}

std::string shape_repr(const proto::TensorShapeProto& shape) {
  if (shape.unknown_rank()) return "TensorShape(None)";
  return "TensorShape([" +
         joined(shape.dim(),
                [](const auto& dim) {
                  return dim.size() < 0 ? std::string("None") : std::to_string(dim.size());
                }) +
         "])";
}

// "float32": the name of a DataType in Python, which is not always that of the enumerator.
std::string type_name(int data_type) {
  if (!proto::DataType_IsValid(data_type)) return "invalid";
  switch (data_type) {
    case proto::DT_FLOAT:
      return "float32";
    case proto::DT_DOUBLE:
      return "float64";
    case proto::DT_HALF:
      return "float16";
    default:
      break;
  }
  std::string name = proto::DataType_Name(static_cast<proto::DataType>(data_type)).substr(3);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

std::string name_repr(const std::string& name) {
  return name.empty() ? "None" : python_string(name);
}

template <typename Spec>
std::string spec_fields(const Spec& spec) {
  return "shape=" + shape_str(spec.shape()) + ", dtype=tf." + type_name(spec.dtype()) +
         ", name=" + name_repr(spec.name());
}

// The Python class of a TypeSpec.
std::string spec_class(const proto::TypeSpecProto& spec) {
  switch (spec.type_spec_class()) {
    case proto::TypeSpecProto::SPARSE_TENSOR_SPEC:
      return "SparseTensorSpec";
    case proto::TypeSpecProto::INDEXED_SLICES_SPEC:
      return "IndexedSlicesSpec";
    case proto::TypeSpecProto::RAGGED_TENSOR_SPEC:
      return "RaggedTensorSpec";
    case proto::TypeSpecProto::TENSOR_ARRAY_SPEC:
      return "TensorArraySpec";
    case proto::TypeSpecProto::DATA_DATASET_SPEC:
      return "DatasetSpec";
    case proto::TypeSpecProto::DATA_ITERATOR_SPEC:
      return "IteratorSpec";
    case proto::TypeSpecProto::OPTIONAL_SPEC:
      return "OptionalSpec";
    case proto::TypeSpecProto::PER_REPLICA_SPEC:
      return "PerReplicaSpec";
    case proto::TypeSpecProto::VARIABLE_SPEC:
      return "VariableSpec";
    case proto::TypeSpecProto::ROW_PARTITION_SPEC:
      return "RowPartitionSpec";
    default:
      break;
  }
  const std::string& name = spec.type_spec_class_name();
  return name.substr(name.rfind('.') + 1);
}

std::string dict_repr(const proto::DictValue& dict) {
  return "{" +
         joined(sorted_keys(dict),
                [&](const std::string& key) {
                  return python_string(key) + ": " + python_repr(dict.fields().at(key));
                }) +
         "}";
}

std::string tuple_repr(const proto::TupleValue& tuple) {
  return "(" + joined(tuple.values(), python_repr) + (tuple.values_size() == 1 ? ",)" : ")");
}

std::string named_tuple_repr(const proto::NamedTupleValue& tuple) {
  return tuple.name() + "(" +
         joined(tuple.values(),
                [](const proto::PairValue& pair) {
                  return pair.key() + "=" + python_repr(pair.value());
                }) +
         ")";
}

}  // namespace

std::string python_string(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const bool has_double = text.find('"') != std::string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) result += escaped(c, quote);
  return result + quote;
}

std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view scientific(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const int exponent = std::atoi(buffer + scientific.find('e') + 1);
  if (exponent < -4 || exponent >= 16) return std::string(scientific);
  const auto fixed = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  std::string text(buffer, fixed.ptr);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string python_list(const std::vector<std::string>& texts) {
  return "[" + joined(texts, python_string) + "]";
}

std::string python_set(const std::vector<std::string>& texts) {
  return texts.empty() ? "set()" : "{" + joined(texts, python_string) + "}";
}

std::vector<std::string> sorted_keys(const proto::DictValue& dict) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : dict.fields()) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::string python_repr(const proto::StructuredValue& value) {
  using Value = proto::StructuredValue;
  switch (value.kind_case()) {
    case Value::kFloat64Value:
      return python_float(value.float64_value());
    case Value::kInt64Value:
      return std::to_string(value.int64_value());
    case Value::kStringValue:
      return python_string(value.string_value());
    case Value::kBoolValue:
      return value.bool_value() ? "True" : "False";
    case Value::kTensorShapeValue:
      return shape_repr(value.tensor_shape_value());
    case Value::kTensorDtypeValue:
      return "tf." + type_name(value.tensor_dtype_value());
    case Value::kTensorSpecValue:
      return "TensorSpec(" + spec_fields(value.tensor_spec_value()) + ")";
    case Value::kBoundedTensorSpecValue:
      return "BoundedTensorSpec(" + spec_fields(value.bounded_tensor_spec_value()) + ")";
    case Value::kTypeSpecValue:
      return spec_class(value.type_spec_value()) +
             python_repr(value.type_spec_value().type_state());
    case Value::kListValue:
      return "[" + joined(value.list_value().values(), python_repr) + "]";
    case Value::kTupleValue:
      return tuple_repr(value.tuple_value());
    case Value::kDictValue:
      return dict_repr(value.dict_value());
    case Value::kNamedTupleValue:
      return named_tuple_repr(value.named_tuple_value());
    case Value::kTensorValue:
    case Value::kNumpyValue:
    case Value::kNoneValue:
    case Value::KIND_NOT_SET:
      break;
  }
  return "None";
}

std::string python_str(const proto::StructuredValue& value) {
  using Value = proto::StructuredValue;
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kTensorShapeValue:
      return shape_str(value.tensor_shape_value());
    case Value::kTensorDtypeValue:
      return "<dtype: '" + type_name(value.tensor_dtype_value()) + "'>";
    default:
      return python_repr(value);
  }
}

std::string python_type_name(const proto::StructuredValue& value) {
  using Value = proto::StructuredValue;
  switch (value.kind_case()) {
    case Value::kFloat64Value:
      return "float";
    case Value::kInt64Value:
      return "int";
    case Value::kStringValue:
      return "str";
    case Value::kBoolValue:
      return "bool";
    case Value::kTensorShapeValue:
      return "TensorShape";
    case Value::kTensorDtypeValue:
      return "DType";
    case Value::kTensorSpecValue:
      return "TensorSpec";
    case Value::kBoundedTensorSpecValue:
      return "BoundedTensorSpec";
    case Value::kTypeSpecValue:
      return spec_class(value.type_spec_value());
    case Value::kListValue:
      return "list";
    case Value::kTupleValue:
      return "tuple";
    case Value::kDictValue:
      return "dict";
    case Value::kNamedTupleValue:
      return value.named_tuple_value().name();
    case Value::kTensorValue:
      return "EagerTensor";
    case Value::kNumpyValue:
      return "ndarray";
    case Value::kNoneValue:
    case Value::KIND_NOT_SET:
      break;
  }
  return "NoneType";
}

}  // namespace opscope::viewer
