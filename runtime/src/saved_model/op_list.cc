#include "saved_model/op_list.h"

#include <set>
#include <string>

#include "core/attrs_proto.h"
#include "ops/op_registry.h"

namespace opscope::runtime {
namespace {

void write_argument(const ArgSpec& spec, proto::OpDef::ArgDef* out) {
  out->set_name(std::string(spec.name));
  out->set_type(static_cast<proto::DataType>(spec.type));
  out->set_type_attr(std::string(spec.type_attr));
  out->set_number_attr(std::string(spec.number_attr));
  out->set_type_list_attr(std::string(spec.type_list_attr));
}

std::string kind_name(const AttrSpec& spec) {
  constexpr const char* kNames[] = {"int",  "float", "bool",   "string",
                                    "type", "shape", "tensor", "func"};
  const std::string name = kNames[static_cast<std::size_t>(spec.kind)];
  return spec.is_list ? "list(" + name + ")" : name;
}

void write_attr(const AttrSpec& spec, proto::OpDef::AttrDef* out) {
  out->set_name(std::string(spec.name));
  out->set_type(kind_name(spec));
  out->set_has_minimum(spec.has_minimum);
  out->set_minimum(spec.minimum);
  if (const auto value = default_value(spec)) attr_to_proto(*value, out->mutable_default_value());
  for (int i = 0; i < 32; ++i) {
    if (spec.allowed_types != 0 && spec.allows(static_cast<DType>(i))) {
      out->mutable_allowed_values()->mutable_list()->add_type(static_cast<proto::DataType>(i));
    }
  }
  for (const std::string_view value : spec.allowed_strings) {
    out->mutable_allowed_values()->mutable_list()->add_s(std::string(value));
  }
}

void write_op(const OpSpec& spec, proto::OpDef* out) {
  out->set_name(std::string(spec.name));
  for (const ArgSpec& input : spec.inputs) write_argument(input, out->add_input_arg());
  for (const ArgSpec& output : spec.outputs) write_argument(output, out->add_output_arg());
  for (const AttrSpec& attr : spec.attrs) write_attr(attr, out->add_attr());
  out->set_is_stateful(spec.is_stateful);
  out->set_is_commutative(spec.is_commutative);
}

}  // namespace

proto::OpList used_op_list(const proto::GraphDef& graph) {
  std::set<std::string> names;
  for (const auto& node : graph.node()) names.insert(node.op());
  for (const auto& function : graph.library().function()) {
    for (const auto& node : function.node_def()) names.insert(node.op());
  }
  proto::OpList ops;
  for (const std::string& name : names) {
    if (const OpSpec* spec = find_op(name)) write_op(*spec, ops.add_op());
  }
  return ops;
}

}  // namespace opscope::runtime
