// Elementwise mathematical functions, and the ops that are their gradients.
#include <numbers>

#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

void neg(GradientCall& c) {
  c.give(0, [&] { return -c.dy(); });
}
void abs(GradientCall& c) {
  c.give(0, [&] { return c.dy() * sign(c.x()); });
}
void zero(GradientCall& c) {
  c.give(0, [&] { return zeros_like(c.x()); });
}
void square(GradientCall& c) {
  c.give(0, [&] { return c.dy() * (c.x() * 2); });
}
void sqrt(GradientCall& c) {
  c.give(0, [&] { return raw<"SqrtGrad">({c.y(), c.dy()}); });
}
void sqrt_grad(GradientCall& c) {
  const Tensor scaled = c.dy() / c.x(0);
  c.give(0, [&] { return -(scaled * c.y()); });
  c.give(1, [&] { return scaled * 0.5; });
}
void rsqrt(GradientCall& c) {
  c.give(0, [&] { return raw<"RsqrtGrad">({c.y(), c.dy()}); });
}
void rsqrt_grad(GradientCall& c) {
  c.give(0, [&] { return c.dy() * -1.5 * c.x(1) * opscope::square(c.x(0)); });
  c.give(1, [&] { return raw<"RsqrtGrad">({c.x(0), c.dy()}); });
}
void reciprocal(GradientCall& c) {
  c.give(0, [&] { return raw<"ReciprocalGrad">({c.y(), c.dy()}); });
}
void reciprocal_grad(GradientCall& c) {
  c.give(0, [&] { return c.dy() * -2 * c.x(1) * c.x(0); });
  c.give(1, [&] { return raw<"ReciprocalGrad">({c.x(0), c.dy()}); });
}
void exp(GradientCall& c) {
  c.give(0, [&] { return c.dy() * c.y(); });
}
void expm1(GradientCall& c) {
  c.give(0, [&] { return c.dy() * opscope::exp(c.x()); });
}
void log(GradientCall& c) {
  c.give(0, [&] { return c.dy() * opscope::reciprocal(c.x()); });
}
void log1p(GradientCall& c) {
  c.give(0, [&] { return c.dy() * opscope::reciprocal(c.x() + 1); });
}
void sin(GradientCall& c) {
  c.give(0, [&] { return c.dy() * opscope::cos(c.x()); });
}
void cos(GradientCall& c) {
  c.give(0, [&] { return -(c.dy() * opscope::sin(c.x())); });
}
void tan(GradientCall& c) {
  c.give(0, [&] { return opscope::square(opscope::reciprocal(opscope::cos(c.x()))) * c.dy(); });
}
void sinh(GradientCall& c) {
  c.give(0, [&] { return c.dy() * raw<"Cosh">({c.x()}); });
}
void cosh(GradientCall& c) {
  c.give(0, [&] { return c.dy() * raw<"Sinh">({c.x()}); });
}
void asin(GradientCall& c) {
  c.give(0,
         [&] { return c.dy() * opscope::reciprocal(opscope::sqrt(1 - opscope::square(c.x()))); });
}
void acos(GradientCall& c) {
  c.give(0, [&] {
    return -(c.dy() * opscope::reciprocal(opscope::sqrt(1 - opscope::square(c.x()))));
  });
}
void atan(GradientCall& c) {
  c.give(0, [&] { return c.dy() * opscope::reciprocal(opscope::square(c.x()) + 1); });
}
void asinh(GradientCall& c) {
  c.give(0, [&] { return c.dy() / raw<"Cosh">({c.y()}); });
}
void acosh(GradientCall& c) {
  c.give(0, [&] { return c.dy() / raw<"Sinh">({c.y()}); });
}
void atanh(GradientCall& c) {
  c.give(0, [&] { return c.dy() * opscope::reciprocal(1 - opscope::square(c.x())); });
}
void tanh(GradientCall& c) {
  c.give(0, [&] { return raw<"TanhGrad">({c.y(), c.dy()}); });
}
void tanh_grad(GradientCall& c) {
  c.give(0, [&] { return c.dy() * -2 * c.x(1) * c.x(0); });
  c.give(1, [&] { return raw<"TanhGrad">({c.x(0), c.dy()}); });
}
void sigmoid(GradientCall& c) {
  c.give(0, [&] { return raw<"SigmoidGrad">({c.y(), c.dy()}); });
}
void sigmoid_grad(GradientCall& c) {
  c.give(0, [&] {
    const Tensor product = c.dy() * c.x(1);
    return product - product * 2 * c.x(0);
  });
  c.give(1, [&] { return raw<"SigmoidGrad">({c.x(0), c.dy()}); });
}
void erf(GradientCall& c) {
  constexpr double kFactor = 2 * std::numbers::inv_sqrtpi;
  c.give(0, [&] { return c.dy() * (opscope::exp(-opscope::square(c.x())) * kFactor); });
}
void erfc(GradientCall& c) {
  constexpr double kFactor = -2 * std::numbers::inv_sqrtpi;
  c.give(0, [&] { return c.dy() * (opscope::exp(-opscope::square(c.x())) * kFactor); });
}
void erfinv(GradientCall& c) {
  constexpr double kFactor = 0.5 / std::numbers::inv_sqrtpi;
  c.give(0, [&] { return c.dy() * (opscope::exp(opscope::square(c.y())) * kFactor); });
}
void ndtri(GradientCall& c) {
  constexpr double kRootTwoPi = std::numbers::sqrt2 / std::numbers::inv_sqrtpi;
  c.give(0, [&] { return c.dy() * (opscope::exp(opscope::square(c.y()) / 2) * kRootTwoPi); });
}
void lgamma(GradientCall& c) {
  c.give(0, [&] { return c.dy() * raw<"Digamma">({c.x()}); });
}
void digamma(GradientCall& c) {
  c.give(0, [&] { return c.dy() * raw<"Polygamma">({ones_like(c.x()), c.x()}); });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Neg", neg},
    {"Abs", abs},
    {"Sign", zero},
    {"Square", square},
    {"Sqrt", sqrt},
    {"SqrtGrad", sqrt_grad},
    {"Rsqrt", rsqrt},
    {"RsqrtGrad", rsqrt_grad},
    {"Reciprocal", reciprocal},
    {"Inv", reciprocal},
    {"ReciprocalGrad", reciprocal_grad},
    {"InvGrad", reciprocal_grad},
    {"Exp", exp},
    {"Expm1", expm1},
    {"Log", log},
    {"Log1p", log1p},
    {"Sin", sin},
    {"Cos", cos},
    {"Tan", tan},
    {"Sinh", sinh},
    {"Cosh", cosh},
    {"Asin", asin},
    {"Acos", acos},
    {"Atan", atan},
    {"Asinh", asinh},
    {"Acosh", acosh},
    {"Atanh", atanh},
    {"Tanh", tanh},
    {"TanhGrad", tanh_grad},
    {"Sigmoid", sigmoid},
    {"SigmoidGrad", sigmoid_grad},
    {"Erf", erf},
    {"Erfc", erfc},
    {"Erfinv", erfinv},
    {"Ndtri", ndtri},
    {"Lgamma", lgamma},
    {"Digamma", digamma},
};

}  // namespace

GradientTable unary_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
