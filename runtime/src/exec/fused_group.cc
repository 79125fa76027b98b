#include "exec/fused_group.h"

#include <algorithm>
#include <unordered_map>

#include "exec/compiler.h"

namespace opscope::runtime {
namespace {

// Gives every member that is read inside only a place for its blocks; places are used again once
// their last reader has run.
void place_scratch(FusedGroup& group) {
  const auto count = static_cast<std::int32_t>(group.members.size());
  std::vector<std::int32_t> last_reader(group.members.size(), -1);
  for (std::int32_t m = 0; m < count; ++m) {
    const FusedMember& member = group.members[static_cast<std::size_t>(m)];
    for (std::uint32_t k = 0; k < member.num_operands; ++k) {
      const std::int32_t operand = group.operands[member.first_operand + k];
      if (operand < 0) last_reader[static_cast<std::size_t>(~operand)] = m;
    }
  }
  std::vector<std::vector<std::uint32_t>> freed(group.members.size());
  std::vector<std::uint32_t> free;
  for (std::size_t m = 0; m < group.members.size(); ++m) {
    FusedMember& member = group.members[m];
    if (!member.is_exported) {
      if (free.empty()) free.push_back(group.num_scratch++);
      member.scratch = free.back();
      free.pop_back();
      if (last_reader[m] >= 0) {
        freed[static_cast<std::size_t>(last_reader[m])].push_back(member.scratch);
      }
    }
    free.insert(free.end(), freed[m].begin(), freed[m].end());
  }
}

// A sum adds the other inputs to the first in turn: writing over one of those would lose it.
bool may_overwrite(const FusedMember& member, std::span<const std::int32_t> operands,
                   std::int32_t input) {
  if (member.kind != ElementwiseKind::sum) return true;
  return operands[0] == input && std::count(operands.begin(), operands.end(), input) == 1;
}

void find_reuse(FusedGroup& group, std::size_t num_inputs) {
  group.reuse.resize(num_inputs);
  for (std::size_t m = 0; m < group.members.size(); ++m) {
    const FusedMember& member = group.members[m];
    const std::span<const std::int32_t> operands(group.operands.data() + member.first_operand,
                                                 member.num_operands);
    for (const std::int32_t operand : operands) {
      if (operand < 0) continue;
      group.reuse[static_cast<std::size_t>(operand)] = {static_cast<std::int32_t>(m),
                                                        may_overwrite(member, operands, operand)};
    }
  }
}

}  // namespace

FusedGroup make_group(const PassGraph& graph, const Unit& unit, std::span<const char> is_exported,
                      std::vector<Edge>& inputs) {
  FusedGroup group;
  group.is_descent = is_descent(graph.node(unit.nodes.back()));
  std::unordered_map<int, std::int32_t> member_of;
  std::unordered_map<std::int64_t, std::int32_t> input_of;
  for (const int index : unit.nodes) {
    const Node& node = graph.node(index);
    FusedMember member;
    member.kind = elementwise_kind(graph, node);
    member.is_exported = is_exported[group.members.size()] != 0;
    member.first_operand = static_cast<std::uint32_t>(group.operands.size());
    member.num_operands = static_cast<std::uint32_t>(node.inputs.size());
    if (!node.outputs.empty()) member.dtype = node.outputs[0].dtype;
    for (const Edge input : node.inputs) {
      if (const auto inside = member_of.find(input.node); inside != member_of.end()) {
        group.operands.push_back(~inside->second);
        continue;
      }
      const std::int64_t key = std::int64_t{input.node} << 32 | input.output;
      const auto [at, is_new] = input_of.try_emplace(key, static_cast<std::int32_t>(inputs.size()));
      if (is_new) inputs.push_back(input);
      group.operands.push_back(at->second);
    }
    group.cost += element_cost(*node.spec);
    member_of.emplace(index, static_cast<std::int32_t>(group.members.size()));
    group.members.push_back(member);
  }
  place_scratch(group);
  find_reuse(group, inputs.size());
  return group;
}

}  // namespace opscope::runtime
