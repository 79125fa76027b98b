// A graph compiled for running: a flat list of steps with their kernels, slots for values, and the
// places where values are used for the last time.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "core/tensor_rep.h"
#include "exec/dependencies.h"
#include "exec/fused_group.h"
#include "graph/func_graph.h"
#include "ops/kernel_context.h"
#include "ops/op_spec.h"
#include "opscope/profiler/names.h"
#include "passes/passes.h"

namespace opscope::runtime {

class Plan;

// A `fused` step stands before the kernel steps of its members: either it runs them all in blocks,
// or they run one by one.
enum class StepKind : std::uint8_t { kernel, loop, branch, call, fused };

// Where a value comes from: a slot (>= 0), or the constant ~source.
using Source = std::int32_t;

// A contiguous part of one of the plan's tables.
struct Part {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

struct Step {
  StepKind kind = StepKind::kernel;
  bool has_state = false;  // its kernel keeps a NodeState: one run at a time
  Kernel kernel = nullptr;
  const Node* node = nullptr;      // fused: the last member
  const CallSite* site = nullptr;  // of an inlined node
  Part inputs;                     // of Plan::sources
  Part outputs;                    // slots
  Part releases;                   // of Plan::releases
  std::uint64_t forwardable = 0;   // inputs that it reads last
  std::uint64_t overwritable = 0;  // inputs that its kernel may write its result over
  std::uint32_t first_plan = 0;  // of Plan::plans: loop {cond, body}, branch, call; of fused ones,
                                 // the number of the group
  mutable std::unique_ptr<NodeState> state;
};

// The op of a fused step in profiles.
inline constexpr std::string_view kFusedOp = "_FusedElementwise";

// Whose the values in the argument slots are. Borrowed ones stay the caller's and are never
// overwritten; owned ones are released and reused like every other value.
enum class ArgumentMode : std::uint8_t { borrowed, owned };

class Plan {
 public:
  // Compiles what `graph` needs for the results that are wanted (all if `wanted` is empty) and for
  // its effects, after the passes of `options` over a copy. The graph stays alive with the plan.
  // Throws unimplemented when an op has no kernel. The time is linear in the number of nodes.
  Plan(std::shared_ptr<const FuncGraph> graph, ArgumentMode mode, std::span<const bool> wanted = {},
       const PassOptions& options = {});

  // The nodes of `graph` that run, given which results are wanted.
  static std::vector<char> needed_nodes(const FuncGraph& graph, std::span<const bool> wanted);

  PassGraph graph;
  ArgumentMode mode;
  std::vector<Step> steps;
  std::vector<Source> sources;
  std::vector<std::uint32_t> releases;
  std::vector<Ref<TensorRep>> constants;
  std::vector<std::unique_ptr<Plan>> plans;
  std::vector<FusedGroup> groups;
  double cost_ns = 0;  // of a run on one thread, roughly
  // Null if running several steps at once does not pay.
  std::unique_ptr<const Dependencies> dependencies;
  std::uint32_t num_arguments = 0;  // in the first slots
  std::uint32_t num_slots = 0;
  std::vector<std::uint32_t> used_arguments;
  std::vector<Source> results;  // kDropped: not wanted
  std::vector<bool> movable_results;
  mutable std::mutex state_mutex;

  static constexpr Source kDropped = INT32_MIN;

  // The names of the steps in profiles, made at first use: "name:Op", and of a fused step the last
  // member's name with the op _FusedElementwise.
  [[nodiscard]] profiler::NameId step_name(std::size_t step) const;

 private:
  class Compiler;
  mutable std::once_flag names_once_;
  mutable std::vector<profiler::NameId> names_;
};

}  // namespace opscope::runtime
