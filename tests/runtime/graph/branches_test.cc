#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Branches, AgreeInAllForms) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor x = a[0], y, z = 0.f, w = 0.f, only = 1.f;
    if_(
        x > 10.f,
        [&] {
          y = x;
          print(x);
        },
        else_if, [&] { return x > 0.f; },
        [&] {
          y = x * 2;
          only = only + 1;
        },
        else_,
        [&] {
          y = -x;
          z = y;
          print(y);
        });
    if_(z > 3.f, [&] {
      w = z;
      std::swap(w, only);
    });
    auto pair = cond(
        x < z, [&] { return std::pair<Tensor, Tensor>(x, z); },
        [&] { return std::pair<Tensor, Tensor>(z, x); });
    Tensor s = switch_case(cast(x % 3, DType::int32),
                           {[&] { return x; }, [&] { return x * 10; }, [&] { return x * 100; }});
    return {y, z, w, only, pair.first, pair.second, s};
  };
  for (const float x : {20.f, 7.f, 4.f, 2.f, 1.f, 0.f, -5.f}) run_both(program, {x});
}

TEST(Branches, LastCaseTakesEveryOtherIndex) {
  const Program program = [](Tensors a) -> Tensors {
    return {switch_case(a[0], {[] { return Tensor(1); }, [] { return Tensor(2); }})};
  };
  for (const int i : {-1, 0, 1, 2, 99}) run_both(program, {i});
}

TEST(Branches, NestWithLoops) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor c = 0, d = 0;
    if_(
        a[0] > 2,
        [&] {
          for (Tensor i : range(a[0])) {
            if_(
                i % 2 == 0,
                [&] {
                  c = c + i;
                  print(c);
                  for (Tensor j : range(2)) d = d + j;
                },
                else_, [&] { d = d - c; });
          }
        },
        else_, [&] { c = -a[0]; });
    return {c, d};
  };
  for (const int n : {0, 2, 3, 9}) run_both(program, {n});
}

TEST(Branches, PoisonAValueOfOneBranchOnly) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor y;
                    if_(a[0] > 0.f, [&] { y = a[0]; });
                    return {y};
                  },
                  {1.f}),
              HasSubstr("only one branch"));
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor y = 1.f;
                    if_(a[0] > 0.f, [&] { y = 2; });
                    return {y};
                  },
                  {1.f}),
              AllOf(HasSubstr("int32"), HasSubstr("float32")));
}

TEST(PlainBool, NamesTheLineAndTheForm) {
  const int line = __LINE__ + 3;
  const std::string error = traced_error(
      [](Tensors a) -> Tensors {
        if (a[0] > 1.f) return {a[0]};
        return {a[0] + 1};
      },
      {2.f});
  EXPECT_THAT(error, AllOf(HasSubstr("C++ bool"), HasSubstr(at_line(__FILE__, line)),
                           HasSubstr("Use if_")));
}

TEST(PlainBool, IsRefusedInEveryPlace) {
  EXPECT_NE(traced_error(
                [](Tensors a) -> Tensors {
                  Tensor x = a[0];
                  while (x < 9.f) x = x + 1;
                  return {x};
                },
                {2.f}),
            "");
  EXPECT_NE(
      traced_error([](Tensors a) -> Tensors { return {a[0] < 9.f ? a[0] : a[0] + 1}; }, {2.f}), "");
  EXPECT_NE(traced_error(
                [](Tensors a) -> Tensors {
                  const bool b = a[0] < 9.f && a[0] > 1.f;
                  return {b ? a[0] : a[0] + 1};
                },
                {2.f}),
            "");
}

TEST(PlainBool, WorksEagerly) {
  Tensor t = 3.f;
  int hits = 0;
  if (t > 1.f) ++hits;
  while (t < 5.f) {
    t += 1;
    ++hits;
  }
  hits += t > 9.f ? 10 : 1;
  if (!(t > 9.f)) ++hits;
  EXPECT_EQ(hits, 5);
  const Tensor a = 1.f, b = 1.f;
  EXPECT_TRUE(static_cast<bool>(a == b));
  EXPECT_FALSE(static_cast<bool>(a != b));
}

TEST(Handles, MayNotDieOrOutliveABody) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensors v{1, 2};
                    v.shrink_to_fit();
                    // check_staging: allow(container)
                    for (Tensor i : range(a[0])) v.push_back(v[0] + i);
                    return {v[0]};
                  },
                  {3}),
              HasSubstr("destroyed inside it"));
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensors v;
                    v.reserve(9);
                    // check_staging: allow(container)
                    for (Tensor i : range(a[0])) v.push_back(i);
                    return {v[0]};
                  },
                  {3}),
              HasSubstr("has ended"));
}

TEST(Handles, OfTheOutsideAreNotAssigned) {
  Tensor sum = 1.f;
  EXPECT_THAT(traced_error(
                  [&](Tensors a) -> Tensors {
                    sum = sum + a[0];
                    return {sum};
                  },
                  {3.f}),
              AllOf(HasSubstr("assigns a captured Tensor"), HasSubstr("Variable")));
  EXPECT_EQ(sum.item(), 1);
}

TEST(Handles, AreRefusedOnAnotherThread) {
  const std::string error = traced_error(
      [](Tensors a) -> Tensors {
        std::string message;
        std::thread([&] {
          try {
            Tensor x = a[0] + 1;
          } catch (const Error& e) {
            message = e.what();
          }
        }).join();
        throw Error(ErrorCode::unknown, message);
      },
      {1.f});
  EXPECT_THAT(error, HasSubstr("outside its trace"));
}

TEST(Handles, ReuseAddressesOfTheDead) {
  run_both(
      [](Tensors a) -> Tensors {
        Tensor s = 0;
        for (Tensor i : range(a[0])) {
          for (int k = 0; k < 3; ++k) {
            Tensor t = s;
            {
              Tensor u = i + k;
              t = t + u;
            }
            {
              Tensor w = t;
              s = w;
            }
          }
        }
        return {s};
      },
      {4});
}

TEST(Traces, RunOnManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      for (int r = 0; r < 5; ++r) {
        const auto f = function([&](Tensor n) {
          Tensor s = k;
          for (Tensor i : range(n)) if_(i > 2, [&] { s = s + i; });
          return s;
        });
        if (f(6).item<int>() == k + 12) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 20);
}

}  // namespace
}  // namespace opscope
