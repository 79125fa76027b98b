// What other processes and limits of this one do to a writer. Children are forked before the
// parent has a writer, except where that is the point.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "opscope/error.h"
#include "opscope/log.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/record_reader.h"
#include "summary/read_events.h"
#include "support/files.h"
#include "support/temp_dir.h"

#if defined(__SANITIZE_THREAD__)
// Children make writers, which the sanitizer forbids by default: it has a thread of its own.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif

namespace opscope::summary {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TempDir;

// Two ends of a pipe.
struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe(ends) != 0) throw error_from_errno(errno, "make", "a pipe");
    read_end = ends[0];
    write_end = ends[1];
  }
  int read_end;
  int write_end;
};

std::string read_to_end(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return text;
}

// Runs `body` in a child process; gives what it returned. The child ends without destructors.
std::string in_child(const std::function<std::string()>& body) {
  const Pipe pipe;
  const pid_t child = ::fork();
  if (child == 0) {
    std::string text;
    try {
      text = body();
    } catch (const Error& error) {
      text = std::string("threw ") + error.what();
    }
    if (::write(pipe.write_end, text.data(), text.size()) < 0) ::_exit(2);
    ::_exit(0);
  }
  ::close(pipe.write_end);
  std::string text = read_to_end(pipe.read_end);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return text;
}

// Records and flushes until it is killed; tells the step behind every flush that returned.
[[noreturn]] void record_for_ever(const std::string& logdir, int progress) {
  FileWriter writer = create_file_writer(logdir);
  for (std::int64_t step = 0;; ++step) {
    writer.scalar("tag", static_cast<double>(step), step);
    if (step % 3 != 0) continue;
    writer.flush();
    if (::write(progress, &step, sizeof step) != sizeof step) ::_exit(1);
  }
}

TEST(FileWriterProcess, LosesNothingFlushedWhenKilled) {
  constexpr std::int64_t kSteps = 20;
  for (std::int64_t round = 0; round < kSteps; ++round) {
    const TempDir dir;
    const Pipe pipe;
    const pid_t child = ::fork();
    if (child == 0) record_for_ever(dir.path(), pipe.write_end);
    ::close(pipe.write_end);
    // Kills the child somewhere behind the flush of this step.
    std::int64_t flushed = -1;
    while (flushed < 3 * round) {
      ASSERT_EQ(::read(pipe.read_end, &flushed, sizeof flushed),
                static_cast<ssize_t>(sizeof flushed));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe.read_end, &flushed, sizeof flushed) > 0) {
    }
    ::close(pipe.read_end);

    const std::string bytes = testing::read_file(testing::files_below(dir.path()).at(0));
    RecordScanner scanner(bytes);
    std::int64_t records = 0;
    RecordRead read = scanner.next();
    for (; read.status == RecordStatus::record; read = scanner.next()) ++records;
    EXPECT_TRUE(read.status == RecordStatus::end || read.status == RecordStatus::truncated);
    EXPECT_GE(records, 1 + flushed + 1);
  }
}

TEST(FileWriterProcess, RefusesToRecordInAForkedChild) {
  const TempDir dir;
  {
    FileWriter writer = create_file_writer(dir.path());
    writer.scalar("tag", 1, 0);
    EXPECT_THAT(in_child([&]() -> std::string {
                  writer.scalar("tag", 1, 1);
                  return "recorded";
                }),
                StartsWith("threw the writer of " + dir.path() + " belongs to the process"));
    EXPECT_EQ(in_child([&] {
                { const FileWriter ended = std::move(writer); }
                return std::string("destroyed");
              }),
              "destroyed");
    writer.scalar("tag", 1, 2);
  }
  EXPECT_EQ(testing::events_below(dir.path()).size(), 2U);
}

TEST(FileWriterProcess, RecordsInAForkedChildWithAWriterOfItsOwn) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer allows no threads in a child of a process with threads";
#endif
  const TempDir dir;
  FileWriter writer = create_file_writer(dir / "parent");
  // Its thread then waits: a fork while it allocates would leave the address sanitizer's allocator
  // locked in the child.
  writer.flush();
  EXPECT_EQ(in_child([&] {
              FileWriter own = create_file_writer(dir / "child");
              own.scalar("tag", 1, 0);
              own.close();
              return std::string("done");
            }),
            "done");
  EXPECT_EQ(testing::events_below(dir / "child").size(), 1U);
}

TEST(FileWriterProcess, LivesOnAtAFileSizeLimit) {
  const TempDir dir;
  const std::string text = in_child([&] {
    set_log_handler([](LogLevel, std::string_view) noexcept {});  // stderr may be a file, too
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    FileWriter writer = create_file_writer(dir.path(), {.flush_millis = 0});
    for (int i = 0; i < 100; ++i) writer.scalar("tag", i, i);
    std::string error = "no error";
    try {
      writer.flush();
    } catch (const Error& thrown) {
      error = thrown.what();
    }
    return error;
  });
  EXPECT_THAT(text, HasSubstr("File too large (errno 27); "));
  EXPECT_EQ(testing::read_file(testing::files_below(dir.path()).at(0)).size(), 1000U);
}

// Takes a file system away again, whatever is open on it.
struct Unmount {
  std::string path;
  ~Unmount() { ::umount2(path.c_str(), MNT_DETACH); }
};

TEST(FileWriterProcess, LivesOnOnAFullFileSystem) {
  const TempDir dir;
  if (::mount("none", dir.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "cannot mount a tmpfs: " << std::strerror(errno);
  }
  const Unmount unmount{dir.path()};
  FileWriter writer = create_file_writer(dir.path(), {.flush_millis = 0});
  constexpr std::int64_t kRecords = 2000;
  for (int i = 0; i < kRecords; ++i) writer.scalar("tag", i, i);
  std::string error = "no error";
  try {
    writer.flush();
  } catch (const Error& thrown) {
    error = thrown.what();
  }
  EXPECT_THAT(error, HasSubstr("No space left on device (errno 28); "));
  EXPECT_EQ(::mount("none", dir.path().c_str(), "tmpfs", MS_REMOUNT, "size=1m"), 0);
  EXPECT_NO_THROW(writer.close());
  EXPECT_EQ(testing::events_below(dir.path()).size(), static_cast<std::size_t>(kRecords));
  // A closed writer holds nothing open.
  EXPECT_EQ(::umount(dir.path().c_str()), 0) << std::strerror(errno);
}

}  // namespace
}  // namespace opscope::summary
