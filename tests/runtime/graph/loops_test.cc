#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <tuple>

#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Loops, CarryAssignedHandlesAndPassInvariants) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor c = a[0], alias = c, k = 3.f;
    for (Tensor i : range(a[1])) {
      print(i);
      c = c + cast(i, DType::float32) * k + alias;
    }
    return {c, alias};
  };
  const Tensors r = run_both(program, {1.f, 4});
  EXPECT_EQ(r[0].item(), 1 + 3 * 6 + 4);
  EXPECT_EQ(r[1].item(), 1);
  EXPECT_EQ(run_both(program, {1.f, 0})[0].item(), 1);
}

TEST(Loops, SeeSwapsAndMoves) {
  const Tensors r = run_both(
      [](Tensors a) -> Tensors {
        Tensor p = 0, q = 1, x = 0, y = 1;
        for (Tensor i : range(a[0])) {
          Tensor t = p + q;
          p = q;
          q = t;
          std::swap(x, y);
          y = x + y;
          Tensor u = std::move(x);
          x = std::move(u);
        }
        std::tie(p, q) = std::make_tuple(q, p);
        return {p, q, x, y};
      },
      {10});
  EXPECT_EQ(r[0].item(), 89);
  EXPECT_EQ(r[1].item(), 55);
  EXPECT_EQ(r[2].item(), 55);
}

TEST(Loops, RefuseAVariableThatIsMovedFrom) {
  const std::string error = traced_error(
      [](Tensors a) -> Tensors {
        Tensor x = 1;
        for (Tensor i : range(a[0])) {
          Tensor t = std::move(x);
          (void)t;
        }
        return {x};
      },
      {3});
  EXPECT_THAT(error, HasSubstr("moved from"));
}

struct State {
  Tensor a, b;
  std::array<Tensor, 2> h;
};
State step(State s) {
  s.a = s.a + s.h[0];
  std::swap(s.h[0], s.h[1]);
  return s;
}
void bump(Tensor& t, const Tensor& by) {
  for (Tensor i : range(2)) t += by;
}

TEST(Loops, CarryHandlesInContainersStructsAndCaptures) {
  const Tensors r = run_both(
      [](Tensors a) -> Tensors {
        Tensors v{1, 1, 1};
        State s{0, 7, {1, 2}};
        auto box = std::make_unique<Tensor>(5);
        Tensor captured = 0;
        auto add = [&captured](const Tensor& d) { captured = captured + d; };
        for (Tensor i : range(a[0])) {
          std::swap(v[0], v[1]);
          v[2] = v[0] + i;
          std::rotate(v.begin(), v.begin() + 1, v.end());
          s = step(s);
          *box *= 2;
          add(i);
          bump(captured, s.b);
          for (auto& t : v) t = t % 97;
        }
        return {v[0], v[1], v[2], s.a, s.b, *box, captured};
      },
      {6});
  EXPECT_EQ(r[3].item(), 9);
  EXPECT_EQ(r[5].item(), 320);
  EXPECT_EQ(r[6].item(), 15 + 6 * 14);
}

TEST(Loops, Nest) {
  const Tensors r = run_both(
      [](Tensors a) -> Tensors {
        Tensor s = 0, last = -1, outer_only = 0;
        for (Tensor i : range(a[0])) {
          outer_only += 1;
          for (Tensor j : range(i)) {
            s = s + i * j;
            last = j;
            print(s);
          }
          s = s + outer_only;
        }
        return {s, last, outer_only};
      },
      {5});
  EXPECT_EQ(r[0].item(), 35 + 15);
  EXPECT_EQ(r[1].item(), 3);
}

TEST(Loops, GiveScratchNoValueAfterwards) {
  const Program reads_it = [](Tensors a) -> Tensors {
    Tensor t;
    for (Tensor i : range(a[0])) t = i + 1;
    return {t};
  };
  EXPECT_THAT(traced_error(reads_it, {3}), HasSubstr("no value before the loop"));
  run_both(
      [](Tensors a) -> Tensors {
        Tensor t, s = 0;
        for (Tensor i : range(a[0])) {
          t = i + 1;
          s = s + t;
        }
        return {s};
      },
      {4});
}

TEST(Loops, NameTheLinesOfATypeChange) {
  const int set = __LINE__ + 3;
  const std::string error = traced_error(
      [](Tensors a) -> Tensors {
        Tensor total = 0.f;
        for (Tensor i : range(a[0])) {
          total = cast(total, DType::int32) + i;
        }
        return {total};
      },
      {3});
  EXPECT_THAT(error, AllOf(HasSubstr(at_line(__FILE__, set)),
                           HasSubstr("has dtype float32 before the loop, but dtype int32 after one "
                                     "iteration, set at " +
                                     at_line(__FILE__, set + 2)),
                           HasSubstr("in the loop at " + at_line(__FILE__, set + 1))));
  // A compiler cache may make the path relative to a folder that is not the current one.
  if (std::ifstream(__FILE__)) {
    EXPECT_THAT(error, HasSubstr("`Tensor total = 0.f;`"));
  }
}

TEST(Loops, RefuseAShapeChange) {
  const std::string error = traced_error(
      [](Tensors a) -> Tensors {
        Tensor x = 1.f;
        for (Tensor i : range(a[0])) x = x + constant({1.f, 2.f});
        return {x};
      },
      {3});
  EXPECT_THAT(error, HasSubstr("has shape () before the loop, but shape (2,) after one iteration"));
}

TEST(Loops, RefuseABodyLeftByBreakOrReturn) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor c = 0;
                    for (Tensor i : range(a[0])) {
                      c = c + i;
                      // check_staging: allow(leave)
                      if (a.size() == 1) break;
                    }
                    return {c};
                  },
                  {3}),
              AllOf(HasSubstr("break, return or goto"), HasSubstr("break_if")));
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor c = 0;
                    for (Tensor i : range(a[0])) {
                      c = c + i;
                      // check_staging: allow(leave)
                      if (a.size() == 1) return {c};
                    }
                    return {c};
                  },
                  {3}),
              HasSubstr("break, return or goto"));
}

TEST(Loops, LeaveNothingBehindAnExceptionThatIsCaught) {
  const auto f = function([](Tensor n) {
    Tensor c = 7;
    try {
      for (Tensor i : range(n)) {
        c = c + i;
        if (c.is_symbolic()) throw 1;
      }
    } catch (int) {
    }
    return c;
  });
  EXPECT_EQ(f(3).item(), 7);
}

TEST(Loops, BreakAndContinue) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor c = 0, n = 0, in = 0;
    for (Tensor i : range(a[0])) {
      Tensor sq = i * i;
      if (continue_if(i % 3 == 1)) continue;
      n = n + 1;
      sq = sq + 1;
      if (break_if(sq > 30)) break;
      print(i);
      c = c + sq;
      for (Tensor j : range(10)) {
        if (break_if(j == i)) break;
        in = in + 1;
      }
    }
    return {c, n, in};
  };
  const Tensors r = run_both(program, {20});
  EXPECT_EQ(r[0].item(), 1 + 5 + 10 + 26);
  EXPECT_EQ(r[1].item(), 5);
  EXPECT_EQ(r[2].item(), 10);
  run_both(program, {2});
  run_both(program, {0});
}

TEST(Loops, RefuseBreakIfInABranch) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    for (Tensor i : range(a[0])) {
                      if_(i > 1, [&] {
                        // check_staging: allow(exit)
                        if (break_if(i > 2)) return;
                      });
                    }
                    return {a[0]};
                  },
                  {3}),
              HasSubstr("break_if stands in a branch"));
}

std::string eager_error(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Loops, CatchMisuseOfBreakIfEagerly) {
  EXPECT_THAT(eager_error([] {
                Tensor y = 0;
                for (Tensor i : range(5)) {
                  // check_staging: allow(exit)
                  if (break_if(i > 2)) {
                    y = y + 1;
                    break;
                  }
                }
              }),
              HasSubstr("only `break` may follow break_if"));
  EXPECT_THAT(eager_error([] {
                // check_staging: allow(exit)
                for (Tensor i : range(5)) (void)break_if(i > 2);
              }),
              HasSubstr("only `break` may follow break_if"));
  EXPECT_EQ(eager_error([] {
              Tensor y = 0;
              for (Tensor i : range(5)) {
                if (continue_if(i > 2)) continue;
                y = y + i;
              }
              y = y + 1;
            }),
            "");
}

TEST(Loops, ServeARangeOnce) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    auto r = range(a[0]);
                    for (Tensor i : r) print(i);
                    for (Tensor i : r) print(i);
                    return {a[0]};
                  },
                  {2}),
              HasSubstr("serves one loop only"));
}

TEST(Loops, CountUpAndDownByAnyStep) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor s = 0;
    for (Tensor i : range(2, 11, 3)) s = s * 10 + i;
    for (Tensor i : range(5, 0, -2)) s = s * 10 + i;
    for (Tensor i : range(a[0], a[1], a[2])) s = s * 10 + i;
    return {s};
  };
  run_both(program, {0, 4, 2});
  EXPECT_EQ(run_both(program, {4, 0, -2})[0].item<int>(), 25853142);
  EXPECT_THAT(eager_error([] {
                for (Tensor i : range(0, 3, 0)) print(i);
              }),
              HasSubstr("Requires delta != 0: 0"));
}

TEST(Loops, WalkRows) {
  const Tensor x = constant({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}});
  const Tensors r = run_both(
      [](Tensors a) -> Tensors {
        Tensor s = constant({0.f, 0.f});
        for (Tensor row : rows(a[0])) {
          print(row);
          s = s + row * row;
        }
        return {s};
      },
      {x});
  EXPECT_EQ(r[0].values<float>()[1], 56);
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    for (Tensor row : rows(a[0])) print(row);
                    return {a[0]};
                  },
                  {1.f}),
              HasSubstr("rows of a scalar"));
}

TEST(Loops, RunWhileAConditionHolds) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor x = a[0], n = 0;
    for (auto _ : while_([&] { return x < 1000.f; })) {
      x = x * 2;
      n = n + 1;
      if (break_if(n == 7)) break;
    }
    const Tensors v = while_loop([](const Tensors& s) { return s[0] < 50.f; },
                                 [](const Tensors& s) {
                                   return Tensors{s[0] + s[1], s[1]};
                                 },
                                 Tensors{a[0], 3.f});
    return {x, n, v[0], v[1]};
  };
  EXPECT_EQ(run_both(program, {1.f})[0].item(), 128);
  EXPECT_EQ(run_both(program, {300.f})[1].item(), 2);
  EXPECT_EQ(run_both(program, {5000.f})[1].item(), 0);
}

TEST(Loops, RefuseBadConditions) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor x = a[0];
                    for (auto _ : while_([&] {
                           x = x + 1;
                           return x < 9.f;
                         })) {
                      x = x * 2;
                    }
                    return {x};
                  },
                  {1.f}),
              AllOf(HasSubstr("condition of the loop"), HasSubstr("assigns")));
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor x = a[0];
                    for (auto _ : while_([&] { return x; })) x = x * 2;
                    return {x};
                  },
                  {1.f}),
              HasSubstr("not a bool scalar"));
}

TEST(Loops, RangesAreOperandsAsWell) {
  const auto f = function([](const Tensor& n) {
    return reduce_sum(cast(range(n), DType::float32)) + constant({{{1.f, 2.f}}, {{3.f, 4.f}}});
  });
  EXPECT_EQ(repr(f(4)), repr(constant({7.f, 8.f, 9.f, 10.f}, Shape{2, 1, 2})));
  EXPECT_EQ(repr(multiply(range(2, 5), 2)), repr(constant({4, 6, 8})));
}

}  // namespace
}  // namespace opscope
