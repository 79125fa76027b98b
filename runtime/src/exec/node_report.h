// What one node did: an event of the profile, and the timing that a traced graph is coloured by.
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
