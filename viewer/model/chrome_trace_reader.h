// Reads one Chrome trace (also PyTorch's and JAX's) into a Profile that is being built. Format:
// "Trace Event Format", the JSON array form and the object form with "traceEvents".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/profile_build.h"
#include "model/progress.h"

namespace opscope::viewer {

// True when `head`, the first unpacked bytes of a file, looks like a Chrome trace.
[[nodiscard]] bool looks_like_chrome_trace(std::string_view head);

// Appends the processes as planes, threads as lines, and their events, counters, steps and flows.
// The other rules are those of read_xspace(). A file that ends early gives what is there.
std::int64_t read_chrome_trace(std::string_view text, std::uint32_t host, const std::string& label,
                               Profile& profile, NameTable& names, const Progress* progress);

// The members of "args" (and the category) of the event object at `offset`.
[[nodiscard]] std::vector<ProfileArg> chrome_event_args(std::string_view text,
                                                        std::uint64_t offset);

}  // namespace opscope::viewer
