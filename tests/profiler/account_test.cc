// The account of what 64 threads record while sessions start and stop over them.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "opscope/profiler/profiler.h"

namespace opscope::profiler {
namespace {

constexpr int kThreads = 64;
constexpr int kSessions = 1000;
constexpr int kBatch = 20;

// Shows the recording threads which session runs. Every look and the hiding are read-modify-writes
// of one variable: what a thread did before it looked and still saw the session has happened
// before the session's stop.
class SessionSign {
 public:
  void show(int session) { session_.store(session, std::memory_order_release); }
  void hide() { session_.exchange(0, std::memory_order_acq_rel); }
  [[nodiscard]] int look() { return session_.fetch_add(0, std::memory_order_acq_rel); }

 private:
  std::atomic<int> session_{0};
};

struct Account {
  static constexpr int kOver = -1;
  std::atomic<int> round{0};
  SessionSign sign;
  std::atomic<std::uint64_t> begun{0};
  // Zones of which their thread knows that they began and ended within the session.
  std::array<std::atomic<std::uint64_t>, kSessions + 1> within{};

  void record_one() {
    const int session = sign.look();
    { OPSCOPE_ZONE("counted", "session", session); }
    begun.fetch_add(1, std::memory_order_relaxed);
    if (session != 0 && sign.look() == session) {
      within[static_cast<std::size_t>(session)].fetch_add(1, std::memory_order_relaxed);
    }
  }

  void record_until_over() {
    for (int seen = 0; seen != kOver; seen = round.load()) {
      for (int n = 0; n < kBatch; ++n) record_one();
      round.wait(seen);
    }
  }

  void next_round(int value) {
    round = value;
    round.notify_all();
  }
};

Options options_of(int session) {
  switch (session % 3) {
    case 0:
      return {.buffer_bytes = 1 << 20};  // room for all
    case 1:
      return {.buffer_bytes = 1 << 16};  // for a quarter of the threads
    default:
      return {.buffer_bytes = 1 << 16, .policy = Policy::ring};
  }
}

TEST(Account, OfAThousandSessionsOver64ThreadsHasEveryZone) {
  Account account;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { account.record_until_over(); });

  std::array<std::uint64_t, kSessions + 1> accounted{};
  std::uint64_t total = 0;
  std::uint64_t lost = 0;
  for (int session = 1; session <= kSessions; ++session) {
    const auto index = static_cast<std::size_t>(session);
    start(options_of(session));
    account.sign.show(session);
    account.next_round(session);
    // Every thread records a batch of this round. Stop in the midst of them, early or late.
    const auto enough = static_cast<std::uint64_t>(1 + session * 37 % (kThreads * kBatch - 1));
    while (account.within[index].load() < enough) std::this_thread::yield();
    account.sign.hide();
    const Capture capture = stop();
    const std::uint64_t not_kept = capture.dropped_count() + capture.overwritten_count();
    accounted[index] = capture.event_count() + not_kept;
    total += accounted[index];
    lost += not_kept;
  }
  account.next_round(Account::kOver);
  for (std::thread& thread : threads) thread.join();

  for (std::size_t session = 1; session <= kSessions; ++session) {
    EXPECT_GE(accounted[session], account.within[session].load()) << "session " << session;
  }
  EXPECT_LE(total, account.begun.load());
  EXPECT_GT(lost, 0u);
}

}  // namespace
}  // namespace opscope::profiler
