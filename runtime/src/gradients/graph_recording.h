// A graph as the record of what it computes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gradients/reverse.h"
#include "graph/func_graph.h"

namespace opscope::runtime {

[[nodiscard]] inline ValueKey key_of(Edge edge) noexcept {
  return {static_cast<std::uintptr_t>(edge.node), edge.output};
}
[[nodiscard]] inline Edge edge_of(ValueKey key) noexcept {
  return {static_cast<int>(key.id), key.output};
}

class GraphRecording final : public Recording {
 public:
  // The nodes of `graph` for which `is_recorded` holds (all, without). `value_of` gives a value of
  // the graph as one that the graph being traced can use. Both graphs may be the same one.
  GraphRecording(FuncGraph& graph, std::function<Tensor(Edge)> value_of,
                 const std::function<bool(int)>& is_recorded = nullptr);

  // The gradient of a node may give it further outputs.
  [[nodiscard]] FuncGraph& graph() noexcept { return graph_; }
  [[nodiscard]] Tensor value(Edge edge) { return value_of_(edge); }

  [[nodiscard]] const std::vector<OpRecord>& records() const override { return records_; }
  [[nodiscard]] Tensor value(ValueKey key) override { return value_of_(edge_of(key)); }
  [[nodiscard]] DType dtype(ValueKey key) const override;
  void describe(const OpRecord& record, GradientCall& call) override;
  [[nodiscard]] std::string name(const OpRecord& record) const override;

 private:
  FuncGraph& graph_;
  std::function<Tensor(Edge)> value_of_;
  std::vector<OpRecord> records_;
};

// The gradient of a node made by custom_gradient().
void custom_node_gradient(const CustomNodeGradient& custom, GradientCall& call);

// What the gradient of a value is like: that of a variable's resource is like the variable.
[[nodiscard]] NodeOutput gradient_type(const FuncGraph& graph, Edge edge);

// Zeros like the gradient of a value of another graph.
[[nodiscard]] Tensor zero_gradient(const NodeOutput& type, const std::function<Tensor()>& value);

}  // namespace opscope::runtime
