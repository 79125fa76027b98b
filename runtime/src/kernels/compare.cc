// Comparisons, logic and bits.
#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/broadcast.h"
#include "kernels/complex_numbers.h"
#include "kernels/elementwise.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
#define OPSCOPE_COMPARISON(Name, op)                     \
  struct Name {                                          \
    static constexpr double kCost = 0.4;                 \
    template <typename T>                                \
    static bool apply(const T& a, const T& b) noexcept { \
      return a op b;                                     \
    }                                                    \
  };
OPSCOPE_COMPARISON(Equal, ==)
OPSCOPE_COMPARISON(NotEqual, !=)
OPSCOPE_COMPARISON(Less, <)
OPSCOPE_COMPARISON(LessEqual, <=)
OPSCOPE_COMPARISON(Greater, >)
OPSCOPE_COMPARISON(GreaterEqual, >=)
#undef OPSCOPE_COMPARISON

struct And {
  static constexpr double kCost = 0.2;
  static bool apply(bool a, bool b) noexcept { return a && b; }
};
struct Or {
  static constexpr double kCost = 0.2;
  static bool apply(bool a, bool b) noexcept { return a || b; }
};
struct Not {
  static constexpr double kCost = 0.2;
  static bool apply(bool a) noexcept { return !a; }
};

#define OPSCOPE_BITWISE(Name, op)        \
  struct Name {                          \
    static constexpr double kCost = 0.3; \
    template <typename T>                \
    static T apply(T a, T b) noexcept {  \
      return static_cast<T>(a op b);     \
    }                                    \
  };
OPSCOPE_BITWISE(BitwiseAnd, &)
OPSCOPE_BITWISE(BitwiseOr, |)
OPSCOPE_BITWISE(BitwiseXor, ^)
#undef OPSCOPE_BITWISE

struct Invert {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T a) noexcept {
    return static_cast<T>(~a);
  }
};
// Counts outside of the type's width are clamped, as TensorFlow does.
template <typename T>
int shift_count(T b) noexcept {
  constexpr int kMost = static_cast<int>(sizeof(T) * 8) - 1;
  if constexpr (std::signed_integral<T>) {
    if (b < 0) return 0;
  }
  return b > static_cast<T>(kMost) ? kMost : static_cast<int>(b);
}
struct LeftShift {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return static_cast<T>(static_cast<Wrapping<T>>(a) << shift_count(b));
  }
};
struct RightShift {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return static_cast<T>(a >> shift_count(b));
  }
};

struct PopulationCount {
  static constexpr double kCost = 0.5;
  template <typename T>
  static std::uint8_t apply(T a) noexcept {
    return static_cast<std::uint8_t>(std::popcount(static_cast<std::make_unsigned_t<T>>(a)));
  }
};
template <typename T>
void population_count(KernelContext& context) {
  run_unary(context, unary_loop<PopulationCount, T, std::uint8_t>, DType::uint8,
            PopulationCount::kCost);
}

template <typename T>
void approximate_equal(KernelContext& context) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  context.require(a.shape() == b.shape(), "x and y must be of the same size.");
  const T tolerance = static_cast<T>(context.attr_float("tolerance"));
  TensorRep& out = context.allocate_output(0, DType::boolean, a.shape());
  std::transform(a.data<T>(), a.data<T>() + a.num_elements(), b.data<T>(), out.mutable_data<bool>(),
                 [tolerance](T x, T y) { return std::abs(x - y) < tolerance; });
}

template <bool kWantEqual>
void compare_strings(KernelContext& context) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  Shape shape;
  try {
    shape = broadcast_shapes(a.shape(), b.shape());
  } catch (const Error& error) {
    if (context.attr_bool("incompatible_shape_error")) context.invalid(error.what());
    *context.allocate_output(0, DType::boolean, Shape()).mutable_data<bool>() = !kWantEqual;
    return;
  }
  TensorRep& out = context.allocate_output(0, DType::boolean, shape);
  if (out.num_elements() == 0) return;
  const BroadcastPlan<2> plan(shape, {&a.shape(), &b.shape()});
  RowWalker<2> walker(plan, 0);
  bool* result = out.mutable_data<bool>();
  const auto strides = plan.row_strides();
  for (std::int64_t r = 0; r < plan.num_rows(); ++r, walker.next()) {
    const std::string* left = a.data<std::string>() + walker.offset(0);
    const std::string* right = b.data<std::string>() + walker.offset(1);
    for (std::int64_t i = 0; i < plan.row_size(); ++i) {
      *result++ = (left[i * strides[0]] == right[i * strides[1]]) == kWantEqual;
    }
  }
}

// With incompatible_shape_error = false, shapes that do not broadcast are simply not equal.
template <typename Op, typename T, bool kWantEqual>
void equality(KernelContext& context) {
  if (!context.attr_bool("incompatible_shape_error")) {
    try {
      static_cast<void>(broadcast_shapes(context.input(0).shape(), context.input(1).shape()));
    } catch (const Error&) {
      *context.allocate_output(0, DType::boolean, Shape()).mutable_data<bool>() = !kWantEqual;
      return;
    }
  }
  compare_kernel<Op, T>(context);
}

template <typename Op, bool kWantEqual>
Kernel select_equality(const KernelKey& key) {
  if (key.inputs[0] == DType::string) return compare_strings<kWantEqual>;
  if (is_complex(key.inputs[0])) {
    return pick(Complexes{}, key.inputs[0],
                []<typename T>() -> Kernel { return equality<Op, T, kWantEqual>; });
  }
  return pick(NumbersAndBool{}, key.inputs[0],
              []<typename T>() -> Kernel { return equality<Op, T, kWantEqual>; });
}

constexpr KernelBinding kBindings[] = {
    {"Equal", select_equality<Equal, true>},
    {"NotEqual", select_equality<NotEqual, false>},
    {"ApproximateEqual",
     [](const KernelKey& key) {
       return pick(TypeList<float, double>{}, key.inputs[0],
                   []<typename T>() -> Kernel { return approximate_equal<T>; });
     }},
    {"PopulationCount",
     [](const KernelKey& key) {
       return pick(Ints{}, key.inputs[0],
                   []<typename T>() -> Kernel { return population_count<T>; });
     }},
    {"Less", select_compare<Less, Numbers>},
    {"LessEqual", select_compare<LessEqual, Numbers>},
    {"Greater", select_compare<Greater, Numbers>},
    {"GreaterEqual", select_compare<GreaterEqual, Numbers>},
    {"LogicalAnd", select_binary<And, TypeList<bool>>},
    {"LogicalOr", select_binary<Or, TypeList<bool>>},
    {"LogicalNot", select_unary<Not, TypeList<bool>>},
    {"BitwiseAnd", select_binary<BitwiseAnd, Ints>},
    {"BitwiseOr", select_binary<BitwiseOr, Ints>},
    {"BitwiseXor", select_binary<BitwiseXor, Ints>},
    {"Invert", select_unary<Invert, Ints>},
    {"LeftShift", select_binary<LeftShift, Ints>},
    {"RightShift", select_binary<RightShift, Ints>},
};
}  // namespace

KernelBindings compare_kernels() { return kBindings; }

}  // namespace opscope::runtime
