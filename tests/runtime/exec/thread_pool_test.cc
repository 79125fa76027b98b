#include "core/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "opscope/error.h"
#include "opscope/runtime/threads.h"

namespace opscope::runtime {
namespace {

TEST(ThreadPool, RunsEveryItemOnce) {
  ThreadPool pool(4);
  for (const std::int64_t total : {0, 1, 7, 1000}) {
    std::vector<std::atomic<int>> runs(static_cast<std::size_t>(total));
    pool.parallel_for(total, 3, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) ++runs[static_cast<std::size_t>(i)];
    });
    for (const auto& count : runs) EXPECT_EQ(count, 1);
  }
}

TEST(ThreadPool, NestsWithoutDeadlock) {
  ThreadPool pool(3);
  std::atomic<int> count{0};
  pool.parallel_for(8, 1, [&](std::int64_t, std::int64_t) {
    pool.parallel_for(8, 1, [&](std::int64_t, std::int64_t) {
      pool.parallel_for(4, 1, [&](std::int64_t begin, std::int64_t end) {
        count += static_cast<int>(end - begin);
      });
    });
  });
  EXPECT_EQ(count, 8 * 8 * 4);
}

TEST(ThreadPool, ThrowsTheExceptionOfTheFirstPart) {
  ThreadPool pool(4);
  for (int round = 0; round < 50; ++round) {
    try {
      pool.parallel_for(64, 1, [](std::int64_t begin, std::int64_t) {
        if (begin % 10 == 7) throw std::runtime_error(std::to_string(begin));
      });
      FAIL() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "7");
    }
  }
}

TEST(ThreadPool, RunsInTheCallerWithOneThread) {
  ThreadPool pool(1);
  const std::thread::id self = std::this_thread::get_id();
  pool.parallel_for(
      100, 1, [&](std::int64_t, std::int64_t) { EXPECT_EQ(std::this_thread::get_id(), self); });
}

TEST(ThreadPool, ChangesItsSizeWhileItIsUsed) {
  ThreadPool pool(2);
  std::atomic<bool> is_over{false};
  std::thread user([&] {
    while (!is_over) {
      std::atomic<std::int64_t> count{0};  // with one thread all parts are one call
      pool.parallel_for(64, 1, [&](std::int64_t begin, std::int64_t end) { count += end - begin; });
      EXPECT_EQ(count, 64);
    }
  });
  for (int round = 0; round < 200; ++round) pool.set_threads(1 + round % 4, 1 + round % 3);
  is_over = true;
  user.join();
}

TEST(Threads, CanBeSetAndAsked) {
  set_num_threads(3);
  EXPECT_EQ(num_threads(), 3);
  EXPECT_EQ(threading::get_intra_op_parallelism_threads(), 3);
  threading::set_inter_op_parallelism_threads(5);
  EXPECT_EQ(threading::get_intra_op_parallelism_threads(), 3);
  EXPECT_EQ(threading::get_inter_op_parallelism_threads(), 5);
  EXPECT_EQ(num_threads(), 5);
  EXPECT_THROW(set_num_threads(-1), Error);
  set_num_threads(0);
  EXPECT_EQ(num_threads(), available_cpus());
}

}  // namespace
}  // namespace opscope::runtime
