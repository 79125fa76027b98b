#include <algorithm>

#include "passes/elementwise_ops.h"
#include "passes/passes.h"

namespace opscope::runtime {
namespace {

constexpr std::size_t kMostMembers = 48;

class Scheduler {
 public:
  Scheduler(const PassGraph& graph, std::span<const char> needed, bool fuses)
      : graph_(graph),
        is_waiting_(graph.nodes.size(), 0),
        group_of_(graph.nodes.size(), -1),
        is_delayed_(graph.nodes.size(), 0) {
    const auto count = static_cast<int>(graph.nodes.size());
    for (int i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (needed[at] == 0 || graph.node(i).constant) continue;
      is_waiting_[at] = fuses && is_fusible(graph.node(i)) ? kLazy : kEager;
    }
    if (fuses) delay_products(needed);
    for (const int argument : graph.arguments) {
      is_waiting_[static_cast<std::size_t>(argument)] = 0;
    }
  }

  std::vector<Unit> run() {
    const auto count = static_cast<int>(graph_.nodes.size());
    for (int i = 0; i < count; ++i) {
      if (is_waiting_[static_cast<std::size_t>(i)] == kEager) emit_with_inputs(i);
    }
    for (int i = 0; i < count; ++i) {
      if (is_waiting_[static_cast<std::size_t>(i)] == kLazy) emit_with_inputs(i);
    }
    close();
    return std::move(units_);
  }

 private:
  enum : char { kLazy = 1, kEager = 2 };

  // Small results stay in the innermost cache anyway.
  [[nodiscard]] bool is_fusible(const Node& node) const {
    if (elementwise_kind(graph_, node) == ElementwiseKind::none) return false;
    const Shape& shape = node.outputs[0].shape;
    return !shape.is_fully_defined() || shape.num_elements() >= 2 * kBlockElements;
  }

  // Products that only a step of gradient descent reads run with it.
  void delay_products(std::span<const char> needed) {
    std::vector<int> num_readers(graph_.nodes.size(), 0);
    for (const Edge result : graph_.results) ++num_readers[static_cast<std::size_t>(result.node)];
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (needed[i] == 0) continue;
      const Node& node = graph_.nodes[i].node;
      for (const Edge input : node.inputs) ++num_readers[static_cast<std::size_t>(input.node)];
      for (const int control : node.control_inputs) {
        ++num_readers[static_cast<std::size_t>(control)];
      }
    }
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (is_waiting_[i] != kEager || !is_descent(graph_.nodes[i].node)) continue;
      const auto product = static_cast<std::size_t>(graph_.nodes[i].node.inputs[2].node);
      const Node& node = graph_.nodes[product].node;
      if (is_waiting_[product] != kEager || num_readers[product] != 1 ||
          node.spec->name != "MatMul" || node.outputs[0].dtype != DType::float32 ||
          !node.control_inputs.empty()) {
        continue;
      }
      is_waiting_[product] = kLazy;
      is_delayed_[product] = 1;
    }
  }

  // Everything that `node` reads and that waits comes first. Long chains are common: no recursion.
  void emit_with_inputs(int node) {
    stack_.push_back({node, 0});
    while (!stack_.empty()) {
      auto& [at, next] = stack_.back();
      const std::vector<Edge>& inputs = graph_.node(at).inputs;
      while (next < inputs.size() &&
             is_waiting_[static_cast<std::size_t>(inputs[next].node)] != kLazy) {
        ++next;
      }
      if (next < inputs.size()) {
        stack_.push_back({inputs[next].node, 0});
        continue;
      }
      emit(at);
      stack_.pop_back();
    }
  }

  void emit(int node) {
    char& waiting = is_waiting_[static_cast<std::size_t>(node)];
    if (waiting == 0) return;
    const bool is_elementwise = waiting == kLazy;
    waiting = 0;
    if (is_delayed_[static_cast<std::size_t>(node)] != 0) {
      if (reads_open(node)) close();
      return;  // its reader comes next
    }
    if (is_elementwise) {
      if (!open_.empty() && !fits_open(node)) close();
      open_.push_back(node);
      group_of_[static_cast<std::size_t>(node)] = group_;
      return;
    }
    // What does not need the open group runs before it, so that the group can grow on.
    if (reads_open(node)) close();
    if (fuses_product(node)) {
      units_.push_back({{graph_.node(node).inputs[2].node, node}});
    } else {
      units_.push_back({{node}});
    }
  }

  [[nodiscard]] bool fits_open(int node) const {
    return open_.size() < kMostMembers &&
           graph_.node(node).outputs[0].shape == graph_.node(open_.back()).outputs[0].shape;
  }

  [[nodiscard]] bool reads_open(int node) const {
    const std::vector<Edge>& inputs = graph_.node(node).inputs;
    return std::any_of(inputs.begin(), inputs.end(), [&](Edge input) {
      return group_of_[static_cast<std::size_t>(input.node)] == group_;
    });
  }

  [[nodiscard]] bool fuses_product(int node) const {
    return is_descent(graph_.node(node)) &&
           is_delayed_[static_cast<std::size_t>(graph_.node(node).inputs[2].node)] != 0;
  }

  void close() {
    if (!open_.empty()) units_.push_back({std::move(open_)});
    open_.clear();
    ++group_;
  }

  struct Visit {
    int node;
    std::size_t next_input;
  };

  const PassGraph& graph_;
  std::vector<char> is_waiting_;
  std::vector<int> group_of_;     // the number of the group that a node was put into
  std::vector<char> is_delayed_;  // products that run with their only reader
  std::vector<int> open_;
  int group_ = 0;
  std::vector<Visit> stack_;
  std::vector<Unit> units_;
};

}  // namespace

bool is_descent(const Node& node) noexcept {
  return node.spec->name == "ResourceApplyGradientDescent";
}

std::vector<Unit> schedule_units(const PassGraph& graph, std::span<const char> needed, bool fuses) {
  return Scheduler(graph, needed, fuses).run();
}

}  // namespace opscope::runtime
