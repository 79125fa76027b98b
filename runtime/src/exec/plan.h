// A graph compiled for running: a flat list of steps with their kernels, slots for values, and the
// places where values are used for the last time.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/tensor_rep.h"
#include "graph/func_graph.h"
#include "ops/kernel_context.h"
#include "ops/op_spec.h"
#include "opscope/profiler/names.h"

namespace opscope::runtime {

class Plan;

enum class StepKind : std::uint8_t { kernel, loop, branch, call };

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
  const Node* node = nullptr;
  Part inputs;    // of Plan::sources
  Part outputs;   // slots
  Part releases;  // of Plan::releases
  std::uint64_t forwardable = 0;
  std::uint32_t first_plan = 0;  // of Plan::plans: loop {cond, body}, branch, call
  mutable std::unique_ptr<NodeState> state;
};

// Whose the values in the argument slots are. Borrowed ones stay the caller's and are never
// overwritten; owned ones are released and reused like every other value.
enum class ArgumentMode : std::uint8_t { borrowed, owned };

class Plan {
 public:
  // Compiles what `graph` needs for the results that are wanted (all if `wanted` is empty) and for
  // its effects. The graph stays alive with the plan. Throws unimplemented when an op has no
  // kernel.
  Plan(std::shared_ptr<const FuncGraph> graph, ArgumentMode mode,
       std::span<const bool> wanted = {});

  // The nodes of `graph` that run, given which results are wanted.
  static std::vector<char> needed_nodes(const FuncGraph& graph, std::span<const bool> wanted);

  std::shared_ptr<const FuncGraph> graph;
  ArgumentMode mode;
  std::vector<Step> steps;
  std::vector<Source> sources;
  std::vector<std::uint32_t> releases;
  std::vector<Ref<TensorRep>> constants;
  std::vector<std::unique_ptr<Plan>> plans;
  std::uint32_t num_arguments = 0;  // in the first slots
  std::uint32_t num_slots = 0;
  std::vector<std::uint32_t> used_arguments;
  std::vector<Source> results;  // kDropped: not wanted
  std::vector<bool> movable_results;
  mutable std::mutex state_mutex;

  static constexpr Source kDropped = INT32_MIN;

  // The names of the steps in profiles, made at first use.
  [[nodiscard]] profiler::NameId step_name(std::size_t step) const;

 private:
  class Compiler;
  mutable std::once_flag names_once_;
  mutable std::vector<profiler::NameId> names_;
};

}  // namespace opscope::runtime
