// Short forms for writing nodes of graphs and functions.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/attrs_proto.h"
#include "opscope/proto/function.pb.h"
#include "opscope/proto/graph.pb.h"

namespace opscope::runtime {

// Fills a node: inputs as the graph or function spells them, attributes as given.
inline void fill_node(proto::NodeDef* node, const std::string& name, const std::string& op,
                      const std::vector<std::string>& inputs, const Attrs& attrs = {}) {
  node->set_name(name);
  node->set_op(op);
  for (const std::string& input : inputs) node->add_input(input);
  for (const AttrEntry& entry : attrs)
    attr_to_proto(entry.value, &(*node->mutable_attr())[entry.name]);
}

// A vector or scalar of strings as a Const node's attributes.
[[nodiscard]] inline Attrs string_constant(const std::vector<std::string>& values) {
  return {{"dtype", DType::string}, {"value", make_vector<std::string>(values)}};
}
[[nodiscard]] inline Attrs string_constant(const std::string& value) {
  return {{"dtype", DType::string}, {"value", make_scalar(value)}};
}

}  // namespace opscope::runtime
