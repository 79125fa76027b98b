#include <bit>
#include <cstring>
#include <functional>

#include "passes/passes.h"

namespace opscope::runtime {
namespace {

std::size_t mix(std::size_t seed, std::size_t value) {
  return (seed ^ value) * 0x9E3779B97F4A7C15u + (seed >> 29);
}

std::size_t hash_constant(const TensorRep& value) {
  std::size_t result =
      mix(static_cast<std::size_t>(value.dtype()), static_cast<std::size_t>(value.num_elements()));
  if (dtype_size(value.dtype()) == 0) return result;
  const auto* bytes = static_cast<const char*>(value.raw_data());
  const std::size_t size = std::min<std::size_t>(value.size_bytes(), 256);
  return mix(result, std::hash<std::string_view>()({bytes, size}));
}

bool is_shareable(const Node& node) {
  if (node.constant) return node.constant->dtype() != DType::resource;
  return !node.has_effects && !node.spec->is_stateful && node.graphs.empty() &&
         node.control_inputs.empty() && !node.inputs.empty();
}

}  // namespace

CommonNodes::CommonNodes(std::size_t num_nodes)
    : table_(num_nodes == 0 ? 0 : std::bit_ceil(num_nodes * 2), -1) {}

std::size_t CommonNodes::hash(const Node& node) {
  if (node.constant) return hash_constant(*node.constant);
  std::size_t result = std::hash<const void*>()(node.spec);
  for (const Edge input : node.inputs) {
    result = mix(result,
                 static_cast<std::size_t>(input.node) * 8 + static_cast<std::size_t>(input.output));
  }
  return result;
}

bool CommonNodes::are_equal(const Node& a, const Node& b) {
  if (static_cast<bool>(a.constant) != static_cast<bool>(b.constant)) return false;
  // By dtype, shape and bytes.
  if (a.constant) return AttrValue(a.constant) == AttrValue(b.constant);
  return a.spec == b.spec && a.inputs == b.inputs && a.attrs == b.attrs;
}

bool CommonNodes::share_node(PassGraph& graph, int index) {
  const Node& node = graph.node(index);
  if (!is_shareable(node)) return false;
  std::size_t at = hash(node) & (table_.size() - 1);
  for (; table_[at] >= 0; at = (at + 1) & (table_.size() - 1)) {
    if (!are_equal(graph.node(table_[at]), node)) continue;
    for (int k = 0; k < static_cast<int>(node.outputs.size()); ++k) {
      graph.replace(index, k, {table_[at], k});
    }
    return true;
  }
  table_[at] = index;
  return false;
}

}  // namespace opscope::runtime
