#include "capture_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/files.h"
#include "support/matchers.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

using testing::TempDir;
using testing::ThrowsError;

TEST(CaptureResult, KeepsTheToolData) {
  const TempDir dir;
  proto::ProfileResponse response;
  response.add_tool_data()->set_name("overview_page");
  proto::ProfileToolData& data = *response.add_tool_data();
  data.set_name("xplane.pb");
  data.set_data("bytes");
  EXPECT_EQ(keep_profile(response, "h:1", dir.path()), dir / "h_1.xplane.pb");
  EXPECT_EQ(testing::read_file(dir / "h_1.xplane.pb"), "bytes");
}

TEST(CaptureResult, KeepsAnXSpaceInTheAnswer) {
  const TempDir dir;
  proto::ProfileResponse response;
  response.mutable_xspace()->add_planes()->set_name("/host:CPU");
  const std::string path = keep_profile(response, "[::1]:1", dir.path());
  EXPECT_EQ(testing::read_file(path), response.xspace().SerializeAsString());
}

TEST(CaptureResult, BelievesAServerThatWroteTheFile) {
  const TempDir dir;
  std::ofstream(dir / "h_1.xplane.pb") << "by the server";
  EXPECT_EQ(keep_profile({}, "h:1", dir.path()), dir / "h_1.xplane.pb");
}

TEST(CaptureResult, TellsWhyThereIsNone) {
  const TempDir dir;
  proto::ProfileResponse response;
  EXPECT_THAT([&] { (void)keep_profile(response, "h:1", dir.path()); },
              ThrowsError(ErrorCode::not_found, "on its own disk"));
  response.set_empty_trace(true);
  EXPECT_THAT([&] { (void)keep_profile(response, "h:1", dir.path()); },
              ThrowsError(ErrorCode::not_found, "recorded nothing"));
}

}  // namespace
}  // namespace opscope::profiler
