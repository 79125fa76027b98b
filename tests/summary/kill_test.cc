// Kills a writing process at random moments. A program of its own, because it takes seconds.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <random>
#include <string>
#include <thread>

#include "opscope/summary/event_reader.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/record_reader.h"
#include "support/files.h"
#include "support/temp_dir.h"

#if defined(__SANITIZE_THREAD__)
// Children make writers, which the sanitizer forbids by default: it has a thread of its own.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif

namespace opscope::summary {
namespace {

constexpr std::size_t kThreads = 2;
constexpr int kRounds = 200;

// Told through the pipe: thread `thread` has flushed all its steps up to this one.
struct Progress {
  std::size_t thread = 0;
  std::int64_t step = 0;
};

void record_for_ever(FileWriter& writer, std::size_t thread, std::uint32_t seed, int progress) {
  std::mt19937 random(seed);
  const std::string tag = std::to_string(thread);
  for (std::int64_t step = 0;; ++step) {
    writer.scalar(tag, static_cast<double>(step), step);
    if (random() % 50 != 0) continue;
    writer.flush();
    const Progress done{thread, step};
    if (::write(progress, &done, sizeof done) != sizeof done) ::_exit(1);
  }
}

[[noreturn]] void record_in_threads(const std::string& logdir, std::uint32_t seed, int progress) {
  const std::uint64_t max_file_bytes = seed % 2 == 0 ? 0 : 20'000;
  FileWriter writer = create_file_writer(logdir, {.max_file_bytes = max_file_bytes});
  std::thread other([&] { record_for_ever(writer, 1, seed + 1, progress); });
  record_for_ever(writer, 0, seed, progress);
  ::_exit(1);
}

using Steps = std::array<std::int64_t, kThreads>;

// Reads until `messages` have come, or to the end for a negative number.
void read_progress(int fd, int messages, Steps& flushed) {
  Progress done;
  for (; messages != 0 && ::read(fd, &done, sizeof done) == sizeof done; --messages) {
    flushed.at(done.thread) = done.step;
  }
}

// The last step of each thread in the files; every thread's steps must be there from 0, in order.
Steps read_back(const std::string& logdir) {
  Steps next{};
  for (const std::string& file : testing::files_below(logdir)) {
    const std::string bytes = testing::read_file(file);
    RecordScanner scanner(bytes);
    RecordRead read = scanner.next();
    for (; read.status == RecordStatus::record; read = scanner.next()) {
      const EventView event = parse_event(read.payload).value();
      if (event.kind != EventKind::summary) continue;
      const auto thread = std::stoul(std::string(ValueCursor(event.body).next()->tag));
      EXPECT_EQ(event.step, next.at(thread)++);
    }
    EXPECT_TRUE(read.status == RecordStatus::end || read.status == RecordStatus::truncated);
  }
  return {next[0] - 1, next[1] - 1};
}

void kill_once(std::uint32_t seed) {
  const testing::TempDir dir;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) record_in_threads(dir.path(), seed, pipe[1]);
  ::close(pipe[1]);
  std::mt19937 random(seed);
  Steps flushed{-1, -1};
  read_progress(pipe[0], static_cast<int>(random() % 40), flushed);
  // Anywhere between two messages.
  volatile std::uint_fast32_t spins = random() % 200'000;
  while (spins > 0) spins = spins - 1;
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  read_progress(pipe[0], -1, flushed);
  ::close(pipe[0]);
  const Steps found = read_back(dir.path());
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    EXPECT_GE(found.at(thread), flushed.at(thread)) << "of thread " << thread;
  }
}

TEST(KilledWriter, LosesNothingFlushedAtAnyMoment) {
  for (std::uint32_t round = 1; round <= kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(round));
    kill_once(round);
  }
}

}  // namespace
}  // namespace opscope::summary
