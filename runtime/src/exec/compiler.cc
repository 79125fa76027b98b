#include "exec/compiler.h"

#include <algorithm>

#include "ops/op_registry.h"

namespace opscope::runtime {
namespace {

bool is_loop(const Node& node) {
  return node.spec->name == "While" || node.spec->name == "StatelessWhile";
}

bool is_call(const Node& node) {
  return node.spec->name == "PartitionedCall" || node.spec->name == "StatefulPartitionedCall";
}

std::uint64_t overwritable_inputs(ElementwiseKind kind, const Node& node) {
  if (kind == ElementwiseKind::none) return 0;
  // A sum adds the others to the first, a bias has another shape, limits are read as they are.
  if (kind != ElementwiseKind::broadcasts && kind != ElementwiseKind::equal) return 1;
  return (std::uint64_t{1} << std::min<std::size_t>(node.inputs.size(), 63)) - 1;
}

// What is known of a loop's variables in its condition holds for the first trip only, if the body
// gives them other shapes.
bool keeps_shapes(const FuncGraph& condition, const FuncGraph& body) {
  for (std::size_t i = 0; i < condition.arguments().size(); ++i) {
    if (!(condition.output({condition.arguments()[i], 0}).shape ==
          body.output({body.arguments()[i], 0}).shape)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Plan::Compiler::Compiler(Plan& plan, std::span<const bool> wanted, const PassOptions& options)
    : plan_(plan),
      graph_(plan.graph),
      wanted_(wanted),
      options_(options),
      needed_(graph_.needed(wanted)) {}

void Plan::Compiler::run() {
  place_arguments();
  mark_used_outputs();
  const std::vector<Unit> units = schedule_units(graph_, needed_, options_.fuses);
  find_outside_readers(units);
  for (const Unit& unit : units) add_unit(unit);
  place_results();
  find_last_uses();
  plan_.dependencies = find_dependencies(plan_, unit_steps_, is_kept_);
}

void Plan::Compiler::place_arguments() {
  first_.assign(graph_.nodes.size(), kUnplaced);
  plan_.num_arguments = static_cast<std::uint32_t>(graph_.arguments.size());
  for (std::uint32_t i = 0; i < plan_.num_arguments; ++i) {
    const auto node = static_cast<std::size_t>(graph_.arguments[i]);
    first_[node] = static_cast<Source>(i);
    if (needed_[node] != 0) plan_.used_arguments.push_back(i);
  }
  plan_.num_slots = plan_.num_arguments;
}

void Plan::Compiler::mark_used_outputs() {
  output_used_.resize(graph_.nodes.size());
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    output_used_[i].assign(graph_.nodes[i].node.outputs.size(), 0);
  }
  for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
    if (needed_[i] == 0) continue;
    for (const Edge input : graph_.nodes[i].node.inputs) mark_used(input);
  }
  for (std::size_t i = 0; i < graph_.results.size(); ++i) {
    if (is_wanted(i)) mark_used(graph_.results[i]);
  }
}

void Plan::Compiler::mark_used(Edge edge) {
  output_used_[static_cast<std::size_t>(edge.node)][static_cast<std::size_t>(edge.output)] = 1;
}

void Plan::Compiler::find_outside_readers(std::span<const Unit> units) {
  std::vector<std::size_t> unit_of(graph_.nodes.size(), units.size());
  for (std::size_t u = 0; u < units.size(); ++u) {
    for (const int node : units[u].nodes) unit_of[static_cast<std::size_t>(node)] = u;
  }
  is_read_outside_.assign(graph_.nodes.size(), 0);
  for (std::size_t u = 0; u < units.size(); ++u) {
    for (const int node : units[u].nodes) {
      for (const Edge input : graph_.node(node).inputs) {
        const auto from = static_cast<std::size_t>(input.node);
        if (unit_of[from] != u) is_read_outside_[from] = 1;
      }
    }
  }
  for (std::size_t i = 0; i < graph_.results.size(); ++i) {
    if (is_wanted(i)) is_read_outside_[static_cast<std::size_t>(graph_.results[i].node)] = 1;
  }
}

bool Plan::Compiler::is_wanted(std::size_t result) const {
  return wanted_.empty() || wanted_[result];
}

Source Plan::Compiler::source_of(Edge edge) {
  Source& first = first_[static_cast<std::size_t>(edge.node)];
  if (first == kUnplaced && graph_.node(edge.node).constant) {
    plan_.constants.push_back(graph_.node(edge.node).constant);
    first = ~static_cast<Source>(plan_.constants.size() - 1);
  }
  return first < 0 ? first : first + edge.output;
}

void Plan::Compiler::add_unit(const Unit& unit) {
  unit_steps_.push_back(static_cast<std::uint32_t>(plan_.steps.size()));
  if (unit.nodes.size() > 1) add_fused_step(unit);
  for (const int node : unit.nodes) add_step(node);
  const auto first = static_cast<std::ptrdiff_t>(unit_steps_.back());
  for (auto step = plan_.steps.begin() + first; step != plan_.steps.end(); ++step) {
    if (step->kind != StepKind::fused) plan_.cost_ns += step_cost(plan_, *step);
  }
}

void Plan::Compiler::add_fused_step(const Unit& unit) {
  std::vector<char> is_exported(unit.nodes.size(), 0);
  for (std::size_t m = 0; m < unit.nodes.size(); ++m) {
    is_exported[m] = is_read_outside_[static_cast<std::size_t>(unit.nodes[m])];
  }
  std::vector<Edge> inputs;
  Step step;
  step.kind = StepKind::fused;
  step.node = &graph_.node(unit.nodes.back());
  step.site = graph_.nodes[static_cast<std::size_t>(unit.nodes.back())].site;
  step.first_plan = static_cast<std::uint32_t>(plan_.groups.size());
  plan_.groups.push_back(make_group(graph_, unit, is_exported, inputs));
  step.inputs = {static_cast<std::uint32_t>(plan_.sources.size()),
                 static_cast<std::uint32_t>(inputs.size())};
  for (const Edge input : inputs) plan_.sources.push_back(source_of(input));
  step.outputs = {plan_.num_slots, static_cast<std::uint32_t>(unit.nodes.size())};
  plan_.steps.push_back(std::move(step));
}

void Plan::Compiler::add_step(int index) {
  const Node& node = graph_.node(index);
  Step step;
  step.node = &node;
  step.site = graph_.nodes[static_cast<std::size_t>(index)].site;
  step.inputs = {static_cast<std::uint32_t>(plan_.sources.size()),
                 static_cast<std::uint32_t>(node.inputs.size())};
  for (const Edge input : node.inputs) plan_.sources.push_back(source_of(input));
  step.outputs = {plan_.num_slots, static_cast<std::uint32_t>(node.outputs.size())};
  first_[static_cast<std::size_t>(index)] = static_cast<Source>(plan_.num_slots);
  plan_.num_slots += step.outputs.size;
  if (is_control_flow(*node.spec)) {
    add_inner_plans(node, index, step);
  } else {
    choose_kernel(node, step);
  }
  plan_.steps.push_back(std::move(step));
}

void Plan::Compiler::choose_kernel(const Node& node, Step& step) {
  std::vector<DType> inputs;
  std::vector<DType> outputs;
  bool takes_resource = false;
  for (const Edge input : node.inputs) {
    inputs.push_back(graph_.output(input).dtype);
    takes_resource |= inputs.back() == DType::resource;
  }
  for (const NodeOutput& output : node.outputs) outputs.push_back(output.dtype);
  step.overwritable = overwritable_inputs(elementwise_kind(graph_, node), node);
  step.kernel = select_kernel(*node.spec, inputs, outputs, node.name);
  step.has_state = node.spec->is_stateful && !takes_resource;
}

void Plan::Compiler::add_inner_plans(const Node& node, int index, Step& step) {
  step.first_plan = static_cast<std::uint32_t>(plan_.plans.size());
  const auto add = [&](const std::shared_ptr<const FuncGraph>& graph, ArgumentMode mode,
                       std::span<const bool> wanted, const PassOptions& options) {
    plan_.plans.push_back(std::make_unique<Plan>(graph, mode, wanted, options));
  };
  if (is_loop(node)) {
    step.kind = StepKind::loop;
    const Flags live = live_variables(node, output_used_[static_cast<std::size_t>(index)]);
    add(node.graphs[0], ArgumentMode::borrowed, {},
        keeps_shapes(*node.graphs[0], *node.graphs[1]) ? options_ : PassOptions::none());
    add(node.graphs[1], ArgumentMode::owned, live.span(), options_);
    return;
  }
  step.kind = is_call(node) ? StepKind::call : StepKind::branch;
  for (const auto& graph : node.graphs) add(graph, ArgumentMode::borrowed, {}, options_);
}

void Plan::Compiler::place_results() {
  std::vector<std::uint32_t> num_results(plan_.num_slots, 0);
  for (std::size_t i = 0; i < graph_.results.size(); ++i) {
    plan_.results.push_back(is_wanted(i) ? source_of(graph_.results[i]) : kDropped);
    if (plan_.results.back() >= 0) ++num_results[static_cast<std::size_t>(plan_.results.back())];
  }
  // A value that two results share, or that stays in its argument slot, is not moved out.
  for (const Source source : plan_.results) {
    plan_.movable_results.push_back(source >= 0 && !is_kept_argument(source) &&
                                    num_results[static_cast<std::size_t>(source)] == 1);
  }
}

// Borrowed arguments are the caller's; an owned one that is its own result is a loop invariant.
bool Plan::Compiler::is_kept_argument(Source slot) const {
  if (slot < 0 || slot >= static_cast<Source>(plan_.num_arguments)) return false;
  return plan_.mode == ArgumentMode::borrowed ||
         (static_cast<std::size_t>(slot) < plan_.results.size() &&
          plan_.results[static_cast<std::size_t>(slot)] == slot);
}

void Plan::Compiler::find_last_uses() {
  is_kept_.assign(plan_.num_slots, 0);
  for (std::uint32_t slot = 0; slot < plan_.num_arguments; ++slot) {
    is_kept_[slot] = is_kept_argument(static_cast<Source>(slot)) ? 1 : 0;
  }
  for (const Source source : plan_.results) {
    if (source >= 0) is_kept_[static_cast<std::size_t>(source)] = 1;
  }
  is_seen_.assign(plan_.num_slots, 0);
  for (std::size_t u = unit_steps_.size(); u-- > 0;) {
    Step& step = plan_.steps[unit_steps_[u]];
    step.releases.begin = static_cast<std::uint32_t>(plan_.releases.size());
    release_unread(step);
    release_inputs(step);
    step.releases.size = static_cast<std::uint32_t>(plan_.releases.size()) - step.releases.begin;
    if (step.kind == StepKind::fused) release_within(unit_steps_[u]);
  }
}

void Plan::Compiler::release_unread(Step& step) {
  if (step.kind == StepKind::fused) return;  // what nobody outside reads is released within
  for (std::uint32_t k = 0; k < step.outputs.size; ++k) {
    const std::uint32_t slot = step.outputs.begin + k;
    if (is_kept_[slot] == 0 && is_seen_[slot] == 0) plan_.releases.push_back(slot);
  }
}

void Plan::Compiler::release_inputs(Step& step) {
  const Source* sources = plan_.sources.data() + step.inputs.begin;
  for (std::uint32_t k = 0; k < step.inputs.size; ++k) {
    if (sources[k] < 0) continue;
    const auto slot = static_cast<std::uint32_t>(sources[k]);
    if (is_kept_[slot] != 0 || is_seen_[slot] != 0) continue;
    is_seen_[slot] = 1;
    plan_.releases.push_back(slot);
    const bool is_once = std::count(sources, sources + step.inputs.size, sources[k]) == 1;
    if (is_once && k < 64) step.forwardable |= std::uint64_t{1} << k;
  }
}

bool Plan::Compiler::is_within(std::uint32_t fused, std::uint32_t slot) const {
  const Step& step = plan_.steps[fused];
  const std::uint32_t member = slot - step.outputs.begin;
  return slot >= step.outputs.begin && member < step.outputs.size &&
         !plan_.groups[step.first_plan].members[member].is_exported;
}

// The members of a group, when they run one by one, release what nobody outside reads.
void Plan::Compiler::release_within(std::uint32_t fused) {
  const std::uint32_t count = plan_.steps[fused].outputs.size;
  for (std::uint32_t m = count; m-- > 0;) {
    Step& step = plan_.steps[fused + 1 + m];
    step.releases.begin = static_cast<std::uint32_t>(plan_.releases.size());
    const Source* sources = plan_.sources.data() + step.inputs.begin;
    for (std::uint32_t k = 0; k < step.inputs.size; ++k) {
      const auto slot = static_cast<std::uint32_t>(sources[k]);
      if (sources[k] < 0 || !is_within(fused, slot) || is_seen_[slot] != 0) continue;
      is_seen_[slot] = 1;
      plan_.releases.push_back(slot);
      const bool is_once = std::count(sources, sources + step.inputs.size, sources[k]) == 1;
      if (is_once && k < 64) step.forwardable |= std::uint64_t{1} << k;
    }
    step.releases.size = static_cast<std::uint32_t>(plan_.releases.size()) - step.releases.begin;
  }
}

}  // namespace opscope::runtime
