// One finished trace of a function: its graph, compiled, with the variables it captured.
#pragma once

#include <any>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exec/plan.h"
#include "graph/func_graph.h"
#include "opscope/error.h"
#include "opscope/runtime/function_core.h"
#include "opscope/runtime/tensor_spec.h"

namespace opscope::runtime {

class CallGradient;

class ConcreteCore {
 public:
  ConcreteCore(std::shared_ptr<const FuncGraph> traced, std::size_t num_arguments,
               std::any result_structure);

  [[nodiscard]] const FuncGraph& graph() const noexcept { return *graph_; }
  [[nodiscard]] const std::shared_ptr<const FuncGraph>& shared_graph() const noexcept {
    return graph_;
  }
  [[nodiscard]] const std::vector<TensorSpec>& inputs() const noexcept { return inputs_; }
  [[nodiscard]] const std::vector<TensorSpec>& outputs() const noexcept { return outputs_; }
  [[nodiscard]] const std::any& structure() const noexcept { return structure_; }

  // Runs on `arguments` (dense, as many as inputs()); `outputs` has room for outputs().size() owned
  // references. Pushes the graph, timings and events into an active trace or profile.
  // An active GradientTape records the call.
  void run(std::span<const TensorRep* const> arguments, TensorRep** outputs) const;
  void run_unrecorded(std::span<const TensorRep* const> arguments, TensorRep** outputs) const;

  // The functions that compute its gradient, made at first use. Throws what tracing them throws.
  [[nodiscard]] std::shared_ptr<const CallGradient> gradient() const;

 private:
  void run_observed(std::span<const TensorRep* const> arguments,
                    std::span<Ref<TensorRep>> results) const;

  std::shared_ptr<const FuncGraph> graph_;
  std::vector<TensorSpec> inputs_;
  std::vector<TensorSpec> outputs_;
  std::any structure_;
  std::vector<const TensorRep*> resources_;  // of the captured variables
  Plan plan_;
  mutable std::mutex gradient_mutex_;
  mutable std::shared_ptr<const CallGradient> gradient_;
  mutable std::optional<Error> gradient_error_;
  mutable std::once_flag display_once_;
  mutable std::shared_ptr<const proto::GraphDef> display_graph_;
};

}  // namespace opscope::runtime
