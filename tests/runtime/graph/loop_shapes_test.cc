// Shapes that vary: unknown dimensions, shape invariants, branches of different shapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Tensor one(const Tensor& x) { return reshape(x, {1}); }

TEST(LoopShapes, VaryWithAnInvariant) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor list = constant({7}), shrinking = ones({9});
    for (Tensor i : range(a[0])) {
      shape_invariant(list, {kAnyDim});
      list = concat({list, one(i)}, 0);
    }
    for (auto _ : while_([&] { return size(shrinking) > 3; })) {
      shape_invariant(shrinking, {kAnyDim});
      shrinking = slice(shrinking, {2}, {-1});
    }
    Tensor rank = ones({2});
    for (Tensor row : rows(constant({{1, 2}, {3, 4}}))) {
      shape_invariant(rank, Shape::unknown());
      if (break_if(size(rank) > 4)) break;
      rank = stack({rank, rank});
    }
    return {list, shrinking, rank};
  };
  const Tensors r = run_both(program, {3});
  EXPECT_EQ(r[0].values<std::int32_t>()[3], 2);
  EXPECT_EQ(r[1].shape(), Shape({3}));
  EXPECT_EQ(r[2].shape(), Shape({2, 2, 2}));
  run_both(program, {0});
}

TEST(LoopShapes, VaryInWhileLoop) {
  run_both(
      [](Tensors a) -> Tensors {
        return while_loop([](const Tensors& s) { return s[0] < 4; },
                          [](const Tensors& s) {
                            return Tensors{s[0] + 1, concat({s[1], s[1]}, 0)};
                          },
                          a, {.shape_invariants = {{}, {kAnyDim, 2}}});
      },
      {1, ones({1, 2})});
}

TEST(LoopShapes, AreOpenAfterTheLoop) {
  const auto f = function([](const Tensor& n) {
    Tensor list = constant({7});
    for (Tensor i : range(n)) {
      shape_invariant(list, {kAnyDim});
      list = concat({list, one(i)}, 0);
    }
    return list;
  });
  EXPECT_EQ(f.get_concrete_function(3).outputs()[0].shape, Shape({kAnyDim}));
}

TEST(LoopShapes, KeepUnknownDimensions) {
  const auto f = function(
      [](const Tensor& x) {
        Tensor s = zeros_like(x), first = x;
        for (Tensor row : rows(x)) {
          s = s + row;
          if_(reduce_sum(row) > 3.f, [&] { first = concat({x, x}, 0); });
        }
        return std::pair<Tensor, Tensor>(s, first);
      },
      {{.shape = {kAnyDim, 2}}});
  const ConcreteFunction concrete = f.get_concrete_function();
  EXPECT_EQ(concrete.outputs()[0].shape, Shape({kAnyDim, 2}));
  EXPECT_EQ(concrete.outputs()[1].shape, Shape({kAnyDim, 2}));
  const auto r = f(constant({{1.f, 2.f}, {3.f, 4.f}}));
  EXPECT_EQ(r.first.values<float>()[3], 6);
  EXPECT_EQ(r.second.shape(), Shape({4, 2}));
}

TEST(LoopShapes, AreMergedOverBranches) {
  const auto f = function([](const Tensor& p, const Tensor& i) {
    Tensor y, z;
    if_(
        p,
        [&] {
          y = ones({2, 3});
        },
        else_,
        [&] {
          y = ones({2, 4});
        });
    if_(
        p, [&] { z = ones({2}); }, else_,
        [&] {
          z = ones({1, 1});
        });
    const Tensor s = switch_case(i, {[] {
                                       return ones({1, 5});
                                     },
                                     [] {
                                       return ones({2, 5});
                                     },
                                     [] {
                                       return ones({3, 5});
                                     }});
    return std::array<Tensor, 3>{y, z, s};
  });
  const ConcreteFunction concrete = f.get_concrete_function(true, 1);
  EXPECT_EQ(concrete.outputs()[0].shape, Shape({2, kAnyDim}));
  EXPECT_FALSE(concrete.outputs()[1].shape.has_rank());
  EXPECT_EQ(concrete.outputs()[2].shape, Shape({kAnyDim, 5}));
  const auto r = f(false, 2);
  EXPECT_EQ(r[0].shape(), Shape({2, 4}));
  EXPECT_EQ(r[1].shape(), Shape({1, 1}));
  EXPECT_EQ(r[2].shape(), Shape({3, 5}));
}

TEST(LoopShapes, TakeAConditionOfUnknownRank) {
  const auto f = function(
      [](const Tensor& p, const Tensor& x) {
        return cond(
            p, [&] { return x + 1.f; }, [&] { return x; });
      },
      {{.shape = Shape::unknown(), .dtype = DType::boolean}, {.shape = {}}});
  EXPECT_EQ(f(true, 1.f).item(), 2);
  EXPECT_EQ(f(constant({false}), 1.f).item(), 1);
  EXPECT_THROW((void)f(constant({true, false}), 1.f), Error);
}

Program growing(const Shape& invariant, const Shape& start) {
  return [=](Tensors a) -> Tensors {
    Tensor x = ones(start);
    for (Tensor i : range(a[0])) {
      shape_invariant(x, invariant);
      x = stack({x, x});
    }
    return {x};
  };
}

TEST(LoopShapes, AreChecked) {
  EXPECT_THAT(traced_error(growing({2}, {3}), {3}),
              AllOf(HasSubstr("has shape (3,) before the loop, which does not conform with the "
                              "shape invariant (2,)"),
                    HasSubstr("loop_shapes_test.cc:")));
  EXPECT_THAT(
      traced_error(growing({kAnyDim}, {3}), {3}),
      HasSubstr("has the shape invariant (None,), but shape (2, None) after one iteration"));
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor x = ones({1});
                    for (Tensor i : range(a[0])) x = concat({x, x}, 0);
                    return {x};
                  },
                  {3}),
              AllOf(HasSubstr("has shape (1,) before the loop, but shape (2,) after one iteration"),
                    HasSubstr("shape_invariant(tensor, shape)")));
}

TEST(LoopShapes, MustBeSaidInTime) {
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    Tensor x = ones({1});
                    for (Tensor i : range(a[0])) {
                      x = concat({x, x}, 0);
                      shape_invariant(x, {kAnyDim});
                    }
                    return {x};
                  },
                  {3}),
              HasSubstr("has been used in the loop body"));
  EXPECT_THAT(traced_error(
                  [](Tensors) -> Tensors {
                    Tensor x = ones({1});
                    shape_invariant(x, {kAnyDim});
                    return {x};
                  },
                  {3}),
              HasSubstr("does not stand at the start of a loop body"));
  EXPECT_THAT(traced_error(
                  [](Tensors a) -> Tensors {
                    return while_loop([](const Tensors& s) { return s[0] < 4; },
                                      [](const Tensors& s) { return s; }, a,
                                      {.shape_invariants = {{}, {}}});
                  },
                  {3}),
              HasSubstr("2 shape invariants for 1 loop variables"));
}

TEST(LoopShapes, RefuseAStepOfZeroWhenItRuns) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor s = 0;
    for (Tensor i : range(0, 5, a[0])) s += i;
    return {s};
  };
  run_both(program, {2});
  run_both(program, {-1});
  std::string eager;
  try {
    (void)program({0});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    eager = error.what();
  }
  EXPECT_THAT(eager, HasSubstr("Requires delta != 0"));
  const auto traced = function([&](Tensors a) { return program(std::move(a)); });
  try {
    (void)traced({0});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("Requires delta != 0"), HasSubstr("loop_shapes_test.cc:")));
  }
}

}  // namespace
}  // namespace opscope
