#include <cmath>

#include "kernels/complex_numbers.h"
#include "kernels/vector_kernels.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
struct Add {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return add_wrapping(a, b);
  }
};
struct Sub {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return sub_wrapping(a, b);
  }
};
struct Mul {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return mul_wrapping(a, b);
  }
};
struct Maximum {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return a < b || b != b ? b : a;
  }
};
struct Minimum {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return b < a || b != b ? b : a;
  }
};
struct SquaredDifference {
  static constexpr double kCost = 0.4;
  template <typename T>
  static T apply(T a, T b) noexcept {
    const T difference = sub_wrapping(a, b);
    return mul_wrapping(difference, difference);
  }
};

struct NextAfter {
  static constexpr double kCost = 3;
  template <typename T>
  static T apply(T from, T to) noexcept {
    return std::nextafter(from, to);
  }
};

void add_strings(KernelContext& context) {
  const TensorRep& a = context.input(0);
  const TensorRep& b = context.input(1);
  if (a.shape() != b.shape() && a.rank() != 0 && b.rank() != 0) {
    context.fail(ErrorCode::unimplemented,
                 "strings of different shapes are added only if one is a scalar");
  }
  TensorRep& out = context.allocate_output(0, DType::string, a.rank() != 0 ? a.shape() : b.shape());
  const auto left = a.flat<std::string>();
  const auto right = b.flat<std::string>();
  const auto result = out.mutable_flat<std::string>();
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = left[left.size() == 1 ? 0 : i] + right[right.size() == 1 ? 0 : i];
  }
}

// Of numbers, complex ones among them.
template <typename Op, BinaryLoop VectorLoops::*kLoop>
Kernel select_arithmetic(const KernelKey& key) {
  if (is_complex(key.inputs[0])) return select_binary<Op, Complexes>(key);
  return select_vector_binary<Op, Numbers, kLoop>(key);
}

Kernel select_add(const KernelKey& key) {
  if (key.inputs[0] == DType::string) return add_strings;
  return select_arithmetic<Add, &VectorLoops::add>(key);
}

constexpr KernelBinding kBindings[] = {
    {"Add", select_add},
    {"AddV2", select_arithmetic<Add, &VectorLoops::add>},
    {"Sub", select_arithmetic<Sub, &VectorLoops::sub>},
    {"Mul", select_arithmetic<Mul, &VectorLoops::mul>},
    {"Maximum", select_vector_binary<Maximum, Numbers, &VectorLoops::maximum>},
    {"Minimum", select_vector_binary<Minimum, Numbers, &VectorLoops::minimum>},
    {"NextAfter", select_binary<NextAfter, TypeList<float, double>>},
    {"SquaredDifference",
     select_vector_binary<SquaredDifference, Numbers, &VectorLoops::squared_difference>},
};
}  // namespace

KernelBindings binary_arithmetic_kernels() { return kBindings; }

}  // namespace opscope::runtime
