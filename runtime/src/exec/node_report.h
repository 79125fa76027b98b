// What one node did: an event of the profile, and the timing that a traced graph is coloured by.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exec/execute.h"

namespace opscope::runtime {

class NodeReport {
 public:
  // Starts the clock.
  NodeReport(const RunObserver& observer, bool is_outermost) noexcept;
  // Reports step `step`, whose outputs are still in their slots.
  void finish(const Plan& plan, std::size_t step, const Ref<TensorRep>* slots) const noexcept;

 private:
  const RunObserver& observer_;
  bool wants_stats_;
  std::uint64_t start_ticks_;
};

// The device that all nodes run on, as TensorFlow names it.
inline constexpr const char* kCpuDevice = "/job:localhost/replica:0/task:0/device:CPU:0";

}  // namespace opscope::runtime
