// Captures from programs that run beside the test.
#include "capture_run.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "opscope/proto/xplane.pb.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A program with a profiler server, which works while this lives.
class ProfiledProgram {
 public:
  explicit ProfiledProgram(const char* argument = "") {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("pipe2");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    std::string program = OPSCOPE_PROFILED_PROGRAM;
    std::string word = argument;
    std::array<char*, 3> argv{program.data(), word.data(), nullptr};
    const int error =
        ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    if (error != 0) throw std::runtime_error("posix_spawn " + program);
    char c = 0;
    while (::read(output[0], &c, 1) == 1 && c != '\n') port_ += c;
    ::close(output[0]);
  }
  ~ProfiledProgram() {
    ::close(input_);
    ::waitpid(pid_, nullptr, 0);
  }
  ProfiledProgram(const ProfiledProgram&) = delete;
  ProfiledProgram& operator=(const ProfiledProgram&) = delete;

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + port_; }

 private:
  pid_t pid_ = 0;
  int input_ = -1;
  std::string port_;
};

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
  std::vector<std::string> files;
};

Outcome capture(const std::vector<std::string>& addresses, const std::string& logdir,
                std::uint64_t duration_ms = 200, bool is_interrupted = false) {
  const std::atomic<bool> interrupted{is_interrupted};
  std::ostringstream out;
  std::ostringstream err;
  Outcome outcome;
  outcome.exit_code =
      run_capture({.addresses = addresses, .logdir = logdir, .duration_ms = duration_ms},
                  interrupted, out, err);
  outcome.out = out.str();
  outcome.err = err.str();
  outcome.files = testing::files_below(logdir);
  return outcome;
}

std::vector<std::string> event_names(const std::string& path) {
  std::ifstream file(path);
  proto::profiler::XSpace space;
  EXPECT_TRUE(space.ParseFromIstream(&file)) << path;
  std::vector<std::string> names;
  for (const auto& plane : space.planes()) {
    for (const auto& [id, metadata] : plane.event_metadata()) names.push_back(metadata.name());
  }
  return names;
}

TEST(CaptureRun, BringsEveryProgramsProfile) {
  const testing::TempDir dir;
  const ProfiledProgram first;
  const ProfiledProgram second;
  const Outcome outcome = capture({first.address(), second.address()}, dir.path());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty());
  ASSERT_THAT(outcome.files, SizeIs(2));
  for (const std::string& file : outcome.files) EXPECT_THAT(event_names(file), Contains("work"));
  EXPECT_EQ(std::filesystem::path(outcome.files[0]).parent_path(),
            std::filesystem::path(outcome.files[1]).parent_path());
  EXPECT_THAT(outcome.out, HasSubstr(first.address() + ": " + dir.path() + "/plugins/profile/"));
}

TEST(CaptureRun, NamesTheProgramThatDiedAndKeepsTheOthers) {
  const testing::TempDir dir;
  const ProfiledProgram good;
  const ProfiledProgram dying("dies");
  const Outcome outcome = capture({dying.address(), good.address()}, dir.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err,
              HasSubstr("opscope: " + dying.address() + ": nothing answers there, or "));
  EXPECT_THAT(outcome.err, HasSubstr("1 of 2 profiles are missing"));
  ASSERT_THAT(outcome.files, SizeIs(1));
  EXPECT_THAT(event_names(outcome.files[0]), Contains("work"));
}

TEST(CaptureRun, LeavesNothingWhenNobodyAnswers) {
  const testing::TempDir dir;
  std::string address;
  {
    const ProfiledProgram ended;
    address = ended.address();
  }
  const Outcome outcome = capture({address}, dir.path());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr(address + ": nothing answers there"));
  EXPECT_TRUE(std::filesystem::is_empty(dir / "plugins/profile"));
}

TEST(CaptureRun, EndsWhenInterrupted) {
  const testing::TempDir dir;
  const ProfiledProgram program;
  const Outcome outcome = capture({program.address()}, dir.path(), 600'000, true);
  EXPECT_EQ(outcome.exit_code, 130);
  EXPECT_THAT(outcome.err, HasSubstr("interrupted"));
  EXPECT_THAT(outcome.files, IsEmpty());
}

}  // namespace
}  // namespace opscope::profiler
