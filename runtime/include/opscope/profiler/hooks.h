// Makes summary::trace_on({.profiler = true}) work in every program that includes this header.
#pragma once

namespace opscope::profiler::detail {

// Registers the profiler with opscope/summary/trace.h; gives true.
bool register_trace_hooks() noexcept;

// In a header, because the linker would leave out a library member that nothing refers to.
inline const bool trace_hooks_registered = register_trace_hooks();

}  // namespace opscope::profiler::detail
