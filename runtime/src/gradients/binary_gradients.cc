// Elementwise operations of two arguments, with broadcasting.
#include <array>

#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

// Each side's gradient, given before it is summed to the side's shape.
template <typename F, typename G>
void give_both(GradientCall& c, const F& dx, const G& dy) {
  c.give(0, [&] { return sum_to_shape(dx(), c.x(0), c.x(1)); });
  c.give(1, [&] { return sum_to_shape(dy(), c.x(1), c.x(0)); });
}

void add(GradientCall& c) {
  give_both(
      c, [&] { return c.dy(); }, [&] { return c.dy(); });
}
void sub(GradientCall& c) {
  give_both(
      c, [&] { return c.dy(); }, [&] { return -c.dy(); });
}
void mul(GradientCall& c) {
  give_both(
      c, [&] { return c.dy() * c.x(1); }, [&] { return c.x(0) * c.dy(); });
}
void mul_no_nan(GradientCall& c) {
  give_both(
      c,
      [&] {
        return raw<"MulNoNan">({c.dy(), c.x(1)});
      },
      [&] {
        return raw<"MulNoNan">({c.x(0), c.dy()});
      });
}
void divide(GradientCall& c) {
  give_both(
      c, [&] { return c.dy() / c.x(1); }, [&] { return c.dy() * (-c.x(0) / c.x(1) / c.x(1)); });
}
void div_no_nan(GradientCall& c) {
  give_both(
      c,
      [&] {
        return raw<"DivNoNan">({c.dy(), c.x(1)});
      },
      [&] {
        const Tensor once = raw<"DivNoNan">({-c.x(0), c.x(1)});
        return c.dy() * raw<"DivNoNan">({once, c.x(1)});
      });
}
void floor_mod(GradientCall& c) {
  give_both(
      c, [&] { return c.dy(); },
      [&] {
        return c.dy() * -raw<"FloorDiv">({c.x(0), c.x(1)});
      });
}
void pow(GradientCall& c) {
  const Tensor& x = c.x(0);
  const Tensor& y = c.x(1);
  give_both(
      c, [&] { return c.dy() * y * opscope::pow(x, y - 1); },
      [&] {
        const Tensor is_positive = x > 0;
        const Tensor safe = where(is_positive, x, ones_like(x));
        return c.dy() * c.y() * where(is_positive, log(safe), zeros_like(x));
      });
}
void squared_difference(GradientCall& c) {
  const Tensor twice = c.dy() * ((c.x(0) - c.x(1)) * 2);
  give_both(
      c, [&] { return twice; }, [&] { return -twice; });
}
void choose(GradientCall& c, const Tensor& takes_x) {
  const Tensor zero = zeros_like(c.dy());
  give_both(
      c, [&] { return where(takes_x, c.dy(), zero); },
      [&] { return where(takes_x, zero, c.dy()); });
}
void maximum(GradientCall& c) { choose(c, c.x(0) >= c.x(1)); }
void minimum(GradientCall& c) { choose(c, c.x(0) <= c.x(1)); }

void xlogy(GradientCall& c) {
  give_both(
      c,
      [&] {
        const Tensor is_some = cast(c.x(0) != 0, c.x(0).dtype());
        return raw<"Xlogy">({is_some, c.x(1)}) * c.dy();
      },
      [&] {
        return raw<"Xdivy">({c.x(0), c.x(1)}) * c.dy();
      });
}
void xlog1py(GradientCall& c) {
  give_both(
      c,
      [&] {
        const Tensor is_some = cast(c.x(0) != 0, c.x(0).dtype());
        return raw<"Xlog1py">({is_some, c.x(1)}) * c.dy();
      },
      [&] {
        return raw<"Xdivy">({c.x(0), c.x(1) + 1}) * c.dy();
      });
}
void xdivy(GradientCall& c) {
  give_both(
      c,
      [&] {
        const Tensor is_some = cast(c.x(0) != 0, c.x(0).dtype());
        return raw<"Xdivy">({is_some, c.x(1)}) * c.dy();
      },
      [&] {
        return raw<"Xdivy">({-c.x(0), square(c.x(1))}) * c.dy();
      });
}
void atan2(GradientCall& c) {
  const Tensor scaled = c.dy() / (square(c.x(0)) + square(c.x(1)));
  give_both(
      c, [&] { return scaled * c.x(1); }, [&] { return -(scaled * c.x(0)); });
}
void next_after(GradientCall& c) {
  give_both(
      c, [&] { return c.dy(); }, [&] { return zeros_like(c.dy()); });
}

// The regularized gamma functions: only the derivative by x has an elementary form.
Tensor igamma_slope(const GradientCall& c) {
  const Tensor& a = c.x(0);
  const Tensor& x = c.x(1);
  return exp((a - 1) * log(x) - x - raw<"Lgamma">({a})) * c.dy();
}
void igamma(GradientCall& c) {
  give_both(
      c,
      [&] {
        return raw<"IgammaGradA">({c.x(0), c.x(1)}) * c.dy();
      },
      [&] { return igamma_slope(c); });
}
void igammac(GradientCall& c) {
  give_both(
      c,
      [&] {
        return -(raw<"IgammaGradA">({c.x(0), c.x(1)}) * c.dy());
      },
      [&] { return -igamma_slope(c); });
}
void zeta(GradientCall& c) {
  c.give(1, [&] {
    const Tensor slope = -c.x(0) * raw<"Zeta">({c.x(0) + 1, c.x(1)});
    return sum_to_shape(slope * c.dy(), c.x(1), c.x(0));
  });
}
void polygamma(GradientCall& c) {
  c.give(1, [&] {
    const Tensor slope = raw<"Polygamma">({c.x(0) + 1, c.x(1)});
    return sum_to_shape(slope * c.dy(), c.x(1), c.x(0));
  });
}

void add_n(GradientCall& c) {
  for (std::size_t i = 0; i < c.inputs.size(); ++i) c.give(i, [&] { return c.dy(); });
}

void clip_by_value(GradientCall& c) {
  const Tensor zero = zeros_like(c.dy());
  const Tensor is_low = c.x(0) < c.x(1);
  const Tensor is_high = c.x(0) > c.x(2);
  c.give(0, [&] { return where(is_low | is_high, zero, c.dy()); });
  c.give(1, [&] { return sum_to_shape(where(is_low, c.dy(), zero), c.x(1), c.x(0)); });
  c.give(2, [&] { return sum_to_shape(where(is_high, c.dy(), zero), c.x(2), c.x(0)); });
}

void select_v2(GradientCall& c) {
  const Tensor zero = zeros_like(c.dy());
  c.give(1, [&] { return sum_to_shape(where(c.x(0), c.dy(), zero), c.x(1), c.y()); });
  c.give(2, [&] { return sum_to_shape(where(c.x(0), zero, c.dy()), c.x(2), c.y()); });
}

// A vector condition chooses rows.
void select(GradientCall& c) {
  const Tensor zero = zeros_like(c.x(1));
  c.give(1, [&] { return raw<"Select">({c.x(0), c.dy(), zero}); });
  c.give(2, [&] { return raw<"Select">({c.x(0), zero, c.dy()}); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Add", add},
    {"AddV2", add},
    {"Sub", sub},
    {"Mul", mul},
    {"MulNoNan", mul_no_nan},
    {"RealDiv", divide},
    {"Div", divide},
    {"DivNoNan", div_no_nan},
    {"FloorMod", floor_mod},
    {"Pow", pow},
    {"SquaredDifference", squared_difference},
    {"Maximum", maximum},
    {"Minimum", minimum},
    {"Xlogy", xlogy},
    {"Xlog1py", xlog1py},
    {"Xdivy", xdivy},
    {"Atan2", atan2},
    {"NextAfter", next_after},
    {"Igamma", igamma},
    {"Igammac", igammac},
    {"Zeta", zeta},
    {"Polygamma", polygamma},
    {"AddN", add_n},
    {"AccumulateNV2", add_n},
    {"ClipByValue", clip_by_value},
    {"SelectV2", select_v2},
    {"Select", select},
};

}  // namespace

GradientTable binary_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
