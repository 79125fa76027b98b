// Runs plans.
#pragma once

#include <span>
#include <string>

#include "core/tensor_rep.h"
#include "exec/plan.h"

namespace opscope::runtime {

// What a run reports while a trace or a profile is recorded.
struct RunObserver {
  bool wants_node_stats = false;  // of the outermost plan, whose nodes the traced graph shows
  bool wants_profile = false;
  const std::string* graph_key = nullptr;
};

// Runs the plan, whose argument mode is borrowed, on the calling thread. `outputs` are null and get
// the results. Re-entrant and thread-safe. Throws what kernels throw, with the nodes that were
// running and the lines where they were made.
void run_plan(const Plan& plan, std::span<const TensorRep* const> arguments,
              std::span<Ref<TensorRep>> outputs);

// As run_plan, with reports.
void run_plan_observed(const Plan& plan, std::span<const TensorRep* const> arguments,
                       std::span<Ref<TensorRep>> outputs, const RunObserver& observer);

}  // namespace opscope::runtime
