// What a profile says besides its events: facts about the host, and what counters count in.
//
// Both belong to the process and hold for every session that stops later. Thread-safe; they take a
// lock, record no event, and work whether or not a session records.
#pragma once

#include <string_view>

#include "opscope/profiler/names.h"

namespace opscope::profiler {

// Adds a fact, for example ("git_commit", "1f3a"), to the "Task Environment" plane of an XSpace
// and the "otherData" of a Chrome trace; a second call with the key replaces its value, an empty
// value takes it away. Throws invalid_argument for an empty key and for "profile_start_time" and
// "profile_stop_time", which the profile gives itself.
void set_host_metadata(std::string_view key, std::string_view value);

// Says what a counter counts in, for example "bytes" or "requests/s": the stat "unit" of the
// counter's name in an XSpace.
void set_counter_unit(NameId counter, std::string_view unit);

}  // namespace opscope::profiler
