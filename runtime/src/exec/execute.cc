#include "exec/execute.h"

#include "core/pooled_array.h"
#include "core/thread_pool.h"
#include "exec/frame.h"
#include "exec/node_error.h"
#include "exec/node_report.h"
#include "exec/parallel_run.h"
#include "exec/run_descent.h"
#include "exec/run_fused.h"

namespace opscope::runtime {
namespace {

using Inputs = PooledArray<const TensorRep*, 16>;

const TensorRep* value_of(const Plan& plan, const Slot* slots, Source source) {
  return source >= 0 ? slots[source].get()
                     : plan.constants[static_cast<std::size_t>(~source)].get();
}

Slot take_result(const Plan& plan, Slot* slots, std::size_t result) {
  const Source source = plan.results[result];
  if (source == Plan::kDropped) return nullptr;
  if (plan.movable_results[result]) return std::move(slots[source]);
  return Slot::share(const_cast<TensorRep*>(value_of(plan, slots, source)));
}

// One run, with or without reports: two instantiations, so that reporting costs nothing when off.
// Holds nothing of a plan: several threads may use one.
template <bool kObserved>
class Run {
 public:
  explicit Run(const RunObserver* observer) : observer_(observer), pool_(&default_thread_pool()) {}

  void call(const Plan& plan, std::span<const TensorRep* const> arguments, std::span<Slot> outputs,
            bool is_outermost) {
    Frame frame(plan.num_slots, plan.num_arguments);
    for (const std::uint32_t i : plan.used_arguments) frame.lend(i, arguments[i]);
    run_steps(plan, frame.slots(), is_outermost);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      outputs[i] = take_result(plan, frame.slots(), i);
    }
  }

 private:
  void run_steps(const Plan& plan, Slot* slots, bool is_outermost) {
    if (plan.dependencies && pool_->inter_op_threads() > 1) [[unlikely]] {
      run_at_once(plan, slots, is_outermost);
      return;
    }
    const Step* step = plan.steps.data();
    const Step* const end = step + plan.steps.size();
    try {
      for (; step != end; ++step) {
        const Step& unit = *step;
        if (unit.kind == StepKind::fused) [[unlikely]] {
          run_group(plan, step, slots, unit.forwardable, is_outermost);
        } else {
          report_step(plan, unit, slots, unit.forwardable, is_outermost);
        }
        release(plan, unit, slots);
      }
    } catch (const Error& error) {
      rethrow_with_node(error, *step);
    }
  }

  void run_at_once(const Plan& plan, Slot* slots, bool is_outermost) {
    const auto run_unit = [&](const Step& unit, std::uint64_t forwardable) {
      const Step* step = &unit;
      try {
        if (unit.kind == StepKind::fused) {
          run_group(plan, step, slots, forwardable, is_outermost);
        } else {
          report_step(plan, unit, slots, forwardable, is_outermost);
        }
      } catch (const Error& error) {
        rethrow_with_node(error, *step);
      }
    };
    run_units(plan, slots, *pool_, run_unit);
  }

  static void release(const Plan& plan, const Step& step, Slot* slots) {
    const std::uint32_t* release = plan.releases.data() + step.releases.begin;
    for (std::uint32_t i = 0; i < step.releases.size; ++i) slots[release[i]].reset();
  }

  // Runs a fused step with its members. `step` ends at the last member, or at the one that threw.
  void run_group(const Plan& plan, const Step*& step, Slot* slots, std::uint64_t forwardable,
                 bool is_outermost) {
    const Step& fused = *step;
    if (plan.groups[fused.first_plan].is_descent) {
      // A profile shows both.
      if constexpr (!kObserved) {
        if (run_descent(plan, fused, slots, pool_)) {
          step = &fused + fused.outputs.size;
          return;
        }
      }
    } else if (run_in_blocks(plan, step, slots, forwardable, is_outermost)) {
      step = &fused + fused.outputs.size;
      return;
    }
    for (std::uint32_t m = 0; m < fused.outputs.size; ++m) {
      ++step;
      report_step(plan, *step, slots, step->forwardable, is_outermost);
      release(plan, *step, slots);
    }
  }

  bool run_in_blocks(const Plan& plan, const Step*& step, Slot* slots, std::uint64_t forwardable,
                     bool is_outermost) {
    std::uint32_t failed = 0;
    try {
      if constexpr (!kObserved) {
        return run_fused(plan, *step, slots, forwardable, pool_, &failed);
      } else {
        const NodeReport report(*observer_, plan, index_of(plan, *step), is_outermost);
        if (!run_fused(plan, *step, slots, forwardable, pool_, &failed)) return false;
        report.finish(slots);
        return true;
      }
    } catch (const Error&) {
      step += 1 + failed;
      throw;
    }
  }

  void report_step(const Plan& plan, const Step& step, Slot* slots, std::uint64_t forwardable,
                   bool is_outermost) {
    if constexpr (kObserved) {
      const NodeReport report(*observer_, plan, index_of(plan, step), is_outermost);
      run_step(plan, step, slots, forwardable);
      report.finish(slots);
    } else {
      run_step(plan, step, slots, forwardable);
    }
  }

  static std::size_t index_of(const Plan& plan, const Step& step) {
    return static_cast<std::size_t>(&step - plan.steps.data());
  }

  void run_step(const Plan& plan, const Step& step, Slot* slots, std::uint64_t forwardable) {
    Inputs inputs(step.inputs.size);
    const Source* sources = plan.sources.data() + step.inputs.begin;
    for (std::uint32_t i = 0; i < step.inputs.size; ++i) {
      inputs[i] = value_of(plan, slots, sources[i]);
    }
    const std::span<Slot> outputs(slots + step.outputs.begin, step.outputs.size);
    switch (step.kind) {
      case StepKind::kernel:
        run_kernel(plan, step, inputs.span(), outputs, forwardable);
        return;
      case StepKind::loop:
        run_loop(plan, step, slots, inputs.span(), outputs, forwardable);
        return;
      case StepKind::branch:
        call(branch_of(plan, step, *inputs[0]), inputs.span().subspan(1), outputs, false);
        return;
      case StepKind::call:
        call(*plan.plans[step.first_plan], inputs.span(), outputs, false);
        return;
      case StepKind::fused:
        return;  // run_group() is for these
    }
  }

  void run_kernel(const Plan& plan, const Step& step, std::span<const TensorRep* const> inputs,
                  std::span<Slot> outputs, std::uint64_t forwardable) {
    KernelArgs args{.spec = step.node->spec,
                    .inputs = inputs,
                    .attrs = &step.node->attrs,
                    .outputs = outputs,
                    .overwritable = forwardable & step.overwritable,
                    .forwardable = forwardable,
                    .pool = pool_,
                    .node_name = step.node->name};
    if (step.has_state) {
      const std::lock_guard lock(plan.state_mutex);
      args.state = &step.state;
      KernelContext context(args);
      step.kernel(context);
      return;
    }
    KernelContext context(args);
    step.kernel(context);
  }

  static const Plan& branch_of(const Plan& plan, const Step& step, const TensorRep& index) {
    if (step.node->spec->name != "Case") {
      return *plan.plans[step.first_plan + (*index.data<bool>() ? 0u : 1u)];
    }
    const auto count = static_cast<std::int32_t>(step.node->graphs.size());
    const std::int32_t wanted = *index.data<std::int32_t>();
    const std::int32_t chosen = wanted < 0 || wanted >= count ? count - 1 : wanted;
    return *plan.plans[step.first_plan + static_cast<std::uint32_t>(chosen)];
  }

  // The loop's variables live in the argument slots of the body; an iteration moves results there.
  void run_loop(const Plan& plan, const Step& step, Slot* outer,
                std::span<const TensorRep* const> inputs, std::span<Slot> outputs,
                std::uint64_t forwardable) {
    const Plan& condition = *plan.plans[step.first_plan];
    const Plan& body = *plan.plans[step.first_plan + 1];
    const std::size_t count = body.num_arguments;
    Frame body_frame(body.num_slots + count, 0);
    Frame condition_frame(condition.num_slots, condition.num_arguments);
    Slot* slots = body_frame.slots();
    Slot* next = slots + body.num_slots;
    const Source* sources = plan.sources.data() + step.inputs.begin;
    for (std::size_t i = 0; i < count; ++i) {
      if (body.results[i] == Plan::kDropped) continue;
      const bool is_given_up = i < 64 && ((forwardable >> i) & 1u) != 0;
      slots[i] = is_given_up ? std::move(outer[sources[i]])
                             : Slot::share(const_cast<TensorRep*>(inputs[i]));
    }
    while (holds(condition, condition_frame, slots)) {
      run_steps(body, slots, false);
      for (std::size_t i = 0; i < count; ++i) {
        if (changes(body, i)) next[i] = take_result(body, slots, i);
      }
      for (std::size_t i = 0; i < count; ++i) {
        if (changes(body, i)) slots[i] = std::move(next[i]);
      }
    }
    for (std::size_t i = 0; i < count; ++i) outputs[i] = std::move(slots[i]);
  }

  static bool changes(const Plan& body, std::size_t variable) {
    const Source source = body.results[variable];
    return source != static_cast<Source>(variable) && source != Plan::kDropped;
  }

  bool holds(const Plan& condition, Frame& frame, const Slot* variables) {
    for (const std::uint32_t i : condition.used_arguments) frame.lend(i, variables[i].get());
    run_steps(condition, frame.slots(), false);
    const bool result = *value_of(condition, frame.slots(), condition.results[0])->data<bool>();
    if (condition.movable_results[0]) frame.slots()[condition.results[0]].reset();
    return result;
  }

  const RunObserver* observer_;
  ThreadPool* pool_;
};

}  // namespace

void run_plan(const Plan& plan, std::span<const TensorRep* const> arguments,
              std::span<Slot> outputs) {
  Run<false>(nullptr).call(plan, arguments, outputs, true);
}

void run_plan_observed(const Plan& plan, std::span<const TensorRep* const> arguments,
                       std::span<Slot> outputs, const RunObserver& observer) {
  Run<true>(&observer).call(plan, arguments, outputs, true);
}

}  // namespace opscope::runtime
