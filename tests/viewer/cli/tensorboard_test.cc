#include "cli/tensorboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/tensorboard_instance.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

// What TensorBoard 2.21 wrote for `tensorboard --logdir ./data --port 0` in /tmp.
constexpr const char* kRealInfo = R"({
    "cache_key": "eyJhcmd1bWVudHMiOlsiLS1sb2dkaXIiLCIuL2RhdGEiLCItLXBvcnQiLCIwIl0sImNvbmZpZ3VyZV9rd2FyZ3MiOnt9LCJ3b3JraW5nX2RpcmVjdG9yeSI6Ii90bXAifQ==",
    "db": "",
    "logdir": "./data",
    "path_prefix": "",
    "pid": 4242,
    "port": 41785,
    "start_time": 1795459000,
    "version": "2.21.0"
}
)";

// Takes the place of the real program: writes the info file that a ready server writes, removes it
// when it is told to end. Its arguments --die and --hang make it do that instead.
constexpr const char* kFakeTensorBoard = R"sh(#!/bin/sh
case " $* " in
  *" --die "*) echo "ERROR: port 80 is taken" >&2; exit 3 ;;
  *" --hang "*) exec sleep 600 ;;
esac
for word in "$@"; do arguments="$arguments${arguments:+,}\"$word\""; done
json="{\"arguments\":[$arguments],\"configure_kwargs\":{},\"working_directory\":\"$PWD\"}"
key=$(printf %s "$json" | base64 -w0)
info=$TMPDIR/.tensorboard-info/pid-$$.info
printf '{"cache_key":"%s","db":"","logdir":"%s","path_prefix":"","pid":%d,"port":6123,' \
  "$key" "$2" $$ >"$info.part"
printf '"start_time":%d,"version":"9.8.7"}' "$(date +%s)" >>"$info.part"
trap 'rm -f "$info"; kill $!; exit 0' TERM
sleep 600 &
mv "$info.part" "$info"
wait
)sh";

// A process that does nothing until it is told to end.
int start_idle_process() {
  const pid_t child = fork();
  if (child != 0) return child;
  while (true) pause();
}

nlohmann::json info_of(int pid, int port) {
  nlohmann::json info = nlohmann::json::parse(kRealInfo);
  info["pid"] = pid;
  info["port"] = port;
  info["start_time"] = std::time(nullptr);
  return info;
}

class TensorBoardCommand : public ::testing::Test {
 protected:
  TensorBoardCommand() {
    std::filesystem::create_directory(info_dir_);
    testing::write_file(program_, kFakeTensorBoard);
    std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
    setenv("TMPDIR", folder_.path().c_str(), 1);
    setenv("TENSORBOARD", program_.c_str(), 1);
  }

  // Whatever is known in our own folder was started by this test.
  ~TensorBoardCommand() override {
    (void)run({"stop", "--all"});
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    unsetenv("TENSORBOARD");
    unsetenv("TMPDIR");
  }

  void write_info(const nlohmann::json& info) {
    const std::string name = "pid-" + std::to_string(info["pid"].get<int>()) + ".info";
    testing::write_file(info_dir_ + "/" + name, info.dump());
  }

  int run(const std::vector<std::string>& args) {
    out_.str("");
    err_.str("");
    return run_tensorboard(args, out_, err_);
  }

  [[nodiscard]] std::string out() const { return out_.str(); }
  [[nodiscard]] std::string err() const { return err_.str(); }

  testing::TempDir folder_;
  std::string info_dir_ = folder_ / ".tensorboard-info";
  std::string program_ = folder_ / "tensorboard";

 private:
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST(TensorBoardInfo, ReadsWhatTensorBoardWrites) {
  const auto info = parse_tensorboard_info(kRealInfo);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->version, "2.21.0");
  EXPECT_EQ(info->start_time_s, 1795459000);
  EXPECT_EQ(info->pid, 4242);
  EXPECT_EQ(info->port, 41785);
  EXPECT_EQ(tensorboard_data_source(*info), "logdir ./data");
  EXPECT_EQ(info->working_directory, "/tmp");
  EXPECT_THAT(info->arguments, ElementsAre("--logdir", "./data", "--port", "0"));
}

TEST(TensorBoardInfo, RefusesWhatIsNotOne) {
  for (const char* text : {"", "{", "[]", "3", R"({"pid": 1})"}) {
    EXPECT_FALSE(parse_tensorboard_info(text).has_value()) << text;
  }
  const nlohmann::json whole = nlohmann::json::parse(kRealInfo);
  nlohmann::json info = whole;
  for (const auto& [key, value] : whole.items()) {
    info.erase(key);
    EXPECT_FALSE(parse_tensorboard_info(info.dump()).has_value()) << "without " << key;
    info[key] = nullptr;
    EXPECT_FALSE(parse_tensorboard_info(info.dump()).has_value()) << "null " << key;
    info[key] = value;
  }
}

TEST(TensorBoardInfo, ToleratesAnUnreadableCacheKey) {
  nlohmann::json info = nlohmann::json::parse(kRealInfo);
  for (const char* key : {"", "?", "e30=", "bnVsbA==", "eyJhcmd1bWVudHMiOjF9"}) {
    info["cache_key"] = key;
    const auto instance = parse_tensorboard_info(info.dump());
    ASSERT_TRUE(instance.has_value()) << key;
    EXPECT_EQ(instance->working_directory, "") << key;
  }
}

TEST(TensorBoardInfo, WritesDurationsAsPythonDoes) {
  EXPECT_EQ(format_elapsed(0), "0:00:00");
  EXPECT_EQ(format_elapsed(3661), "1:01:01");
  EXPECT_EQ(format_elapsed(86399), "23:59:59");
  EXPECT_EQ(format_elapsed(86400), "1 day, 0:00:00");
  EXPECT_EQ(format_elapsed(2 * 86400 + 2938), "2 days, 0:48:58");
  EXPECT_EQ(format_elapsed(-1), "-1 day, 23:59:59");
}

TEST(TensorBoardInfo, MakesTheAddress) {
  TensorBoardInstance instance;
  instance.port = 6006;
  EXPECT_EQ(tensorboard_url(instance), "http://localhost:6006/");
  instance.path_prefix = "/tb";
  EXPECT_EQ(tensorboard_url(instance), "http://localhost:6006/tb/");
}

TEST_F(TensorBoardCommand, ListSaysWhenThereIsNone) {
  EXPECT_EQ(run({"list"}), 0);
  EXPECT_EQ(out(), "No known TensorBoard instances running.\n");
  std::filesystem::remove_all(info_dir_);
  EXPECT_EQ(run({"list"}), 0);
  EXPECT_EQ(out(), "No known TensorBoard instances running.\n");
}

TEST_F(TensorBoardCommand, ListNamesRunningInstancesByPort) {
  write_info(info_of(start_idle_process(), 6007));
  write_info(info_of(start_idle_process(), 6006));
  EXPECT_EQ(run({"list"}), 0);
  EXPECT_THAT(out(), MatchesRegex("Known TensorBoard instances:\n"
                                  "  - port 6006: logdir ./data .started 0:00:0. ago; pid .*.\n"
                                  "  - port 6007: logdir ./data .started 0:00:0. ago; pid .*.\n"));
}

TEST_F(TensorBoardCommand, ListGivesJson) {
  const int pid = start_idle_process();
  write_info(info_of(pid, 6006));
  EXPECT_EQ(run({"list", "--json"}), 0);
  const nlohmann::json json = nlohmann::json::parse(out());
  ASSERT_EQ(json["instances"].size(), 1u);
  EXPECT_EQ(json["instances"][0]["url"], "http://localhost:6006/");
  EXPECT_EQ(json["instances"][0]["pid"], pid);
}

TEST_F(TensorBoardCommand, ListDropsEndedAndForeignProcesses) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, nullptr, 0);
  write_info(info_of(child, 6006));
  // Its number was given to a process (this one) that began long after the server did.
  nlohmann::json reused = info_of(getpid(), 6007);
  reused["start_time"] = 1000;
  write_info(reused);
  testing::write_file(info_dir_ + "/notes.txt", "not an info file");
  EXPECT_THAT(running_tensorboards(info_dir_), IsEmpty());
}

TEST_F(TensorBoardCommand, StartsReusesAndStops) {
  ASSERT_EQ(run({"start", "--logdir", "data"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("Launching TensorBoard..."));
  EXPECT_THAT(out(), HasSubstr("shows logdir data at http://localhost:6123/"));

  ASSERT_EQ(run({"start", "--logdir", "data"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("Reusing TensorBoard on port 6123"));
  EXPECT_THAT(out(), Not(HasSubstr("Launching")));

  ASSERT_EQ(run({"stop", "--logdir", "./data/"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("Stopped TensorBoard on port 6123"));
  EXPECT_EQ(run({"list"}), 0);
  EXPECT_EQ(out(), "No known TensorBoard instances running.\n");
}

TEST_F(TensorBoardCommand, OtherArgumentsAreAnotherInstance) {
  ASSERT_EQ(run({"start", "--logdir", "data", "--", "--port", "7"}), 0) << err();
  ASSERT_EQ(run({"start", "--logdir", "data"}), 0) << err();
  EXPECT_THAT(out(), HasSubstr("Launching"));
  const auto instances = running_tensorboards(info_dir_);
  ASSERT_EQ(instances.size(), 2u);
  EXPECT_NE(instances[0].arguments, instances[1].arguments);
  ASSERT_EQ(run({"stop", "--pid", std::to_string(instances[0].pid)}), 0) << err();
  EXPECT_EQ(running_tensorboards(info_dir_).size(), 1u);
}

TEST_F(TensorBoardCommand, StartShowsWhyTheProgramEnded) {
  EXPECT_EQ(run({"start", "--logdir", "data", "--", "--die"}), 1);
  EXPECT_THAT(err(), HasSubstr("opscope: TensorBoard exited with 3 before it was ready."));
  EXPECT_THAT(err(), HasSubstr("ERROR: port 80 is taken"));
}

TEST_F(TensorBoardCommand, StartGivesUpAfterItsTimeout) {
  EXPECT_EQ(run({"start", "--logdir", "data", "--timeout", "0.2", "--", "--hang"}), 1);
  EXPECT_THAT(err(), HasSubstr("not ready after 0.2 seconds"));
  const std::size_t at = err().find("as pid ");
  ASSERT_NE(at, std::string::npos);
  kill(std::stoi(err().substr(at + 7)), SIGKILL);
}

TEST_F(TensorBoardCommand, StartSaysHowToInstall) {
  setenv("TENSORBOARD", (folder_ / "absent").c_str(), 1);
  EXPECT_EQ(run({"start", "--logdir", "data"}), 1);
  EXPECT_THAT(err(), HasSubstr("TensorBoard is not installed"));
  EXPECT_THAT(err(), HasSubstr("pip install tensorboard"));
  setenv("TENSORBOARD", folder_.path().c_str(), 1);  // a folder cannot be run
  EXPECT_EQ(run({"start", "--logdir", "data"}), 1);
  EXPECT_THAT(err(), HasSubstr("cannot start TensorBoard: "));
}

TEST_F(TensorBoardCommand, StopSaysWhenNothingMatches) {
  EXPECT_EQ(run({"stop", "--port", "6006"}), 1);
  EXPECT_THAT(err(), HasSubstr("no running TensorBoard is known by that"));
  EXPECT_EQ(run({"stop", "--all"}), 0);
  EXPECT_EQ(out(), "No known TensorBoard instances running.\n");
}

TEST_F(TensorBoardCommand, RefusesBadUsage) {
  const std::vector<std::vector<std::string>> bad = {{},
                                                     {"begin"},
                                                     {"start"},
                                                     {"stop"},
                                                     {"stop", "--port", "0"},
                                                     {"stop", "--port", "1", "--all"},
                                                     {"list", "--", "x"},
                                                     {"start", "--logdir", "d", "--timeout", "-1"}};
  for (const auto& args : bad) {
    EXPECT_EQ(run(args), 2) << ::testing::PrintToString(args);
    EXPECT_THAT(err(), HasSubstr("opscope: ")) << ::testing::PrintToString(args);
  }
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out(), HasSubstr("start"));
}

}  // namespace
}  // namespace opscope::viewer
