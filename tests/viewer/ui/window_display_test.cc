// Opens a real window. Uses the display there is, else starts Xvfb through xvfb-run.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

TEST(WindowDisplay, OpensDrawsAndSavesItsState) {
  const bool has_display = std::getenv("DISPLAY") != nullptr;
  if (!has_display && std::system("command -v xvfb-run > /dev/null") != 0) {
    GTEST_SKIP() << "needs a display or xvfb-run";
  }
  const testing::TempDir folder;
  // Drivers and X libraries leave allocations behind that no program can free.
  const std::string environment =
      "XDG_STATE_HOME=" + (folder / "state") + " ASAN_OPTIONS=detect_leaks=0 ";
  const std::string command = environment + (has_display ? "" : "xvfb-run -a ") + OPSCOPE_PROGRAM +
                              " " OPSCOPE_SHARED
                              "/corpus/keras --size 900x600 --frames 5"
                              " --screenshot " +
                              (folder / "shot.png");
  const int status = std::system(command.c_str());
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_GT(std::filesystem::file_size(folder / "shot.png"), 5000U);
  bool has_state = false;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "state/opscope")) {
    std::ifstream in(entry.path());
    std::string first;
    std::getline(in, first);
    has_state = first == "page graph";
  }
  EXPECT_TRUE(has_state);
}

}  // namespace
}  // namespace opscope::viewer
