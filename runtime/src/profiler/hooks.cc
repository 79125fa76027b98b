#include "opscope/profiler/hooks.h"

#include <string>

#include "calibration.h"
#include "opscope/profiler/session.h"
#include "opscope/summary/trace.h"

namespace opscope::profiler::detail {

bool register_trace_hooks() noexcept {
  // The earlier the first anchor, the better the rate of the clock is known when it is needed.
  static_cast<void>(process_anchor());
  summary::set_profiler_hooks(
      {.start = [] { profiler::start(); },
       .stop_and_export = [](const std::string& outdir) { profiler::stop_and_export(outdir); },
       .discard = [] { profiler::discard(); }});
  return true;
}

}  // namespace opscope::profiler::detail
