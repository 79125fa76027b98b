// trace_on({.profiler = true}) records through opscope::profiler in a program that includes it.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "opscope/profiler/zone.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/trace.h"
#include "recorded_events.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

std::vector<std::string> profiles_below(const std::string& folder) {
  std::vector<std::string> paths = testing::files_below(folder);
  std::erase_if(paths, [](const std::string& path) { return !path.ends_with(".xplane.pb"); });
  return paths;
}

TEST(TraceHooks, TraceExportWritesTheProfile) {
  const testing::TempDir logdir;
  auto writer = summary::create_file_writer(logdir.path());
  summary::trace_on({.graph = false, .profiler = true});
  EXPECT_TRUE(is_recording());
  { OPSCOPE_ZONE("traced"); }
  summary::trace_export(writer, {.name = "trace", .profiler_outdir = logdir.path()});
  EXPECT_FALSE(is_recording());
  const auto paths = profiles_below(logdir.path());
  ASSERT_EQ(paths.size(), 1u);
  const auto events = recorded_events(parse_xspace(testing::read_file(paths[0])));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "traced");
  writer.close();
}

TEST(TraceHooks, TraceOffDropsTheProfile) {
  summary::trace_on({.graph = false, .profiler = true});
  summary::trace_off();
  EXPECT_FALSE(is_recording());
}

TEST(TraceHooks, TraceOnFailsWhileASessionRecordsAndLeavesItAlone) {
  start();
  try {
    summary::trace_on({.graph = false, .profiler = true});
    ADD_FAILURE() << "two sessions at once";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::failed_precondition);
  }
  EXPECT_FALSE(summary::trace_is_on());
  EXPECT_TRUE(is_recording());
  discard();
}

}  // namespace
}  // namespace opscope::profiler
