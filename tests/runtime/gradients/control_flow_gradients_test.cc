// Gradients through loops, branches and calls: equal to those of the same program run eagerly.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "opscope/error.h"
#include "opscope/runtime.h"

namespace opscope {
namespace {

using Body = std::function<Tensor(const Tensor&, const Tensor&)>;

double number(const Tensor& x) { return x.item(); }

Tensor slope_of(const Body& f, const Tensor& x, const Tensor& n) {
  GradientTape tape;
  const Tensor at = identity(x);
  const Tensor y = reduce_sum(f(at, n));
  return tape.gradient(y, at, {.unconnected_gradients = UnconnectedGradients::zero});
}

Tensor second_of(const Body& f, const Tensor& x, const Tensor& n) {
  return slope_of([&](const Tensor& at, const Tensor& m) { return slope_of(f, at, m); }, x, n);
}

void expect_same(const Tensor& got, const Tensor& want, const char* what) {
  SCOPED_TRACE(what);
  ASSERT_EQ(got.shape(), want.shape());
  const auto a = got.values<double>();
  const auto b = want.values<double>();
  for (std::size_t i = 0; i < b.size(); ++i) {
    EXPECT_NEAR(a[i], b[i], 1e-9 * std::max(1.0, std::abs(b[i]))) << "element " << i;
  }
}

// The tape in the traced function; around its call; both for the first and second derivative.
void check(const Body& f, const Tensor& x, int n) {
  const Tensor count(n);
  const auto called = function([&](const Tensor& a, const Tensor& m) { return f(a, m); });
  const Body call = [&](const Tensor& a, const Tensor& m) { return called(a, m); };
  const auto inside = [&](const auto& derivative) {
    return function([&, derivative](const Tensor& a, const Tensor& m) {
      return derivative(f, a, m);
    })(x, count);
  };
  const auto nested = [&](const auto& derivative) {
    return function([&, derivative](const Tensor& a, const Tensor& m) {
      return derivative(call, a, m);
    })(x, count);
  };
  const Tensor first = slope_of(f, x, count);
  expect_same(inside(slope_of), first, "tape inside");
  expect_same(slope_of(call, x, count), first, "tape around the call");
  expect_same(nested(slope_of), first, "call inside a traced tape");
  const Tensor second = second_of(f, x, count);
  expect_same(inside(second_of), second, "second, tapes inside");
  expect_same(second_of(call, x, count), second, "second, tapes around the call");
  expect_same(nested(second_of), second, "second, call inside traced tapes");
}

const Tensor kVector = constant({0.5, -1.25, 2.0});

TEST(ControlFlowGradients, OfWhile) {
  const Body powers = [](const Tensor& x, const Tensor& n) {
    Tensor y = x;
    for ([[maybe_unused]] Tensor i : range(n)) y = y * x + sin(y);
    return y;
  };
  check(powers, kVector, 3);
  check(powers, kVector, 0);
}

TEST(ControlFlowGradients, OfIntermediateValues) {
  check(
      [](const Tensor& x, const Tensor& n) {
        Tensor y = x, z = x * 2.0;
        for (Tensor i : range(n)) {
          const Tensor t = tanh(y + cast(i, DType::float64));
          z = z + exp(t) * y;
          y = t * x;
        }
        return y * z;
      },
      kVector, 4);
}

TEST(ControlFlowGradients, OfNestedLoops) {
  check(
      [](const Tensor& x, const Tensor& n) {
        Tensor y = x;
        for ([[maybe_unused]] Tensor i : range(n)) {
          Tensor inner = y;
          for ([[maybe_unused]] Tensor j : range(2)) inner = inner * x + 0.5;
          y = y + sin(inner);
        }
        return y;
      },
      kVector, 3);
}

TEST(ControlFlowGradients, OfBranches) {
  const Body branches = [](const Tensor& x, const Tensor& n) {
    Tensor y = x;
    if_(
        n > 2,
        [&] {
          const Tensor t = exp(x);
          y = t * t + x;
        },
        else_, [&] { y = sin(x) * x; });
    return y * y;
  };
  check(branches, kVector, 3);
  check(branches, kVector, 1);
}

TEST(ControlFlowGradients, OfBranchesInLoops) {
  check(
      [](const Tensor& x, const Tensor& n) {
        Tensor y = x;
        for (Tensor i : range(n)) {
          if_(
              i % 2 == 0, [&] { y = exp(y * 0.1) * x; }, else_if, [&] { return i == 3; },
              [&] { y = sin(y) * y; }, else_, [&] { y = y * y; });
        }
        return y;
      },
      kVector, 5);
}

TEST(ControlFlowGradients, OfLoopsInBranches) {
  const Body f = [](const Tensor& x, const Tensor& n) {
    Tensor y = x;
    if_(n > 2, [&] {
      for ([[maybe_unused]] Tensor i : range(n)) y = y * x;
    });
    return y;
  };
  check(f, kVector, 4);
  check(f, kVector, 1);
}

TEST(ControlFlowGradients, OfBreakAndContinue) {
  check(
      [](const Tensor& x, const Tensor& n) {
        Tensor y = x;
        for (Tensor i : range(n)) {
          if (continue_if(i == 1)) continue;
          y = y * x + 1.0;
          if (break_if(i == 3)) break;
          y = y + x;
        }
        return y;
      },
      kVector, 9);
}

TEST(ControlFlowGradients, OfCases) {
  const Body f = [](const Tensor& x, const Tensor& n) {
    return switch_case(n, {[&] { return x * x; }, [&] { return exp(x); }, [&] { return x; }});
  };
  for (const int n : {0, 1, 2, 7}) check(f, kVector, n);
}

TEST(ControlFlowGradients, OfConditionLoops) {
  check(
      [](const Tensor& x, const Tensor&) {
        Tensor y = x;
        for ([[maybe_unused]] auto _ : while_([&] { return reduce_sum(y * y) < 100.0; })) {
          y = y * 1.5 + x;
        }
        return y;
      },
      kVector, 0);
}

TEST(ControlFlowGradients, OfTensorArrays) {
  check(
      [](const Tensor& x, const Tensor& n) {
        TensorArray values(DType::float64, n);
        Tensor y = x;
        for (Tensor i : range(n)) {
          y = y * x;
          values.write(i, sin(y));
        }
        TensorArray rows(DType::float64, 3);
        rows.unstack(x * x);
        return values.stack() * rows.read(1);
      },
      kVector, 3);
}

TEST(ControlFlowGradients, OfJoinedTensorArrays) {
  check(
      [](const Tensor& x, const Tensor&) {
        TensorArray parts(DType::float64, 2,
                          {.element_shape = Shape{kAnyDim}, .infer_shape = false});
        parts.write(0, x * x);
        parts.write(1, slice(sin(x), {0}, {2}));
        return square(parts.concat());
      },
      kVector, 2);
}

TEST(ControlFlowGradients, OfVariablesInLoops) {
  const Variable w(constant({1.5, 0.5, -0.5}));
  const auto slope = [&](const Tensor& n) {
    GradientTape tape;
    Tensor y = kVector;
    for ([[maybe_unused]] Tensor i : range(n)) y = y * w + sin(w);
    return tape.gradient(reduce_sum(y), w);
  };
  const Tensor eager = slope(Tensor(3));
  expect_same(function([&](const Tensor& n) { return slope(n); })(Tensor(3)), eager, "traced");
  const auto called = function([&](const Tensor& n) {
    Tensor y = kVector;
    for ([[maybe_unused]] Tensor i : range(n)) y = y * w + sin(w);
    return reduce_sum(y);
  });
  GradientTape tape;
  const Tensor y = called(Tensor(3));
  expect_same(tape.gradient(y, w), eager, "called");
}

TEST(ControlFlowGradients, RunEffectsOnce) {
  const Variable count(0.0);
  const auto f = function([&](const Tensor& x) {
    GradientTape tape;
    const Tensor at = identity(x);
    Tensor y = at;
    for ([[maybe_unused]] Tensor i : range(3)) {
      count.assign_add(1.0);
      y = y * at;
    }
    return tape.gradient(y, at);
  });
  EXPECT_DOUBLE_EQ(number(f(2.0)), 4 * 8);
  EXPECT_DOUBLE_EQ(number(count.read()), 3);
}

TEST(ControlFlowGradients, AreNoneForWholeNumbers) {
  const auto f = function([](const Tensor& x) {
    GradientTape tape;
    const Tensor at = identity(x);
    Tensor y = 0;
    for (Tensor i : range(3)) y = y + cast(at, DType::int32) * i;
    const Tensor slope = tape.gradient(cast(y, DType::float64), at);
    return slope.has_value() ? Tensor(1) : Tensor(0);
  });
  EXPECT_EQ(number(f(2.0)), 0);
}

}  // namespace
}  // namespace opscope
