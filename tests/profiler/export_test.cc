// Files: where they go, and what happens when they cannot be written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <regex>
#include <string>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

using testing::files_below;
using ::testing::HasSubstr;
using testing::read_file;
using testing::TempDir;

Capture capture_of_one_zone() {
  start();
  { OPSCOPE_ZONE("zone"); }
  return stop();
}

// Files of this process cannot grow beyond `limit_bytes` while it lives: writing then fails like
// on a full disk, with EFBIG.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t limit_bytes) {
    ::getrlimit(RLIMIT_FSIZE, &saved_);
    const rlimit limit{.rlim_cur = limit_bytes, .rlim_max = saved_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    saved_handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &saved_);
    std::signal(SIGXFSZ, saved_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit saved_{};
  void (*saved_handler_)(int) = nullptr;
};

TEST(Export, WritesOneFileInASessionDirectory) {
  const TempDir logdir;
  start();
  { OPSCOPE_ZONE("zone"); }
  const std::string path = stop_and_export(logdir.path());
  EXPECT_EQ(files_below(logdir.path()), std::vector{path});
  const std::string relative = std::filesystem::relative(path, logdir.path()).string();
  EXPECT_TRUE(std::regex_match(relative,
                               std::regex(R"(plugins/profile/\d{4}(_\d\d){5}/[^/:]+\.xplane\.pb)")))
      << relative;
  const auto space = parse_xspace(read_file(path));
  EXPECT_EQ(recorded_events(space).size(), 1u);
  EXPECT_EQ(std::filesystem::path(path).filename(), space.hostnames(0) + ".xplane.pb");
}

TEST(Export, MakesTheLogdirAndANewSessionEveryTime) {
  const TempDir parent;
  const std::string logdir = parent / "new/logs";
  const Capture capture = capture_of_one_zone();
  const std::string first = capture.export_to(logdir);
  const std::string second = capture.export_to(logdir);
  const std::string third = capture.export_to(logdir);
  EXPECT_EQ(files_below(logdir).size(), 3u);
  EXPECT_EQ(read_file(first), read_file(second));
  EXPECT_EQ(read_file(first), read_file(third));
}

TEST(Export, TheFileHasTheBytesOfTheCapture) {
  const TempDir folder;
  const Capture capture = capture_of_one_zone();
  capture.write_xspace(folder / "a.xplane.pb");
  EXPECT_EQ(read_file(folder / "a.xplane.pb"), capture.xspace_bytes());
}

TEST(Export, ALogdirThatIsAFileIsAnErrorWithThePath) {
  const TempDir folder;
  testing::write_file(folder / "file", "");
  start();
  try {
    stop_and_export(folder / "file");
    ADD_FAILURE() << "wrote below a file";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(folder / "file"));
  }
  EXPECT_FALSE(is_recording());
}

TEST(Export, AMissingFolderIsNotFoundWithThePath) {
  const TempDir folder;
  try {
    capture_of_one_zone().write_xspace(folder / "missing/a.xplane.pb");
    ADD_FAILURE() << "wrote into a missing folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr(folder / "missing/a.xplane.pb"));
  }
}

TEST(Export, AFailedWriteLeavesNothingBehindAndCanBeTriedAgain) {
  const TempDir logdir;
  start();
  for (int i = 0; i < 2000; ++i) {
    OPSCOPE_ZONE("zone", "i", i);
  }
  const Capture capture = stop();
  {
    const FileSizeLimit limit(4096);
    try {
      static_cast<void>(capture.export_to(logdir.path()));
      ADD_FAILURE() << "wrote beyond the limit";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("write"));
      EXPECT_THAT(error.what(), HasSubstr(logdir / "plugins/profile"));
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(logdir / "plugins/profile"));
  const std::string path = capture.export_to(logdir.path());
  EXPECT_EQ(recorded_events(parse_xspace(read_file(path))).size(), 2000u);
}

TEST(Export, AFailedRenameLeavesNothingBehind) {
  const TempDir folder;
  std::filesystem::create_directories(folder / "taken/inside");
  EXPECT_THROW(capture_of_one_zone().write_xspace(folder / "taken"), Error);
  EXPECT_TRUE(files_below(folder.path()).empty());
}

}  // namespace
}  // namespace opscope::profiler
