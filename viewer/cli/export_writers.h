// The files that `opscope export` writes.
#pragma once

#include <iosfwd>
#include <string>

#include "model/logdir_model.h"
#include "model/profile.h"

namespace opscope::viewer {

// The kept points of the scalar series that the filters (empty: all) name; preempted points are not
// written. `has_scalars` says whether there is such a series. CSV has one row per point, JSON one
// object with columns per series.
struct ScalarFilter {
  std::string run;
  std::string tag;
};
[[nodiscard]] bool has_scalars(const LogdirModel& model, const ScalarFilter& filter);
void write_scalars_csv(std::ostream& out, const LogdirModel& model, const ScalarFilter& filter);
void write_scalars_json(std::ostream& out, const LogdirModel& model, const ScalarFilter& filter);

// A Chrome trace (object form) that chrome://tracing, Perfetto and opscope read.
void write_chrome_trace(std::ostream& out, const Profile& profile);

}  // namespace opscope::viewer
