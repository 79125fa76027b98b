#include "saved_model/structured_values.h"

#include "core/attrs_proto.h"
#include "graph/concrete.h"

namespace opscope::runtime {
namespace {

using proto::StructuredValue;

void write_spec(const TensorSpec& spec, const std::string& name, StructuredValue* out) {
  proto::TensorSpecProto* message = out->mutable_tensor_spec_value();
  message->set_name(name);
  message->set_dtype(static_cast<proto::DataType>(spec.dtype));
  shape_to_proto(spec.shape, message->mutable_shape());
}

StructuredValue text(const std::string& value) {
  StructuredValue message;
  message.set_string_value(value);
  return message;
}

void add_pair(proto::NamedTupleValue* tuple, const std::string& key, StructuredValue value) {
  auto* pair = tuple->add_values();
  pair->set_key(key);
  *pair->mutable_value() = std::move(value);
}

StructuredValue none() {
  StructuredValue message;
  message.mutable_none_value();
  return message;
}

}  // namespace

std::string argument_name(const ConcreteFunction& function, std::size_t index) {
  const std::string& name = function.inputs()[index].name;
  return name.empty() ? "args_" + std::to_string(index) : name;
}

StructuredValue positional_signature(const ConcreteFunction& function) {
  StructuredValue signature;
  auto* arguments = signature.mutable_tuple_value()->add_values()->mutable_tuple_value();
  for (std::size_t i = 0; i < function.inputs().size(); ++i) {
    write_spec(function.inputs()[i], argument_name(function, i), arguments->add_values());
  }
  signature.mutable_tuple_value()->add_values()->mutable_dict_value();
  return signature;
}

StructuredValue keyword_signature(const ConcreteFunction& function) {
  StructuredValue signature;
  signature.mutable_tuple_value()->add_values()->mutable_tuple_value();
  auto* arguments = signature.mutable_tuple_value()->add_values()->mutable_dict_value();
  for (std::size_t i = 0; i < function.inputs().size(); ++i) {
    const std::string name = argument_name(function, i);
    write_spec(function.inputs()[i], name, &(*arguments->mutable_fields())[name]);
  }
  return signature;
}

StructuredValue result_signature(const ConcreteFunction& function) {
  const std::vector<TensorSpec>& outputs = function.outputs();
  StructuredValue signature;
  if (!function.core()->structure().has_value() && outputs.size() == 1) {
    write_spec(outputs[0], "unknown", &signature);
  } else if (outputs.empty()) {
    signature.mutable_none_value();
  } else {
    auto* tuple = signature.mutable_tuple_value();
    for (const TensorSpec& output : outputs) write_spec(output, "unknown", tuple->add_values());
  }
  return signature;
}

StructuredValue named_results(const ConcreteFunction& function,
                              const std::vector<std::string>& names) {
  StructuredValue signature;
  auto* fields = signature.mutable_dict_value()->mutable_fields();
  for (std::size_t i = 0; i < names.size(); ++i) {
    write_spec(function.outputs()[i], names[i], &(*fields)[names[i]]);
  }
  return signature;
}

proto::FunctionSpec function_spec(const ConcreteFunction& function) {
  proto::FunctionSpec spec;
  auto* arguments = spec.mutable_fullargspec()->mutable_named_tuple_value();
  arguments->set_name("FullArgSpec");
  StructuredValue names;
  names.mutable_list_value();
  for (std::size_t i = 0; i < function.inputs().size(); ++i) {
    *names.mutable_list_value()->add_values() = text(argument_name(function, i));
  }
  StructuredValue empty_list;
  empty_list.mutable_list_value();
  StructuredValue empty_dict;
  empty_dict.mutable_dict_value();
  add_pair(arguments, "args", std::move(names));
  add_pair(arguments, "varargs", none());
  add_pair(arguments, "varkw", none());
  add_pair(arguments, "defaults", none());
  add_pair(arguments, "kwonlyargs", std::move(empty_list));
  add_pair(arguments, "kwonlydefaults", none());
  add_pair(arguments, "annotations", std::move(empty_dict));
  *spec.mutable_input_signature() = none();
  return spec;
}

}  // namespace opscope::runtime
