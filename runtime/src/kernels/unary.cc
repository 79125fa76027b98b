// Elementwise functions of one value, but the activations.
#include "kernels/complex_numbers.h"
#include "kernels/vector_kernels.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
struct Neg {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T x) noexcept {
    if constexpr (std::integral<T>) return sub_wrapping(T{0}, x);
    return static_cast<T>(-x);
  }
};
struct Abs {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T x) noexcept {
    if constexpr (std::integral<T>) return x < 0 ? sub_wrapping(T{0}, x) : x;
    return static_cast<T>(std::abs(x));
  }
};
struct Sign {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T x) noexcept {
    if (x != x) return x;
    return static_cast<T>((x > T{0} ? 1 : 0) - (x < T{0} ? 1 : 0));
  }
};
struct Square {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T x) noexcept {
    return mul_wrapping(x, x);
  }
};
struct Reciprocal {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T x) noexcept {
    return static_cast<T>(T{1} / x);
  }
};
struct Rsqrt {
  static constexpr double kCost = 1.5;
  template <typename T>
  static T apply(T x) noexcept {
    return T{1} / std::sqrt(x);
  }
};
struct Rint {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T x) noexcept {
    if constexpr (std::integral<T>)
      return x;
    else
      return std::rint(x);
  }
};
struct Digamma {
  static constexpr double kCost = 40;
  template <typename T>
  static T apply(T value) noexcept {
    double x = static_cast<double>(value);
    if (x == 0) return std::numeric_limits<T>::quiet_NaN();
    double result = 0;
    if (x < 0) {
      if (x == std::floor(x)) return std::numeric_limits<T>::quiet_NaN();
      constexpr double kPi = 3.14159265358979323846;
      result = -kPi / std::tan(kPi * (x - std::nearbyint(x)));
      x = 1 - x;
    }
    for (; x < 16; ++x) result -= 1 / x;
    const double z = 1 / (x * x);
    const double tail = 1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760)));
    result += std::log(x) - 0.5 / x - z * (1.0 / 12 - z * (1.0 / 120 - z * tail));
    return static_cast<T>(result);
  }
};

#define OPSCOPE_MATH(Name, function, cost) \
  struct Name {                            \
    static constexpr double kCost = cost;  \
    template <typename T>                  \
    static T apply(T x) noexcept {         \
      return std::function(x);             \
    }                                      \
  };
OPSCOPE_MATH(Sqrt, sqrt, 1)
OPSCOPE_MATH(Exp, exp, 4)
OPSCOPE_MATH(Expm1, expm1, 8)
OPSCOPE_MATH(Log, log, 5)
OPSCOPE_MATH(Log1p, log1p, 8)
OPSCOPE_MATH(Floor, floor, 0.5)
OPSCOPE_MATH(Ceil, ceil, 0.5)
OPSCOPE_MATH(Sin, sin, 8)
OPSCOPE_MATH(Cos, cos, 8)
OPSCOPE_MATH(Tan, tan, 10)
OPSCOPE_MATH(Asin, asin, 10)
OPSCOPE_MATH(Acos, acos, 10)
OPSCOPE_MATH(Atan, atan, 10)
OPSCOPE_MATH(Sinh, sinh, 10)
OPSCOPE_MATH(Cosh, cosh, 10)
OPSCOPE_MATH(Asinh, asinh, 15)
OPSCOPE_MATH(Acosh, acosh, 15)
OPSCOPE_MATH(Atanh, atanh, 15)
OPSCOPE_MATH(Erf, erf, 10)
OPSCOPE_MATH(Erfc, erfc, 15)
OPSCOPE_MATH(Lgamma, lgamma, 20)
#undef OPSCOPE_MATH

#define OPSCOPE_CLASSIFY(Name, function) \
  struct Name {                          \
    static constexpr double kCost = 0.5; \
    template <typename T>                \
    static bool apply(T x) noexcept {    \
      return std::function(x);           \
    }                                    \
  };
OPSCOPE_CLASSIFY(IsNan, isnan)
OPSCOPE_CLASSIFY(IsInf, isinf)
OPSCOPE_CLASSIFY(IsFinite, isfinite)
#undef OPSCOPE_CLASSIFY

template <typename Op, typename T>
void classify_kernel(KernelContext& context) {
  run_unary(context, unary_loop<Op, T, bool>, DType::boolean, Op::kCost);
}
template <typename Op>
Kernel select_classify(const KernelKey& key) {
  return pick(Floats{}, key.inputs[0],
              []<typename T>() -> Kernel { return classify_kernel<Op, T>; });
}

Kernel select_neg(const KernelKey& key) {
  if (is_complex(key.inputs[0])) return select_unary<Neg, Complexes>(key);
  return select_vector_unary<Neg, SignedNumbers, &VectorLoops::neg>(key);
}

constexpr KernelBinding kBindings[] = {
    {"Neg", select_neg},
    {"Abs", select_vector_unary<Abs, SignedNumbers, &VectorLoops::abs>},
    {"Sign", select_unary<Sign, SignedNumbers>},
    {"Square", select_vector_unary<Square, Numbers, &VectorLoops::square>},
    {"Reciprocal", select_vector_unary<Reciprocal, Floats, &VectorLoops::reciprocal>},
    {"Sqrt", select_vector_unary<Sqrt, Floats, &VectorLoops::sqrt>},
    {"Rsqrt", select_vector_unary<Rsqrt, Floats, &VectorLoops::rsqrt>},
    {"Exp", select_vector_unary<Exp, Floats, &VectorLoops::exp>},
    {"Expm1", select_vector_unary<Expm1, Floats, &VectorLoops::expm1>},
    {"Log", select_vector_unary<Log, Floats, &VectorLoops::log>},
    {"Log1p", select_vector_unary<Log1p, Floats, &VectorLoops::log1p>},
    {"Floor", select_unary<Floor, Floats>},
    {"Ceil", select_unary<Ceil, Floats>},
    {"Round", select_unary<Rint, SignedNumbers>},
    {"Rint", select_unary<Rint, Floats>},
    {"Sin", select_unary<Sin, Floats>},
    {"Cos", select_unary<Cos, Floats>},
    {"Tan", select_unary<Tan, Floats>},
    {"Asin", select_unary<Asin, Floats>},
    {"Acos", select_unary<Acos, Floats>},
    {"Atan", select_unary<Atan, Floats>},
    {"Sinh", select_unary<Sinh, Floats>},
    {"Cosh", select_unary<Cosh, Floats>},
    {"Asinh", select_unary<Asinh, Floats>},
    {"Acosh", select_unary<Acosh, Floats>},
    {"Atanh", select_unary<Atanh, Floats>},
    {"Erf", select_unary<Erf, Floats>},
    {"Erfc", select_unary<Erfc, Floats>},
    {"Lgamma", select_unary<Lgamma, Floats>},
    {"Digamma", select_unary<Digamma, Floats>},
    {"IsNan", select_classify<IsNan>},
    {"IsInf", select_classify<IsInf>},
    {"IsFinite", select_classify<IsFinite>},
};
}  // namespace

KernelBindings unary_kernels() { return kBindings; }

}  // namespace opscope::runtime
