#include "core/attrs_proto.h"

#include <string>

#include "opscope/error.h"
#include "opscope/proto/attr_value.pb.h"

namespace opscope::runtime {
namespace {
proto::DataType type_to_proto(DType dtype) { return static_cast<proto::DataType>(dtype); }

DType type_from_proto(int value) {
  const auto dtype = value > 0 && value < 32 ? static_cast<DType>(value) : DType::invalid;
  return dtype_name(dtype) == "invalid" ? DType::invalid : dtype;
}

void function_to_proto(const FunctionName& function, proto::NameAttrList* out) {
  out->set_name(function.name);
  for (const AttrEntry& entry : function.attrs) {
    attr_to_proto(entry.value, &(*out->mutable_attr())[entry.name]);
  }
}

FunctionName function_from_proto(const proto::NameAttrList& in) {
  FunctionName function{.name = in.name(), .attrs = {}};
  for (const auto& [name, value] : in.attr()) function.attrs.set(name, attr_from_proto(value));
  return function;
}

void list_to_proto(const AttrValue& value, proto::AttrValue::ListValue* out) {
  if (const auto* ints = value.get_if<std::vector<std::int64_t>>()) {
    for (const std::int64_t i : *ints) out->add_i(i);
  } else if (const auto* floats = value.get_if<std::vector<float>>()) {
    for (const float f : *floats) out->add_f(f);
  } else if (const auto* bools = value.get_if<std::vector<bool>>()) {
    for (const bool b : *bools) out->add_b(b);
  } else if (const auto* strings = value.get_if<std::vector<std::string>>()) {
    for (const std::string& s : *strings) out->add_s(s);
  } else if (const auto* types = value.get_if<std::vector<DType>>()) {
    for (const DType type : *types) out->add_type(type_to_proto(type));
  } else if (const auto* shapes = value.get_if<std::vector<Shape>>()) {
    for (const Shape& shape : *shapes) shape_to_proto(shape, out->add_shape());
  } else if (const auto* tensors = value.get_if<std::vector<AttrValue::TensorRef>>()) {
    for (const auto& tensor : *tensors) tensor_to_proto(*tensor, out->add_tensor());
  } else if (const auto* functions = value.get_if<std::vector<FunctionName>>()) {
    for (const FunctionName& function : *functions) function_to_proto(function, out->add_func());
  }
}

AttrValue list_from_proto(const proto::AttrValue::ListValue& in) {
  if (in.s_size() > 0) return std::vector<std::string>(in.s().begin(), in.s().end());
  if (in.f_size() > 0) return std::vector<float>(in.f().begin(), in.f().end());
  if (in.b_size() > 0) return std::vector<bool>(in.b().begin(), in.b().end());
  if (in.type_size() > 0) {
    std::vector<DType> types;
    for (const int type : in.type()) types.push_back(type_from_proto(type));
    return types;
  }
  if (in.shape_size() > 0) {
    std::vector<Shape> shapes;
    for (const auto& shape : in.shape()) shapes.push_back(shape_from_proto(shape));
    return shapes;
  }
  if (in.tensor_size() > 0) {
    std::vector<AttrValue::TensorRef> tensors;
    for (const auto& tensor : in.tensor()) tensors.push_back(tensor_from_proto(tensor));
    return tensors;
  }
  if (in.func_size() > 0) {
    std::vector<FunctionName> functions;
    for (const auto& function : in.func()) functions.push_back(function_from_proto(function));
    return functions;
  }
  return std::vector<std::int64_t>(in.i().begin(), in.i().end());
}
}  // namespace

void shape_to_proto(const Shape& shape, proto::TensorShapeProto* out) {
  out->Clear();
  out->set_unknown_rank(!shape.has_rank());
  for (const std::int64_t size : shape.dims()) out->add_dim()->set_size(size);
}

Shape shape_from_proto(const proto::TensorShapeProto& in) {
  if (in.unknown_rank()) return Shape::unknown();
  std::vector<std::int64_t> dims;
  for (const auto& dim : in.dim()) dims.push_back(dim.size());
  return Shape(dims);
}

void attr_to_proto(const AttrValue& value, proto::AttrValue* out) {
  out->Clear();
  if (value.is_list()) {
    list_to_proto(value, out->mutable_list());
  } else if (const auto* i = value.get_if<std::int64_t>()) {
    out->set_i(*i);
  } else if (const auto* f = value.get_if<float>()) {
    out->set_f(*f);
  } else if (const auto* b = value.get_if<bool>()) {
    out->set_b(*b);
  } else if (const auto* s = value.get_if<std::string>()) {
    out->set_s(*s);
  } else if (const auto* type = value.get_if<DType>()) {
    out->set_type(type_to_proto(*type));
  } else if (const auto* shape = value.get_if<Shape>()) {
    shape_to_proto(*shape, out->mutable_shape());
  } else if (const auto* tensor = value.get_if<AttrValue::TensorRef>()) {
    tensor_to_proto(**tensor, out->mutable_tensor());
  } else if (const auto* function = value.get_if<FunctionName>()) {
    function_to_proto(*function, out->mutable_func());
  }
}

AttrValue attr_from_proto(const proto::AttrValue& in) {
  switch (in.value_case()) {
    case proto::AttrValue::kList:
      return list_from_proto(in.list());
    case proto::AttrValue::kS:
      return in.s();
    case proto::AttrValue::kI:
      return std::int64_t{in.i()};
    case proto::AttrValue::kF:
      return in.f();
    case proto::AttrValue::kB:
      return in.b();
    case proto::AttrValue::kType:
      return type_from_proto(in.type());
    case proto::AttrValue::kShape:
      return shape_from_proto(in.shape());
    case proto::AttrValue::kTensor:
      return tensor_from_proto(in.tensor());
    case proto::AttrValue::kFunc:
      return function_from_proto(in.func());
    case proto::AttrValue::kPlaceholder:
    case proto::AttrValue::VALUE_NOT_SET:
      break;
  }
  throw Error(ErrorCode::invalid_argument, "An attribute has no value");
}

}  // namespace opscope::runtime
