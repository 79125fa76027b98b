// Turns a graph, rewritten by the passes, into the steps of a plan.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "exec/plan.h"

namespace opscope::runtime {

// std::vector<bool> gives no span.
class Flags {
 public:
  explicit Flags(std::size_t size) : values_(new bool[size]()), size_(size) {}
  bool& operator[](std::size_t i) { return values_[i]; }
  [[nodiscard]] std::span<const bool> span() const { return {values_.get(), size_}; }

 private:
  std::unique_ptr<bool[]> values_;
  std::size_t size_;
};

// Which variables of a loop matter, given which of its outputs are read: those, and what the
// condition or a body result that matters itself reads. The others, such as an unread trip counter,
// are not computed.
[[nodiscard]] Flags live_variables(const Node& loop, std::span<const char> used_outputs);

class Plan::Compiler {
 public:
  Compiler(Plan& plan, std::span<const bool> wanted, const PassOptions& options);
  void run();

 private:
  static constexpr Source kUnplaced = INT32_MAX;

  void place_arguments();
  void mark_used_outputs();
  void mark_used(Edge edge);
  void find_outside_readers(std::span<const Unit> units);
  [[nodiscard]] bool is_wanted(std::size_t result) const;
  [[nodiscard]] Source source_of(Edge edge);
  void add_unit(const Unit& unit);
  void add_fused_step(const Unit& unit);
  void add_step(int index);
  void choose_kernel(const Node& node, Step& step);
  void add_inner_plans(const Node& node, int index, Step& step);
  void place_results();
  [[nodiscard]] bool is_kept_argument(Source slot) const;

  // Last uses.
  void find_last_uses();
  void release_unread(Step& step);
  void release_inputs(Step& step);
  void release_within(std::uint32_t fused);
  [[nodiscard]] bool is_within(std::uint32_t fused, std::uint32_t slot) const;

  Plan& plan_;
  PassGraph& graph_;
  std::span<const bool> wanted_;
  PassOptions options_;
  std::vector<char> needed_;
  std::vector<Source> first_;  // of each node: its first output slot, or its constant
  std::vector<std::vector<char>> output_used_;
  std::vector<char> is_read_outside_;  // of each node: by another unit, or as a result
  std::vector<std::uint32_t> unit_steps_;
  std::vector<char> is_kept_;
  std::vector<char> is_seen_;
};

// The group of the elementwise nodes of `unit`, whose inputs from outside are appended to `inputs`.
[[nodiscard]] FusedGroup make_group(const PassGraph& graph, const Unit& unit,
                                    std::span<const char> is_exported, std::vector<Edge>& inputs);

// Roughly what one run of the step takes on one thread, from the shapes that are known.
[[nodiscard]] double step_cost(const Plan& plan, const Step& step);

// Who waits for whom among the units that begin at these steps. Null if the plan is too cheap, or a
// chain. `is_kept`: slots that are never released.
[[nodiscard]] std::unique_ptr<const Dependencies> find_dependencies(
    const Plan& plan, std::span<const std::uint32_t> unit_steps, std::span<const char> is_kept);

}  // namespace opscope::runtime
