// Iterations, branches and derivatives over numbers.
#include "user_programs.h"

namespace opscope::compat {
namespace {

const Tensor kMatrix = constant({{4., 1., 0.5}, {1., 3., -0.5}, {0.5, -0.5, 2.}});
const Tensor kVector = constant({0.3, -1.2, 0.7});

// The root of t^3 - a by Newton's method, the slope from a tape inside the loop.
Tensors newton(const Tensors& in) {
  Tensor t = ones_like(in[0]);
  Tensor steps = 0;
  const auto f = [&](const Tensor& at) { return at * at * at - in[0]; };
  for (auto _ : while_([&] { return (reduce_max(abs(f(t))) > 1e-9) & (steps < 50); })) {
    GradientTape tape;
    const Tensor at = identity(t);
    const Tensor y = f(at);
    t = at - y / tape.gradient(y, at);
    steps += 1;
  }
  return {t, steps};
}

Tensors babylonian(const Tensors& in) {
  Tensor guess = in[0];
  for ([[maybe_unused]] Tensor i : range(12)) guess = 0.5 * (guess + in[0] / guess);
  return {guess};
}

Tensors mandelbrot(const Tensors& in) {
  Tensor re = zeros_like(in[0]);
  Tensor im = zeros_like(in[0]);
  Tensor count = zeros_like(cast(in[0], DType::int32));
  for ([[maybe_unused]] Tensor i : range(20)) {
    const Tensor next = re * re - im * im + in[0];
    im = 2. * re * im + in[1];
    re = clip_by_value(next, -10., 10.);
    im = clip_by_value(im, -10., 10.);
    count += cast(re * re + im * im < 4., DType::int32);
  }
  return {count};
}

Tensors power_iteration(const Tensors& in) {
  Tensor v = reshape(in[1], {3, 1});
  Tensor change = constant(1.);
  for (auto _ : while_([&] { return change > 1e-10; })) {
    const Tensor w = matmul(in[0], v);
    const Tensor next = w / sqrt(reduce_sum(w * w));
    change = reduce_max(abs(next - v));
    v = next;
  }
  const Tensor value = matmul(v, matmul(in[0], v), {.transpose_a = true});
  return {squeeze(value), v};
}

Tensors gradient_descent(const Tensors& in) {
  Tensor x = in[1];
  Tensor velocity = zeros_like(x);
  for (Tensor i : range(in[2])) {
    GradientTape tape;
    const Tensor at = identity(x);
    const Tensor p = reshape(at, {3, 1});
    const Tensor energy = reduce_sum(p * matmul(in[0], p)) * 0.5 - reduce_sum(sin(at));
    const Tensor slope = tape.gradient(energy, at);
    velocity = 0.5 * velocity - 0.1 * slope;
    if_(
        i % 4 == 3, [&] { velocity = zeros_like(velocity); }, else_, [&] { x += velocity; });
  }
  return {x};
}

Tensors jacobian_and_hessian(const Tensors& in) {
  GradientTape outer({.persistent = true});
  const Tensor x = identity(in[0]);
  GradientTape inner({.persistent = true});
  const Tensor at = identity(x);
  const Tensor y = sin(at) * reduce_sum(at * at);
  const Tensor energy = reduce_sum(y * y);
  const Tensor slope = inner.gradient(energy, at);
  return {inner.jacobian(y, at), slope, outer.jacobian(slope, x)};
}

Tensors third_derivative(const Tensors& in) {
  const auto f = [](const Tensor& x) {
    Tensor y = x;
    for ([[maybe_unused]] Tensor i : range(3)) y = y * x + sin(y);
    return y;
  };
  return {gradient(gradient(gradient(f)))(in[0])};
}

Tensors piecewise(const Tensors& in) {
  const Tensor m = reduce_mean(in[0]);
  const Tensor y = cond(
      m > 1., [&] { return exp(in[0]); },
      [&] {
        return cond(
            m < -1., [&] { return in[0] * 3.; }, [&] { return in[0] * in[0]; });
      });
  return {y, cast(m * 100., DType::int32)};
}

Tensors clipping(const Tensors& in) {
  const auto clip = custom_gradient([](const Tensors& a) {
    return CustomGradientResult{
        {identity(a[0])}, [](const Tensors& dy) { return Tensors{clip_by_value(dy[0], -1., 1.)}; }};
  });
  Tensor y = in[0];
  for ([[maybe_unused]] Tensor i : range(3)) y = clip({y * 2. + sin(y)})[0];
  return {y};
}

Tensors collatz(const Tensors& in) {
  Tensor n = in[0], steps = 0, peak = n;
  for (auto _ : while_([&] { return n != 1; })) {
    if_(
        n % 2 == 0, [&] { n = floordiv(n, 2); }, else_, [&] { n = 3 * n + 1; });
    peak = maximum(peak, n);
    steps += 1;
    if (break_if(steps >= 200)) break;
  }
  return {steps, peak, n};
}

Tensors primes(const Tensors& in) {
  Tensor sum = 0, found = 0;
  for (Tensor n : range(2, in[0])) {
    Tensor is_prime = true;
    for (Tensor d : range(2, n)) {
      if (break_if(d * d > n)) break;
      if (continue_if(n % d != 0)) continue;
      is_prime = false;
    }
    if (continue_if(!is_prime)) continue;
    sum += n;
    found += 1;
  }
  return {sum, found};
}

Tensors runge_kutta(const Tensors& in) {
  const auto slope = [&](const Tensor& y) {
    const std::vector<Tensor> parts = unstack(y);
    return stack({parts[1], in[1] * (1. - parts[0] * parts[0]) * parts[1] - parts[0]});
  };
  const double h = 0.05;
  Tensor y = in[0];
  for ([[maybe_unused]] Tensor i : range(20)) {
    const Tensor a = slope(y);
    const Tensor b = slope(y + h * 0.5 * a);
    const Tensor c = slope(y + h * 0.5 * b);
    y += h * (a / 6. + b / 3. + c / 2.);
  }
  return {y};
}

Tensors sinkhorn(const Tensors& in) {
  Tensor p = exp(-abs(in[0]));
  for ([[maybe_unused]] Tensor i : range(5)) {
    p /= reduce_sum(p, {.axes = Axes{1}, .keep_dims = true});
    p /= reduce_sum(p, {.axes = Axes{0}, .keep_dims = true});
  }
  return {p * in[0], reduce_sum(p, {.axes = Axes{1}})};
}

// A dimension that only the run knows, and a rank that it alone knows.
Tensors unknown_sizes(const Tensors& in) {
  const Tensor n = shape(in[0])[0];
  const Tensor flat = reshape(in[0], {kAnyDim});
  const Tensor centred = in[0] - reduce_mean(in[0], {.axes = Axes{0}, .keep_dims = true});
  const Tensor covariance =
      matmul(centred, centred, {.transpose_a = true}) / cast(n - 1, DType::float64);
  return {covariance, reshape(flat[Slice{.step = 2}], {kAnyDim}), n,
          concat({shape(in[1]), stack({rank(in[1])})}, 0), reduce_sum(in[1])};
}

}  // namespace

std::vector<UserProgram> numeric_programs() {
  const Tensor x = constant({0.5, 2., 9.});
  return {
      {"newton", {x}, newton},
      {"babylonian", {x}, babylonian, true},
      {"mandelbrot", {constant({-0.5, 0.3, 1.}), constant({0.5, 0.6, 0.})}, mandelbrot},
      {"power_iteration", {kMatrix, kVector}, power_iteration, true},
      {"gradient_descent", {kMatrix, kVector, 9}, gradient_descent, true},
      {"jacobian_and_hessian", {kVector}, jacobian_and_hessian},
      {"third_derivative", {constant({0.3, 0.9})}, third_derivative, true},
      {"piecewise", {x}, piecewise, true},
      {"piecewise_low", {kVector - 2.}, piecewise, true},
      {"clipping", {kVector}, clipping, true},
      {"collatz", {27}, collatz},
      {"primes", {60}, primes},
      {"runge_kutta", {constant({1., 0.}), constant(0.7)}, runge_kutta, true},
      {"sinkhorn", {kMatrix}, sinkhorn, true},
      {"unknown_sizes",
       {constant({{1., 2.}, {3., 5.}, {2., 7.}}), reshape(constant({1.f, 2.f}), {1, 1, 2})},
       unknown_sizes,
       true,
       {{{kAnyDim, 2}, DType::float64, ""}, {Shape::unknown(), DType::float32, ""}}},
  };
}

}  // namespace opscope::compat
