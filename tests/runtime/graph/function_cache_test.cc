// When a function is traced and when a trace serves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "opscope/log.h"
#include "opscope/proto/graph.pb.h"
#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Collects warnings while it lives.
class LogCapture {
 public:
  LogCapture() {
    lines().clear();
    outer_ = set_log_handler(
        [](LogLevel, std::string_view text) noexcept { lines().emplace_back(text); });
  }
  ~LogCapture() { set_log_handler(outer_); }
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;
  static std::vector<std::string>& lines() {
    static std::vector<std::string> collected;
    return collected;
  }

 private:
  LogHandler outer_;
};

Tensor vector_of(std::int64_t size) { return ones({size}); }

TEST(FunctionCache, TellsStructuresApart) {
  const auto f = function([](const Tensors& a, const Tensors& b) {
    Tensor s = 0.f;
    for (const Tensor& t : a) s += t;
    for (const Tensor& t : b) s -= t;
    return s;
  });
  EXPECT_EQ(f({1.f, 2.f}, {4.f}).item(), -1);
  EXPECT_EQ(f({1.f}, {2.f, 4.f}).item(), -5);
  EXPECT_EQ(f.trace_count(), 2);
  const auto g =
      function([](const Tensor& x, const std::vector<int>& a, const std::vector<int>& b) {
        return x * static_cast<int>(a.size() * 10 + b.size());
      });
  EXPECT_EQ(g(1, {1, 2}, {3}).item(), 21);
  EXPECT_EQ(g(1, {1}, {2, 3}).item(), 12);
}

enum class Mode { fast, slow };

TEST(FunctionCache, KeysOnEveryKindOfHostValue) {
  const LogCapture log;
  const auto f = function([](const Tensor& x, double d, const std::string& s, Mode mode,
                             std::optional<int> n, const Shape& shape) {
    Tensor y = x * d + static_cast<float>(s.size()) + static_cast<float>(n.value_or(100));
    if (mode == Mode::slow) y = y * 2.f;
    return y + static_cast<float>(shape.rank());
  });
  EXPECT_EQ(f(1.f, 2., "ab", Mode::fast, 3, {1}).item(), 8);
  EXPECT_EQ(f(2.f, 2., "ab", Mode::fast, 3, {1}).item(), 10);
  EXPECT_EQ(f.trace_count(), 1);
  EXPECT_EQ(f(1.f, 3., "ab", Mode::fast, 3, {1}).item(), 9);
  EXPECT_EQ(f(1.f, 2., "abc", Mode::fast, 3, {1}).item(), 9);
  EXPECT_EQ(f(1.f, 2., "ab", Mode::slow, 3, {1}).item(), 15);
  EXPECT_EQ(f(1.f, 2., "ab", Mode::fast, std::nullopt, {1}).item(), 105);
  EXPECT_EQ(f(1.f, 2., "ab", Mode::fast, 3, {1, 1}).item(), 9);
  EXPECT_EQ(f.trace_count(), 6);
}

TEST(FunctionCache, TakesOptionalTensors) {
  const auto f = function(
      [](const Tensor& x, const std::optional<Tensor>& bias) { return bias ? x + *bias : x; });
  EXPECT_EQ(f(1.f, std::nullopt).item(), 1);
  EXPECT_EQ(f(1.f, Tensor(2.f)).item(), 3);
  EXPECT_EQ(f(5.f, Tensor(2.f)).item(), 7);
  EXPECT_EQ(f.trace_count(), 2);
}

TEST(FunctionCache, TakesVariablesByIdentity) {
  const Variable a(1.f), b(10.f);
  const auto f = function([](const Tensor& x, const Variable& v) {
    v.assign_add(x);
    return v * 2.f;
  });
  EXPECT_EQ(f(1.f, a).item(), 4);
  EXPECT_EQ(f(1.f, b).item(), 22);
  EXPECT_EQ(f(1.f, a).item(), 6);
  EXPECT_EQ(f.trace_count(), 2);
}

TEST(FunctionCache, ServesShapesByATraceThatAcceptsThem) {
  const auto f = function([](const Tensor& x) { return reduce_sum(x); });
  const ConcreteFunction open = f.get_concrete_function({TensorSpec{.shape = {kAnyDim}}});
  EXPECT_EQ(f(vector_of(3)).item(), 3);
  EXPECT_EQ(f(vector_of(4)).item(), 4);
  EXPECT_EQ(f.trace_count(), 1);
  EXPECT_EQ(f.get_concrete_function(vector_of(7)).name(), open.name());
  EXPECT_EQ(f(ones({2, 2})).item(), 4);
  EXPECT_EQ(f.trace_count(), 2);
}

TEST(FunctionCache, PrefersTheMostSpecificTrace) {
  const auto f = function([](const Tensor& x) { return reduce_sum(x); });
  const auto loose = f.get_concrete_function({TensorSpec{.shape = Shape::unknown()}});
  const auto tight = f.get_concrete_function({TensorSpec{.shape = {kAnyDim, 2}}});
  const auto middle = f.get_concrete_function({TensorSpec{.shape = {kAnyDim, kAnyDim}}});
  EXPECT_EQ(f.get_concrete_function(ones({3, 2})).name(), tight.name());
  EXPECT_EQ(f.get_concrete_function(ones({3, 3})).name(), middle.name());
  EXPECT_EQ(f.get_concrete_function(ones({3})).name(), loose.name());
}

TEST(FunctionCache, LeavesDimensionsOpenWhenAsked) {
  const auto f = function([](const Tensor& x) { return x * 2.f; }, {}, {.reduce_retracing = true});
  for (std::int64_t n = 1; n < 9; ++n) EXPECT_EQ(f(vector_of(n)).shape(), Shape({n}));
  EXPECT_EQ(f.trace_count(), 2);
  EXPECT_EQ(f.get_concrete_function(vector_of(99)).inputs()[0].shape, Shape({kAnyDim}));
  EXPECT_EQ(f(ones({2, 2})).shape(), Shape({2, 2}));
  EXPECT_EQ(f(ones({2, 2, 2})).shape(), Shape({2, 2, 2}));
  EXPECT_EQ(f.trace_count(), 3);
}

TEST(FunctionCache, WarnsOnceAndThenLeavesDimensionsOpen) {
  const LogCapture log;
  const auto f = function([](const Tensor& x) { return x * 2.f; }, {}, {.name = "double_it"});
  for (std::int64_t n = 1; n <= 4; ++n) (void)f(vector_of(n));
  EXPECT_TRUE(LogCapture::lines().empty());
  for (std::int64_t n = 5; n <= 30; ++n) EXPECT_EQ(f(vector_of(n)).shape(), Shape({n}));
  EXPECT_EQ(f.trace_count(), 6);
  ASSERT_EQ(LogCapture::lines().size(), 1u);
  EXPECT_THAT(LogCapture::lines()[0],
              AllOf(HasSubstr("5 out of the last 5 calls to double_it triggered retracing"),
                    HasSubstr("reduce_retracing")));
}

TEST(FunctionCache, TracesEveryShapeWhenTold) {
  const LogCapture log;
  const auto f = function([](const Tensor& x) { return x * 2.f; }, {}, {.reduce_retracing = false});
  for (std::int64_t n = 1; n <= 8; ++n) (void)f(vector_of(n));
  EXPECT_EQ(f.trace_count(), 8);
  EXPECT_EQ(LogCapture::lines().size(), 1u);
}

TEST(FunctionCache, DoesNotWarnOfTracesFarApart) {
  const LogCapture log;
  const auto f = function([](const Tensor& x) { return x * 2.f; });
  for (std::int64_t n = 1; n <= 8; ++n) {
    for (int k = 0; k < 3; ++k) (void)f(vector_of(n));
  }
  EXPECT_TRUE(LogCapture::lines().empty());
}

TEST(FunctionCache, KeepsShapesThatTheCallableNeeds) {
  const LogCapture log;
  const auto f = function([](const Tensor& x) {
    Tensor s = 0.f;
    for (const Tensor& part : unstack(x)) s += part;
    return s;
  });
  for (std::int64_t n = 1; n <= 9; ++n) {
    EXPECT_EQ(f(vector_of(n)).item(), static_cast<double>(n));
  }
}

TEST(FunctionCache, RefusesVariablesThatAreMadeInEveryTrace) {
  const auto f = function([](const Tensor& x) { return x + Variable(1.f); });
  try {
    (void)f(1.f);
    FAIL() << "the second trace made another Variable";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::failed_precondition);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("only supports singleton Variables created on the first call"),
                      HasSubstr("function_cache_test.cc:")));
  }
}

TEST(FunctionCache, TracesAgainAfterVariablesAreMade) {
  std::optional<Variable> v;
  int runs = 0;
  const auto f = function([&](const Tensor& x) {
    ++runs;
    if (!v) v.emplace(3.f);
    return x + *v;
  });
  EXPECT_EQ(f(1.f).item(), 4);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(f(constant({1.f})).values<float>()[0], 4);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(f.trace_count(), 3);
}

TEST(FunctionCache, ChecksTheNumberOfSpecs) {
  const auto f = function([](const Tensor& x, int n) { return x * n; });
  EXPECT_EQ(f.get_concrete_function({TensorSpec{.shape = {}}}).inputs().size(), 1u);
  try {
    (void)f.get_concrete_function({{.shape = {}}, {.shape = {}}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("got 2 specs for 1 Tensor arguments"));
  }
  const auto g = function([](const Tensors& x) { return x[0] + x[1]; });
  const ConcreteFunction concrete = g.get_concrete_function({{.shape = {}}, {.shape = {2}}});
  EXPECT_EQ(concrete({1.f, constant({1.f, 2.f})})[0].values<float>()[1], 3);
}

TEST(FunctionCache, TracesOnceFromManyThreads) {
  constexpr int kThreads = 4;
  const Variable count(0);
  const auto inner = function([](const Tensor& x) { return x * x; });
  const auto f = function([&](const Tensor& x) {
    Tensor s = zeros_like(x);
    for (Tensor i : range(3)) s += inner(x);
    count.assign_add(1);
    return s;
  });
  std::atomic<int> good{0};
  std::atomic<int> ready{0};
  std::vector<std::thread> threads;
  for (int k = 0; k < kThreads; ++k) {
    threads.emplace_back([&] {
      ++ready;
      while (ready < kThreads) std::this_thread::yield();
      for (std::int64_t n = 1; n <= 4; ++n) {
        const Tensor y = f(ones({n}) * 2.f);
        good += y.shape() == Shape({n}) && y.values<float>()[0] == 12.f ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * 4);
  EXPECT_EQ(count.read().item<int>(), kThreads * 4);
  EXPECT_EQ(f.trace_count(), 4);
}

// Threads that wait for the trace of another one have traced nothing: their calls must not look
// like frequent retracing, after which shapes are relaxed.
TEST(FunctionCache, DoesNotTakeWaitingForRetracing) {
  constexpr int kThreads = 8;
  std::atomic<int> calling{0};
  const auto f = function([&](const Tensor& x) {
    while (calling < kThreads) std::this_thread::yield();
    return x * x;
  });
  std::vector<std::thread> threads;
  for (int k = 0; k < kThreads; ++k) {
    threads.emplace_back([&] {
      ++calling;
      (void)f(ones({1}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  (void)f(ones({2}));
  (void)f(ones({3}));
  EXPECT_EQ(f.trace_count(), 3);
}

}  // namespace
}  // namespace opscope
