// What one node did: an event of the profile, and the timing that a traced graph is coloured by.
// Names are those of the traced graph, whatever the passes made of it:
// - Nodes that ran in one pass over blocks are one event, "last:_FusedElementwise", and one timing
//   under the last one's name whose label lists them all; memory is that of the results which
//   others read. Where such nodes ran one by one, as they do on small values, each reports itself.
// - Nodes of a call that was inlined have events of their own, and add to the timing of the call.
// - A node that did not run, because its value was known or another node's, reports nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exec/execute.h"
#include "exec/memory_report.h"

namespace opscope::runtime {

class NodeReport {
 public:
  // Starts the clock for step `step` of `plan`.
  NodeReport(const RunObserver& observer, const Plan& plan, std::size_t step, bool is_outermost);
  ~NodeReport() { running_step = outer_step_; }
  NodeReport(const NodeReport&) = delete;
  NodeReport& operator=(const NodeReport&) = delete;

  // Reports the step, whose outputs are still in their slots.
  void finish(const Ref<TensorRep>* slots) const noexcept;

 private:
  const RunObserver& observer_;
  const Plan& plan_;
  std::size_t step_;
  bool wants_stats_;
  profiler::NameId outer_step_;
  std::uint64_t start_ticks_;
};

// The device that all nodes run on, as TensorFlow names it.
inline constexpr const char* kCpuDevice = "/job:localhost/replica:0/task:0/device:CPU:0";

}  // namespace opscope::runtime
