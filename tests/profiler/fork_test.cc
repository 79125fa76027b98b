#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

// The exit status of a child that runs `body`, which tells by its value what it found.
int status_of_child(const auto& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

TEST(Fork, TheChildDoesNotRecordAndTheParentGoesOn) {
  start();
  { OPSCOPE_ZONE("before"); }
  const int recording = status_of_child([] {
    OPSCOPE_ZONE("in the child");
    return is_recording() ? 1 : 0;
  });
  EXPECT_EQ(recording, 0);
  { OPSCOPE_ZONE("after"); }
  const auto events = recorded_events(stop());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].name, "before");
  EXPECT_EQ(events[1].name, "after");
}

TEST(Fork, TheChildCanRecordASessionOfItsOwn) {
  std::barrier gate(2);
  start();
  std::thread other([&] {
    { OPSCOPE_ZONE("of another thread"); }
    gate.arrive_and_wait();
    gate.arrive_and_wait();
  });
  gate.arrive_and_wait();
  { OPSCOPE_ZONE("of the parent"); }
  const int wrong = status_of_child([] {
    start();
    { OPSCOPE_ZONE("of the child"); }
    const auto events = recorded_events(stop());
    if (events.size() != 1) return 1;
    if (events[0].name != "of the child") return 2;
    return events[0].line_id == ::getpid() ? 0 : 3;
  });
  EXPECT_EQ(wrong, 0);
  gate.arrive_and_wait();
  other.join();
  EXPECT_EQ(stop().event_count(), 2u);
}

}  // namespace
}  // namespace opscope::profiler
