// Programs that crash while a session records: children of this one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace opscope::profiler {
namespace {

using ::testing::HasSubstr;

// How a child ended that runs `body`, which crashes. It begins with the system's own handlers.
int status_of_crash(const auto& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr rlimit kNoCore{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &kNoCore);
    for (const int number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS}) ::signal(number, SIG_DFL);
    body();
    ::_exit(99);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

void write_to_protected_page() {
  void* const page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
}

proto::profiler::XSpace parse_file(const std::string& path) {
  return parse_xspace(testing::read_file(path));
}

TEST(CrashDump, HoldsWhatWasRecordedUntilAFault) {
  const testing::TempDir folder;
  const std::string path = folder / "crash.xplane.pb";
  const int status = status_of_crash([&] {
    start({.policy = Policy::ring, .dump_on_crash_to = path});
    std::thread([] {
      set_thread_name("worker");
      OPSCOPE_ZONE("work", "i", -7, "real", 0.5, "literal", "a literal", "text",
                   std::string("a text"));
    }).join();
    { const Step step(3); }
    message("the last words");
    counter(intern("queue"), 2.5);
    { OPSCOPE_ZONE("with#key=1#"); }
    const Zone open("never ended");
    write_to_protected_page();
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGSEGV);

  const auto space = parse_file(path);
  const auto events = recorded_events(space);
  EXPECT_EQ(events.size(), 5u);
  const auto work = events_named(events, "work");
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(work[0].line, "worker");
  EXPECT_LT(work[0].start_ps, work[0].end_ps);
  const std::map<std::string, StatValue> want = {{"i", std::int64_t{-7}},
                                                 {"real", 0.5},
                                                 {"literal", std::string("a literal")},
                                                 {"text", std::string("a text")}};
  EXPECT_EQ(work[0].stats, want);
  EXPECT_EQ(events_named(events, "train").at(0).stats.at("step_num"), StatValue(std::int64_t{3}));
  EXPECT_EQ(events_named(events, "message").at(0).stats.at("text"),
            StatValue(std::string("the last words")));
  EXPECT_EQ(events_named(events, "queue").at(0).line, "_counters_");
  EXPECT_EQ(events_named(events, "with").size(), 1u);

  const auto environment = plane_stats(plane_named(space, "Task Environment"));
  EXPECT_EQ(environment.at("crash_signal"), StatValue(std::int64_t{SIGSEGV}));
  EXPECT_LT(std::get<std::uint64_t>(environment.at("profile_start_time")),
            std::get<std::uint64_t>(environment.at("profile_stop_time")));
  ASSERT_EQ(space.warnings_size(), 1);
  EXPECT_THAT(space.warnings(0), HasSubstr("crashed"));
}

TEST(CrashDump, IsWrittenForEverySignalOfACrash) {
  for (const int number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS}) {
    const testing::TempDir folder;
    const std::string path = folder / "crash.xplane.pb";
    const int status = status_of_crash([&] {
      start({.buffer_bytes = 1 << 20, .dump_on_crash_to = path});
      { OPSCOPE_ZONE("work"); }
      if (number == SIGABRT) std::abort();
      ::raise(number);
    });
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), number);
    EXPECT_EQ(recorded_events(parse_file(path)).size(), 1u) << "signal " << number;
  }
}

TEST(CrashDump, HasTheLastEventsOfAFullRingAndTheCountOfTheOthers) {
  constexpr std::int64_t kEvents = 20'000;
  const testing::TempDir folder;
  const std::string path = folder / "crash.xplane.pb";
  status_of_crash([&] {
    start({.buffer_bytes = 1 << 16, .policy = Policy::ring, .dump_on_crash_to = path});
    for (std::int64_t i = 0; i < kEvents; ++i) {
      OPSCOPE_ZONE("bounded", "i", i);
    }
    ::raise(SIGSEGV);
  });
  const auto space = parse_file(path);
  const auto events = recorded_events(space);
  ASSERT_FALSE(events.empty());
  std::int64_t want = kEvents - static_cast<std::int64_t>(events.size());
  for (const RecordedEvent& event : events) {
    ASSERT_EQ(event.stats.at("i"), StatValue(want));
    ++want;
  }
  const auto stats = plane_stats(plane_named(space, "/host:CPU"));
  EXPECT_EQ(stats.at("overwritten_events"),
            StatValue(kEvents - static_cast<std::int64_t>(events.size())));
}

TEST(CrashDump, GoesOnToTheHandlerThatWasThereBefore) {
  const testing::TempDir folder;
  const std::string path = folder / "crash.xplane.pb";
  const int status = status_of_crash([&] {
    ::signal(SIGSEGV, [](int) { ::_exit(42); });
    start({.buffer_bytes = 1 << 20, .dump_on_crash_to = path});
    ::raise(SIGSEGV);
  });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(CrashDump, StoppingLeavesNoFileAndPutsTheHandlersBack) {
  const testing::TempDir folder;
  const std::string path = folder / "crash.xplane.pb";
  struct sigaction before = {};
  ::sigaction(SIGBUS, nullptr, &before);
  start({.buffer_bytes = 1 << 20, .dump_on_crash_to = path});
  struct sigaction during = {};
  ::sigaction(SIGBUS, nullptr, &during);
  EXPECT_NE(during.sa_sigaction, before.sa_sigaction);
  discard();
  struct sigaction after = {};
  ::sigaction(SIGBUS, nullptr, &after);
  EXPECT_EQ(after.sa_sigaction, before.sa_sigaction);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(CrashDump, AnOlderDumpStaysUntilTheNextCrash) {
  const testing::TempDir folder;
  const std::string path = folder / "crash.xplane.pb";
  std::ofstream(path) << "older";
  start({.buffer_bytes = 1 << 20, .dump_on_crash_to = path});
  discard();
  EXPECT_EQ(testing::read_file(path), "older");
  status_of_crash([&] {
    start({.buffer_bytes = 1 << 20, .dump_on_crash_to = path});
    ::raise(SIGFPE);
  });
  EXPECT_EQ(parse_file(path).planes_size(), 2);
}

TEST(CrashDump, AChildOfAForkLeavesTheFileToItsParent) {
  const testing::TempDir folder;
  const std::string path = folder / "crash.xplane.pb";
  start({.buffer_bytes = 1 << 20, .dump_on_crash_to = path});
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);
    ::raise(SIGFPE);
    ::_exit(99);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 99);
  EXPECT_FALSE(std::filesystem::exists(path));
  discard();
}

TEST(CrashDump, AFileThatCannotBeMadeIsAnErrorOfStart) {
  try {
    start({.dump_on_crash_to = "/nowhere/crash.xplane.pb"});
    ADD_FAILURE() << "started";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/crash.xplane.pb"));
  }
  EXPECT_FALSE(is_recording());
}

}  // namespace
}  // namespace opscope::profiler
