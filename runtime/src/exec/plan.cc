#include "exec/plan.h"

#include <algorithm>

#include "ops/op_registry.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

bool is_loop(const Node& node) {
  return node.spec->name == "While" || node.spec->name == "StatelessWhile";
}

bool is_call(const Node& node) {
  return node.spec->name == "PartitionedCall" || node.spec->name == "StatefulPartitionedCall";
}

// std::vector<bool> gives no span.
class Flags {
 public:
  explicit Flags(std::size_t size) : values_(new bool[size]()), size_(size) {}
  bool& operator[](std::size_t i) { return values_[i]; }
  [[nodiscard]] std::span<const bool> span() const { return {values_.get(), size_}; }

 private:
  std::unique_ptr<bool[]> values_;
  std::size_t size_;
};

// Which variables of a loop matter: those read afterwards, by the condition, or by a body result
// that matters itself. The others, such as an unread trip counter, are not computed.
Flags live_variables(const Node& node, std::span<const char> used_outputs) {
  const FuncGraph& condition = *node.graphs[0];
  const FuncGraph& body = *node.graphs[1];
  const std::size_t count = body.arguments().size();
  Flags live(count);
  const std::vector<char> condition_needs = Plan::needed_nodes(condition, {});
  for (std::size_t i = 0; i < count; ++i) {
    live[i] = used_outputs[i] != 0 ||
              condition_needs[static_cast<std::size_t>(condition.arguments()[i])] != 0;
  }
  for (bool has_grown = true; has_grown;) {
    has_grown = false;
    const std::vector<char> needs = Plan::needed_nodes(body, live.span());
    for (std::size_t i = 0; i < count; ++i) {
      if (live[i] || needs[static_cast<std::size_t>(body.arguments()[i])] == 0) continue;
      live[i] = true;
      has_grown = true;
    }
  }
  return live;
}

}  // namespace

std::vector<char> Plan::needed_nodes(const FuncGraph& graph, std::span<const bool> wanted) {
  std::vector<char> needed(graph.nodes().size(), 0);
  for (std::size_t i = 0; i < graph.results().size(); ++i) {
    if (wanted.empty() || wanted[i]) {
      needed[static_cast<std::size_t>(graph.results()[i].node)] = 1;
    }
  }
  for (std::size_t i = graph.nodes().size(); i-- > 0;) {
    const Node& node = graph.nodes()[i];
    if (node.has_effects) needed[i] = 1;
    if (needed[i] == 0) continue;
    for (const Edge input : node.inputs) needed[static_cast<std::size_t>(input.node)] = 1;
  }
  return needed;
}

class Plan::Compiler {
 public:
  Compiler(Plan& plan, std::span<const bool> wanted)
      : plan_(plan), graph_(*plan.graph), wanted_(wanted), needed_(needed_nodes(graph_, wanted)) {}

  void run() {
    place_arguments();
    place_results_first_pass();
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
      if (needed_[i] != 0 && first_[i] == kUnplaced) add_step(graph_.nodes()[i], i);
    }
    place_results();
    find_last_uses();
  }

 private:
  static constexpr Source kUnplaced = INT32_MAX;

  void place_arguments() {
    first_.assign(graph_.nodes().size(), kUnplaced);
    plan_.num_arguments = static_cast<std::uint32_t>(graph_.arguments().size());
    for (std::uint32_t i = 0; i < plan_.num_arguments; ++i) {
      const auto node = static_cast<std::size_t>(graph_.arguments()[i]);
      first_[node] = static_cast<Source>(i);
      if (needed_[node] != 0) plan_.used_arguments.push_back(i);
    }
    plan_.num_slots = plan_.num_arguments;
  }

  void place_results_first_pass() {
    output_used_.resize(graph_.nodes().size());
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
      output_used_[i].assign(graph_.nodes()[i].outputs.size(), 0);
      if (needed_[i] == 0) continue;
      for (const Edge input : graph_.nodes()[i].inputs) mark_used(input);
    }
    for (std::size_t i = 0; i < graph_.results().size(); ++i) {
      if (is_wanted(i)) mark_used(graph_.results()[i]);
    }
  }

  void mark_used(Edge edge) {
    output_used_[static_cast<std::size_t>(edge.node)][static_cast<std::size_t>(edge.output)] = 1;
  }

  [[nodiscard]] bool is_wanted(std::size_t result) const {
    return wanted_.empty() || wanted_[result];
  }

  [[nodiscard]] Source source_of(Edge edge) const {
    const Source first = first_[static_cast<std::size_t>(edge.node)];
    return first < 0 ? first : first + edge.output;
  }

  void add_step(const Node& node, std::size_t index) {
    if (node.constant) {
      plan_.constants.push_back(node.constant);
      first_[index] = ~static_cast<Source>(plan_.constants.size() - 1);
      return;
    }
    Step step;
    step.node = &node;
    step.inputs = {static_cast<std::uint32_t>(plan_.sources.size()),
                   static_cast<std::uint32_t>(node.inputs.size())};
    for (const Edge input : node.inputs) plan_.sources.push_back(source_of(input));
    step.outputs = {plan_.num_slots, static_cast<std::uint32_t>(node.outputs.size())};
    first_[index] = static_cast<Source>(plan_.num_slots);
    plan_.num_slots += step.outputs.size;
    if (is_control_flow(*node.spec)) {
      add_inner_plans(node, index, step);
    } else {
      choose_kernel(node, step);
    }
    plan_.steps.push_back(std::move(step));
  }

  void choose_kernel(const Node& node, Step& step) {
    std::vector<DType> inputs;
    std::vector<DType> outputs;
    bool takes_resource = false;
    for (const Edge input : node.inputs) {
      inputs.push_back(graph_.output(input).dtype);
      takes_resource |= inputs.back() == DType::resource;
    }
    for (const NodeOutput& output : node.outputs) outputs.push_back(output.dtype);
    step.kernel = select_kernel(*node.spec, inputs, outputs, node.name);
    step.has_state = node.spec->is_stateful && !takes_resource;
  }

  void add_inner_plans(const Node& node, std::size_t index, Step& step) {
    step.first_plan = static_cast<std::uint32_t>(plan_.plans.size());
    if (is_loop(node)) {
      step.kind = StepKind::loop;
      const Flags live = live_variables(node, output_used_[index]);
      plan_.plans.push_back(std::make_unique<Plan>(node.graphs[0], ArgumentMode::borrowed));
      plan_.plans.push_back(
          std::make_unique<Plan>(node.graphs[1], ArgumentMode::owned, live.span()));
      return;
    }
    step.kind = is_call(node) ? StepKind::call : StepKind::branch;
    for (const auto& graph : node.graphs) {
      plan_.plans.push_back(std::make_unique<Plan>(graph, ArgumentMode::borrowed));
    }
  }

  void place_results() {
    for (std::size_t i = 0; i < graph_.results().size(); ++i) {
      plan_.results.push_back(is_wanted(i) ? source_of(graph_.results()[i]) : kDropped);
    }
    // A value that two results share, or that stays in its argument slot, is not moved out.
    for (std::size_t i = 0; i < plan_.results.size(); ++i) {
      const Source source = plan_.results[i];
      bool is_movable = source >= 0 && !is_kept_argument(source);
      for (std::size_t j = 0; j < plan_.results.size(); ++j) {
        is_movable &= i == j || plan_.results[j] != source;
      }
      plan_.movable_results.push_back(is_movable);
    }
  }

  // Borrowed arguments are the caller's; an owned one that is its own result is a loop invariant.
  [[nodiscard]] bool is_kept_argument(Source slot) const {
    if (slot < 0 || slot >= static_cast<Source>(plan_.num_arguments)) return false;
    return plan_.mode == ArgumentMode::borrowed ||
           (static_cast<std::size_t>(slot) < plan_.results.size() &&
            plan_.results[static_cast<std::size_t>(slot)] == slot);
  }

  void find_last_uses() {
    std::vector<char> is_kept(plan_.num_slots, 0);
    for (std::uint32_t slot = 0; slot < plan_.num_arguments; ++slot) {
      is_kept[slot] = is_kept_argument(static_cast<Source>(slot)) ? 1 : 0;
    }
    for (const Source source : plan_.results) {
      if (source >= 0) is_kept[static_cast<std::size_t>(source)] = 1;
    }
    std::vector<char> is_seen(plan_.num_slots, 0);
    for (std::size_t i = plan_.steps.size(); i-- > 0;) {
      Step& step = plan_.steps[i];
      step.releases.begin = static_cast<std::uint32_t>(plan_.releases.size());
      for (std::uint32_t k = 0; k < step.outputs.size; ++k) {
        const std::uint32_t slot = step.outputs.begin + k;
        if (is_kept[slot] == 0 && is_seen[slot] == 0) plan_.releases.push_back(slot);
      }
      release_inputs(step, is_kept, is_seen);
      step.releases.size = static_cast<std::uint32_t>(plan_.releases.size()) - step.releases.begin;
    }
  }

  void release_inputs(Step& step, const std::vector<char>& is_kept, std::vector<char>& is_seen) {
    const Source* sources = plan_.sources.data() + step.inputs.begin;
    for (std::uint32_t k = 0; k < step.inputs.size; ++k) {
      if (sources[k] < 0) continue;
      const auto slot = static_cast<std::uint32_t>(sources[k]);
      if (is_kept[slot] != 0 || is_seen[slot] != 0) continue;
      is_seen[slot] = 1;
      plan_.releases.push_back(slot);
      const bool is_once = std::count(sources, sources + step.inputs.size, sources[k]) == 1;
      if (is_once && k < 64) step.forwardable |= std::uint64_t{1} << k;
    }
  }

  Plan& plan_;
  const FuncGraph& graph_;
  std::span<const bool> wanted_;
  std::vector<char> needed_;
  std::vector<Source> first_;  // of each node: its first output slot, or its constant
  std::vector<std::vector<char>> output_used_;
};

Plan::Plan(std::shared_ptr<const FuncGraph> of, ArgumentMode argument_mode,
           std::span<const bool> wanted)
    : graph(std::move(of)), mode(argument_mode) {
  Compiler(*this, wanted).run();
}

profiler::NameId Plan::step_name(std::size_t step) const {
  std::call_once(names_once_, [&] {
    for (const Step& each : steps) {
      names_.push_back(
          profiler::intern(each.node->name + ":" + std::string(each.node->spec->name)));
    }
  });
  return names_[step];
}

}  // namespace opscope::runtime
