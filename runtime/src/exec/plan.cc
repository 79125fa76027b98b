#include "exec/plan.h"

#include "exec/compiler.h"

namespace opscope::runtime {

Plan::Plan(std::shared_ptr<const FuncGraph> of, ArgumentMode argument_mode,
           std::span<const bool> wanted, const PassOptions& options)
    : graph(std::move(of), options.most_inlined), mode(argument_mode) {
  run_passes(graph, options);
  Compiler(*this, wanted, options).run();
}

profiler::NameId Plan::step_name(std::size_t step) const {
  std::call_once(names_once_, [&] {
    for (const Step& each : steps) {
      const std::string_view op =
          each.kind == StepKind::fused ? kFusedOp : std::string_view(each.node->spec->name);
      names_.push_back(profiler::intern(each.node->name + ":" + std::string(op)));
    }
  });
  return names_[step];
}

}  // namespace opscope::runtime
