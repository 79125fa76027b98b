#include "exec/node_report.h"

#include <algorithm>

#include "core/attrs_proto.h"
#include "opscope/profiler/clock.h"
#include "opscope/profiler/events.h"
#include "opscope/profiler/profiler.h"
#include "opscope/proto/step_stats.pb.h"
#include "opscope/summary/trace.h"

namespace opscope::runtime {
namespace {

constexpr const char* kAllocator = "cpu";

std::int64_t size_of(const TensorRep& value) {
  return value.num_elements() * static_cast<std::int64_t>(element_size(value.dtype()));
}

void describe_output(std::int32_t slot, const TensorRep& value, proto::NodeOutput* out) {
  out->set_slot(slot);
  proto::TensorDescription* description = out->mutable_tensor_description();
  description->set_dtype(static_cast<proto::DataType>(value.dtype()));
  shape_to_proto(value.shape(), description->mutable_shape());
  proto::AllocationDescription* allocation = description->mutable_allocation_description();
  allocation->set_requested_bytes(size_of(value));
  allocation->set_allocated_bytes(size_of(value));
  allocation->set_allocator_name(kAllocator);
}

// The node of the traced graph: of an inlined one, the call.
const Node& shown_node(const Step& step) {
  const Node* node = step.node;
  for (const CallSite* site = step.site; site != nullptr; site = site->outer) node = site->call;
  return *node;
}

// "name = Op"; of a fused step "name = _FusedElementwise(name: Op, name: Op)", as TensorFlow's
// fused ops tell what is in them.
std::string timeline_label(const Step& step) {
  if (step.kind != StepKind::fused) {
    return step.node->name + " = " + std::string(step.node->spec->name);
  }
  std::string label = step.node->name + " = " + std::string(kFusedOp) + "(";
  for (std::uint32_t m = 0; m < step.outputs.size; ++m) {
    const Node& member = *(&step + 1 + m)->node;
    label += (m == 0 ? "" : ", ") + member.name + ": " + std::string(member.spec->name);
  }
  return label + ")";
}

// Which output of the shown node a slot of the step holds; -1: none of it.
std::int32_t shown_output(const Step& step, std::uint32_t i) {
  if (step.site != nullptr) return -1;
  if (step.kind != StepKind::fused) return static_cast<std::int32_t>(i);
  return i + 1 == step.outputs.size ? 0 : -1;
}

proto::NodeExecStats stats_of(const Step& step, const Ref<TensorRep>* slots,
                              std::uint64_t start_ticks, std::uint64_t end_ticks) {
  proto::NodeExecStats stats;
  const std::int64_t start_ns = profiler::unix_ns_from_ticks(start_ticks);
  const std::int64_t duration_ns = profiler::unix_ns_from_ticks(end_ticks) - start_ns;
  // TensorBoard takes a duration of 0 us for "did not run".
  const std::int64_t duration_us = std::max<std::int64_t>(1, (duration_ns + 999) / 1000);
  stats.set_node_name(shown_node(step).name);
  stats.set_all_start_micros(start_ns / 1000);
  stats.set_op_end_rel_micros(duration_us);
  stats.set_all_end_rel_micros(duration_us);
  stats.set_all_start_nanos(start_ns);
  stats.set_op_end_rel_nanos(duration_ns);
  stats.set_all_end_rel_nanos(duration_ns);
  stats.set_timeline_label(timeline_label(step));
  std::int64_t bytes = 0;
  for (std::uint32_t i = 0; i < step.outputs.size; ++i) {
    const TensorRep* value = slots[step.outputs.begin + i].get();
    if (value == nullptr) continue;
    bytes += size_of(*value);
    if (const std::int32_t output = shown_output(step, i); output >= 0) {
      describe_output(output, *value, stats.add_output());
    }
  }
  if (bytes > 0) {
    proto::AllocatorMemoryUsed* memory = stats.add_memory();
    memory->set_allocator_name(kAllocator);
    memory->set_total_bytes(bytes);
    memory->set_peak_bytes(bytes);
    memory->set_live_bytes(bytes);
  }
  return stats;
}

}  // namespace

NodeReport::NodeReport(const RunObserver& observer, const Plan& plan, std::size_t step,
                       bool is_outermost)
    : observer_(observer),
      plan_(plan),
      step_(step),
      wants_stats_(observer.wants_node_stats && is_outermost),
      outer_step_(running_step),
      start_ticks_(observer.wants_profile || wants_stats_ ? profiler::now_ticks() : 0) {
  if (observer.wants_profile) running_step = plan.step_name(step);
}

void NodeReport::finish(const Ref<TensorRep>* slots) const noexcept {
  if (start_ticks_ == 0) return;
  const std::uint64_t end_ticks = profiler::now_ticks();
  if (observer_.wants_profile) {
    profiler::record_op(plan_.step_name(step_), start_ticks_, end_ticks);
  }
  if (wants_stats_) {
    summary::trace_add_node_stats(*observer_.graph_key, kCpuDevice,
                                  stats_of(plan_.steps[step_], slots, start_ticks_, end_ticks));
  }
}

}  // namespace opscope::runtime
