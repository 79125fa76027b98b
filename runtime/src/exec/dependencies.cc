#include "exec/dependencies.h"

#include <algorithm>
#include <set>

#include "exec/compiler.h"

namespace opscope::runtime {
namespace {

constexpr double kMinTotalNs = 60'000;  // waking a worker costs some microseconds
constexpr double kHeavyNs = 8'000;
constexpr double kMinSpeedup = 1.15;

class Analysis {
 public:
  Analysis(const Plan& plan, std::span<const std::uint32_t> unit_steps)
      : plan_(plan), unit_steps_(unit_steps), costs_(unit_steps.size()) {
    for (std::size_t u = 0; u < unit_steps_.size(); ++u) costs_[u] = unit_cost(u);
  }

  // Fills waits_ and says whether two units are worth running at once.
  bool pays() {
    find_waits();
    double longest = 0;
    std::vector<double> ends(waits_.size(), 0);
    for (std::size_t u = 0; u < waits_.size(); ++u) {
      for (const std::uint32_t before : waits_[u]) ends[u] = std::max(ends[u], ends[before]);
      ends[u] += costs_[u];
      longest = std::max(longest, ends[u]);
    }
    return plan_.cost_ns > longest * kMinSpeedup;
  }

  std::unique_ptr<const Dependencies> make(std::span<const char> is_kept) const;

 private:
  [[nodiscard]] std::span<const Step> steps_of(std::size_t unit) const {
    const std::size_t begin = unit_steps_[unit];
    const std::size_t end =
        unit + 1 < unit_steps_.size() ? unit_steps_[unit + 1] : plan_.steps.size();
    return {plan_.steps.data() + begin, end - begin};
  }

  double unit_cost(std::size_t unit) const {
    double cost = 0;
    for (const Step& step : steps_of(unit)) {
      if (step.kind != StepKind::fused) cost += step_cost(plan_, step);
    }
    return cost;
  }

  void find_waits() {
    std::vector<std::uint32_t> unit_of_slot(plan_.num_slots, kNone);
    std::vector<std::uint32_t> unit_of_node(plan_.graph.nodes.size(), kNone);
    const PassNode* first = plan_.graph.nodes.data();
    waits_.resize(unit_steps_.size());
    for (std::uint32_t u = 0; u < unit_steps_.size(); ++u) {
      std::vector<std::uint32_t>& waits = waits_[u];
      for (const Step& step : steps_of(u)) {
        if (step.kind == StepKind::fused) continue;
        for (std::uint32_t k = 0; k < step.inputs.size; ++k) {
          const Source source = plan_.sources[step.inputs.begin + k];
          if (source >= 0) wait_for(waits, unit_of_slot[static_cast<std::size_t>(source)], u);
        }
        for (const int control : step.node->control_inputs) {
          wait_for_node(waits, unit_of_node, control, u);
        }
        for (std::uint32_t k = 0; k < step.outputs.size; ++k) {
          unit_of_slot[step.outputs.begin + k] = u;
        }
        unit_of_node[node_index(first, step)] = u;
      }
      std::sort(waits.begin(), waits.end());
      waits.erase(std::unique(waits.begin(), waits.end()), waits.end());
    }
  }

  static std::size_t node_index(const PassNode* first, const Step& step) {
    const auto* node = static_cast<const char*>(static_cast<const void*>(step.node));
    const auto* base = static_cast<const char*>(static_cast<const void*>(&first->node));
    return static_cast<std::size_t>(node - base) / sizeof(PassNode);
  }

  static void wait_for(std::vector<std::uint32_t>& waits, std::uint32_t unit, std::uint32_t self) {
    if (unit != kNone && unit != self) waits.push_back(unit);
  }

  // Of a node that no unit runs by itself, because nobody reads it or it is fused: for what it
  // would wait for.
  void wait_for_node(std::vector<std::uint32_t>& waits, std::span<const std::uint32_t> unit_of_node,
                     int node, std::uint32_t self) const {
    std::vector<int> open{node};
    std::set<int> seen{node};
    const auto visit = [&](int before) {
      if (seen.insert(before).second) open.push_back(before);
    };
    while (!open.empty()) {
      const int at = open.back();
      open.pop_back();
      const std::uint32_t unit = unit_of_node[static_cast<std::size_t>(at)];
      if (unit != kNone) {
        wait_for(waits, unit, self);
        continue;
      }
      const Node& skipped = plan_.graph.nodes[static_cast<std::size_t>(at)].node;
      for (const Edge input : skipped.inputs) visit(input.node);
      for (const int control : skipped.control_inputs) visit(control);
    }
  }

  static constexpr std::uint32_t kNone = UINT32_MAX;

  const Plan& plan_;
  std::span<const std::uint32_t> unit_steps_;
  std::vector<double> costs_;
  std::vector<std::vector<std::uint32_t>> waits_;
};

std::unique_ptr<const Dependencies> Analysis::make(std::span<const char> is_kept) const {
  auto result = std::make_unique<Dependencies>();
  result->num_readers.assign(plan_.num_slots, 0);
  std::vector<std::vector<std::uint32_t>> successors(waits_.size());
  for (std::uint32_t u = 0; u < waits_.size(); ++u) {
    for (const std::uint32_t before : waits_[u]) successors[before].push_back(u);
  }
  for (std::uint32_t u = 0; u < waits_.size(); ++u) {
    const Step& step = steps_of(u).front();
    Dependencies::Unit unit;
    unit.step = unit_steps_[u];
    unit.num_waits = static_cast<std::int32_t>(waits_[u].size());
    unit.is_heavy = costs_[u] >= kHeavyNs;
    unit.first_successor = static_cast<std::uint32_t>(result->successors.size());
    unit.num_successors = static_cast<std::uint32_t>(successors[u].size());
    result->successors.insert(result->successors.end(), successors[u].begin(), successors[u].end());
    unit.first_slot = static_cast<std::uint32_t>(result->slots.size());
    for (std::uint32_t k = 0; k < step.inputs.size; ++k) {
      const Source source = plan_.sources[step.inputs.begin + k];
      if (source < 0 || is_kept[static_cast<std::size_t>(source)] != 0) continue;
      const auto slot = static_cast<std::uint32_t>(source);
      const auto begin = result->slots.begin() + unit.first_slot;
      if (std::find(begin, result->slots.end(), slot) != result->slots.end()) continue;
      result->slots.push_back(slot);
      ++result->num_readers[slot];
    }
    unit.num_slots = static_cast<std::uint32_t>(result->slots.size()) - unit.first_slot;
    result->units.push_back(unit);
  }
  for (Dependencies::Unit& unit : result->units) {
    const Step& step = plan_.steps[unit.step];
    unit.first_unread = static_cast<std::uint32_t>(result->slots.size());
    for (std::uint32_t k = 0; k < step.outputs.size; ++k) {
      const std::uint32_t slot = step.outputs.begin + k;
      if (is_kept[slot] == 0 && result->num_readers[slot] == 0) result->slots.push_back(slot);
    }
    unit.num_unread = static_cast<std::uint32_t>(result->slots.size()) - unit.first_unread;
  }
  return result;
}

}  // namespace

std::unique_ptr<const Dependencies> find_dependencies(const Plan& plan,
                                                      std::span<const std::uint32_t> unit_steps,
                                                      std::span<const char> is_kept) {
  if (plan.cost_ns < kMinTotalNs || unit_steps.size() < 2) return nullptr;
  Analysis analysis(plan, unit_steps);
  return analysis.pays() ? analysis.make(is_kept) : nullptr;
}

}  // namespace opscope::runtime
