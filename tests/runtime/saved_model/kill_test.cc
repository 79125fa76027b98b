// Kills a process that saves over a model again and again. A program of its own, because it takes
// seconds.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <random>
#include <string>

#include "opscope/runtime.h"
#include "opscope/runtime/saved_model.h"
#include "support/temp_dir.h"

#if defined(__SANITIZE_THREAD__)
// Children may make threads, which the sanitizer forbids by default.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "die_after_fork=0"; }
#endif

namespace opscope {
namespace {

constexpr int kRounds = 60;
constexpr std::int64_t kTableSize = 20'000;

// All elements of both variables have the same value, so that a mixture of two models shows.
class Counter : public Module {
 public:
  Counter()
      : Module("Counter"),
        count_(add_variable("count", 0.f)),
        table_(add_variable("table", full({kTableSize}, 0.f))) {}

  void set(float value) const {
    count_.assign(value);
    table_.assign(full({kTableSize}, value));
  }

 private:
  Variable count_;
  Variable table_;
};

// Tells each value through the pipe once its model is saved.
[[noreturn]] void save_for_ever(const std::string& folder, float value, int progress) {
  const Counter counter;
  for (;; ++value) {
    counter.set(value);
    save(counter, folder);
    if (::write(progress, &value, sizeof value) != sizeof value) ::_exit(1);
  }
}

// Reads until `messages` have come, or to the end for a negative number.
void read_progress(int fd, int messages, float& saved) {
  float value = 0;
  for (; messages != 0 && ::read(fd, &value, sizeof value) == sizeof value; --messages) {
    saved = value;
  }
}

// The value that the model in `folder` has everywhere.
float loaded_value(const std::string& folder) {
  const LoadedModel model = load(folder);
  const auto count = static_cast<float>(model.variable("count").read().item());
  for (const float element : model.variable("table").read().values<float>()) {
    EXPECT_EQ(element, count);
  }
  return count;
}

// Gives the value of the model that is left; `before` is that of the model there.
float kill_once(const std::string& folder, float before, std::uint32_t seed) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) save_for_ever(folder, before + 1, pipe[1]);
  ::close(pipe[1]);
  std::mt19937 random(seed);
  float saved = before;
  read_progress(pipe[0], static_cast<int>(random() % 4), saved);
  // Anywhere between two messages.
  volatile std::uint_fast32_t spins = random() % 4'000'000;
  while (spins > 0) spins = spins - 1;
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  read_progress(pipe[0], -1, saved);
  ::close(pipe[0]);
  const float left = loaded_value(folder);
  // The next one may be in place although nobody was told.
  EXPECT_TRUE(left == saved || left == saved + 1) << left << " is left, " << saved << " was saved";
  return left;
}

TEST(KilledSave, LeavesTheOldModelOrTheNewOne) {
  const testing::TempDir folder;
  const std::string path = folder / "model";
  save(Counter(), path);
  float value = 0;
  for (std::uint32_t round = 1; round <= kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE("seed " + std::to_string(round));
    value = kill_once(path, value, round);
  }
  EXPECT_GT(value, 0);
}

}  // namespace
}  // namespace opscope
