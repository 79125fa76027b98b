#include "opscope/profiler/profiled_mutex.h"

#include <gtest/gtest.h>
#include <sys/types.h>

#include <latch>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

template <typename Mutex>
concept Shareable = requires(Mutex& mutex) {
  mutex.lock_shared();
};
static_assert(Shareable<ProfiledSharedMutex>);
static_assert(!Shareable<ProfiledMutex>);

// Says when a thread is about to wait, so that a test can let it wait and no longer.
class WatchedMutex : public std::shared_mutex {
 public:
  static inline std::latch* about_to_wait = nullptr;

  void lock() {
    if (about_to_wait != nullptr) about_to_wait->count_down();
    std::shared_mutex::lock();
  }
  void lock_shared() {
    if (about_to_wait != nullptr) about_to_wait->count_down();
    std::shared_mutex::lock_shared();
  }
};

// Takes `mutex` in a thread named "owner" by `take`, runs `wait` here until it waits, and gives
// the mutex back by `give`. Gives the thread's id.
pid_t hold_until_waited_for(const auto& take, const auto& give, const auto& wait) {
  std::latch taken(1);
  std::latch waiting(1);
  pid_t id = 0;
  std::thread owner([&] {
    set_thread_name("owner");
    id = detail::this_thread_id();
    { OPSCOPE_ZONE("owns"); }
    take();
    taken.count_down();
    waiting.wait();
    give();
  });
  taken.wait();
  WatchedMutex::about_to_wait = &waiting;
  wait();
  WatchedMutex::about_to_wait = nullptr;
  owner.join();
  return id;
}

TEST(ProfiledMutex, AWaitIsAZoneThatNamesTheOwner) {
  Profiled<WatchedMutex> mutex("cache");
  start();
  const pid_t owner = hold_until_waited_for([&] { mutex.lock(); }, [&] { mutex.unlock(); },
                                            [&] { const std::lock_guard lock(mutex); });
  const auto waits = events_named(recorded_events(stop()), "wait for cache");
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0].line_id, detail::this_thread_id());
  EXPECT_LT(waits[0].start_ps, waits[0].end_ps);
  EXPECT_EQ(waits[0].stats.at("owner_thread"), StatValue(std::string("owner")));
  EXPECT_EQ(waits[0].stats.at("owner_thread_id"), StatValue(std::int64_t{owner}));
}

TEST(ProfiledMutex, AReaderWaitsForTheWriterByName) {
  Profiled<WatchedMutex> mutex("table");
  start();
  hold_until_waited_for([&] { mutex.lock(); }, [&] { mutex.unlock(); },
                        [&] { const std::shared_lock lock(mutex); });
  const auto waits = events_named(recorded_events(stop()), "wait for table");
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0].stats.at("owner_thread"), StatValue(std::string("owner")));
}

TEST(ProfiledMutex, AWriterWaitsForReadersThatHaveNoName) {
  Profiled<WatchedMutex> mutex("table");
  start();
  hold_until_waited_for([&] { mutex.lock_shared(); }, [&] { mutex.unlock_shared(); },
                        [&] { const std::lock_guard lock(mutex); });
  const auto waits = events_named(recorded_events(stop()), "wait for table");
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_TRUE(waits[0].stats.empty());
}

TEST(ProfiledMutex, AFreeOneIsTakenWithoutAnEvent) {
  ProfiledSharedMutex mutex("free");
  start();
  { const std::scoped_lock lock(mutex); }
  { const std::shared_lock lock(mutex); }
  EXPECT_TRUE(mutex.try_lock());
  std::thread([&] { EXPECT_FALSE(mutex.try_lock()); }).join();
  mutex.unlock();
  EXPECT_EQ(stop().event_count(), 0u);
}

TEST(ProfiledMutex, ExcludesWhetherOrNotASessionRecords) {
  ProfiledMutex mutex("counter");
  int count = 0;
  const auto add = [&] {
    for (int i = 0; i < 10'000; ++i) {
      const std::lock_guard lock(mutex);
      ++count;
    }
  };
  std::thread other(add);
  start();
  add();
  discard();
  add();
  other.join();
  EXPECT_EQ(count, 30'000);
}

}  // namespace
}  // namespace opscope::profiler
