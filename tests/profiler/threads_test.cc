// Threads that come and go, and sessions that start and stop while they record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "opscope/profiler/profiler.h"
#include "recorded_events.h"

namespace opscope::profiler {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

void run_in_thread(const auto& body) { std::thread(body).join(); }

std::set<std::string> line_names(const Capture& capture) {
  std::set<std::string> names;
  for (const RecordedEvent& event : recorded_events(capture)) names.insert(event.line);
  return names;
}

TEST(Threads, EachHasALineWithItsName) {
  start();
  for (const char* name : {"worker/1", "worker/2"}) {
    run_in_thread([name] {
      set_thread_name(name);
      OPSCOPE_ZONE("work");
    });
  }
  EXPECT_THAT(line_names(stop()), UnorderedElementsAre("worker/1", "worker/2"));
}

TEST(Threads, ANameGivenAfterTheFirstEventStillNamesTheLine) {
  start();
  run_in_thread([] {
    { OPSCOPE_ZONE("work"); }
    set_thread_name("late");
  });
  EXPECT_THAT(line_names(stop()), ElementsAre("late"));
}

TEST(Threads, WithoutANameHaveTheSystemsName) {
  start();
  run_in_thread([] {
    pthread_setname_np(pthread_self(), "system-name");
    OPSCOPE_ZONE("work");
  });
  EXPECT_THAT(line_names(stop()), ElementsAre("system-name"));
}

TEST(Threads, EventsOfEndedThreadsAreKept) {
  start();
  for (int i = 0; i < 20; ++i) {
    run_in_thread([i] { OPSCOPE_ZONE("work", "i", i); });
  }
  std::set<StatValue> seen;
  for (const RecordedEvent& event : recorded_events(stop())) seen.insert(event.stats.at("i"));
  EXPECT_EQ(seen.size(), 20u);
}

TEST(Threads, LineIdsAreUniqueAlsoWhenTheSystemReusesThreadIds) {
  start();
  for (int i = 0; i < 50; ++i) {
    run_in_thread([] { OPSCOPE_ZONE("work"); });
  }
  const auto space = parse_xspace(stop());
  std::set<std::int64_t> ids;
  for (const auto& line : plane_named(space, "/host:CPU").lines()) {
    EXPECT_TRUE(ids.insert(line.id()).second);
  }
}

TEST(Threads, AnEventDuringTheEndOfAThreadIsRecordedOrCounted) {
  struct RecordsWhenDestroyed {
    ~RecordsWhenDestroyed() { OPSCOPE_ZONE("last"); }
  };
  start();
  run_in_thread([] {
    thread_local const RecordsWhenDestroyed last;
    static_cast<void>(&last);
    OPSCOPE_ZONE("work");
  });
  const Capture capture = stop();
  EXPECT_EQ(capture.event_count() + capture.dropped_count(), 2u);
}

// What 64 recording threads and the sessions over them have seen.
struct Stress {
  static constexpr int kThreads = 64;
  static constexpr int kOver = -1;
  // Each thread records a batch when this changes, while sessions start and stop over it.
  std::atomic<int> round{0};
  std::map<std::int64_t, std::int64_t> next_sequence;  // by line

  // Within a session the numbers of a thread are consecutive, whatever was dropped at its end, and
  // no event is in two sessions.
  std::uint64_t check(const Capture& capture) {
    std::map<std::int64_t, std::int64_t> last;
    std::uint64_t events = 0;
    for (const RecordedEvent& event : recorded_events(capture)) {
      EXPECT_EQ(event.name, "stress");
      const auto sequence = std::get<std::int64_t>(event.stats.at("sequence"));
      const auto it = last.find(event.line_id);
      if (it != last.end()) {
        EXPECT_EQ(sequence, it->second + 1) << "in line " << event.line_id;
      } else {
        EXPECT_GE(sequence, next_sequence[event.line_id]);
      }
      EXPECT_LE(0, event.start_ps);
      EXPECT_LE(event.start_ps, event.end_ps);
      last[event.line_id] = sequence;
      ++events;
    }
    for (const auto& [line, sequence] : last) next_sequence[line] = sequence + 1;
    EXPECT_EQ(events, capture.event_count());
    return events;
  }
};

TEST(Threads, SixtyFourRecordWhileSessionsStartAndStop) {
  constexpr int kSessions = 1000;
  Stress stress;
  std::vector<std::thread> threads;
  for (int i = 0; i < Stress::kThreads; ++i) {
    threads.emplace_back([&stress] {
      constexpr int kBatch = 20;
      std::int64_t sequence = 0;
      for (int round = 0; round != Stress::kOver; round = stress.round.load()) {
        for (int n = 0; n < kBatch; ++n) {
          OPSCOPE_ZONE("stress", "sequence", sequence++);
        }
        stress.round.wait(round);
      }
    });
  }
  std::int64_t main_sequence = 0;
  std::uint64_t events = 0;
  std::uint64_t dropped = 0;
  for (int session = 1; session <= kSessions; ++session) {
    stress.round = session;
    stress.round.notify_all();
    start({.buffer_bytes = 1 << 18});
    for (int i = 0; i < 3; ++i) {  // the main thread's numbers run through all sessions
      OPSCOPE_ZONE("stress", "sequence", main_sequence++);
      std::this_thread::yield();
    }
    const Capture capture = stop();
    events += stress.check(capture);
    dropped += capture.dropped_count();
  }
  stress.round = Stress::kOver;
  stress.round.notify_all();
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(events + dropped, std::uint64_t{kSessions} * 3);
}

// The exact account: every event of a known number is in the capture or counted.
void expect_all_accounted_for(const Options& options) {
  constexpr int kThreads = 64;
  constexpr int kEvents = 3'000;
  start(options);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([] {
      for (int n = 0; n < kEvents; ++n) {
        OPSCOPE_ZONE("counted", "n", n);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Capture capture = stop();
  EXPECT_EQ(capture.event_count() + capture.dropped_count() + capture.overwritten_count(),
            std::uint64_t{kThreads} * kEvents);
  EXPECT_EQ(recorded_events(capture).size(), capture.event_count());
}

TEST(Threads, NothingIsLostUncountedWithRoom) { expect_all_accounted_for({}); }

TEST(Threads, NothingIsLostUncountedWhenFull) {
  expect_all_accounted_for({.buffer_bytes = 1 << 20});
}

TEST(Threads, NothingIsLostUncountedInARing) {
  expect_all_accounted_for({.buffer_bytes = 1 << 20, .policy = Policy::ring});
}

TEST(Threads, StartAndStopFromManyThreadsGiveEverySessionToOneCaller) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 200;
  std::atomic<int> started{0};
  std::atomic<int> stopped{0};
  std::barrier gate(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      gate.arrive_and_wait();
      for (int round = 0; round < kRounds; ++round) {
        try {
          start({.buffer_bytes = 1 << 16});
          ++started;
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::failed_precondition);
        }
        { OPSCOPE_ZONE("work"); }
        try {
          static_cast<void>(stop());
          ++stopped;
        } catch (const ProfilerNotRunning&) {
          continue;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(is_recording());
  EXPECT_EQ(started, stopped);
}

}  // namespace
}  // namespace opscope::profiler
