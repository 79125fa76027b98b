// Division, remainders and powers.
#include <algorithm>
#include <string>

#include "kernels/complex_numbers.h"
#include "kernels/elementwise.h"
#include "kernels/vector_kernels.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
T floor_mod(T a, T b) noexcept {
  T remainder;
  if constexpr (std::integral<T>) {
    remainder = mod_wrapping(a, b);
  } else {
    remainder = std::fmod(a, b);
  }
  const bool adjust = remainder != T{0} && (b < T{0}) != (remainder < T{0});
  return adjust ? static_cast<T>(remainder + b) : remainder;
}

struct Divide {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T a, T b) noexcept {
    if constexpr (std::integral<T>) {
      return div_wrapping(a, b);
    } else {
      return a / b;
    }
  }
};
struct FloorDivide {
  static constexpr double kCost = 2;
  template <typename T>
  static T apply(T a, T b) noexcept {
    if constexpr (std::unsigned_integral<T>) {
      return static_cast<T>(a / b);
    } else if constexpr (std::integral<T>) {
      const T quotient = div_wrapping(a, b);
      const bool inexact = mod_wrapping(a, b) != 0;
      return inexact && (a < 0) != (b < 0) ? static_cast<T>(quotient - 1) : quotient;
    } else {
      return std::floor(a / b);
    }
  }
};
struct FloorModulo {
  static constexpr double kCost = 4;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return floor_mod(a, b);
  }
};
struct TruncateModulo {
  static constexpr double kCost = 4;
  template <typename T>
  static T apply(T a, T b) noexcept {
    if constexpr (std::integral<T>) {
      return mod_wrapping(a, b);
    } else {
      return std::fmod(a, b);
    }
  }
};
struct DivideNoNan {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return b == T{0} ? T{0} : a / b;
  }
};
struct MultiplyNoNan {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return b == T{0} ? T{0} : a * b;
  }
};
struct Xlogy {
  static constexpr double kCost = 8;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return a == T{0} ? T{0} : a * std::log(b);
  }
};
struct Xdivy {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return a == T{0} ? T{0} : a / b;
  }
};
struct Atan2 {
  static constexpr double kCost = 15;
  template <typename T>
  static T apply(T a, T b) noexcept {
    return std::atan2(a, b);
  }
};
struct Power {
  static constexpr double kCost = 20;
  template <typename T>
  static T apply(T a, T b) noexcept {
    if constexpr (std::integral<T>) {
      T result = 1;
      for (T exponent = b; exponent > 0; exponent = static_cast<T>(exponent / 2)) {
        if (exponent % 2 != 0) result = mul_wrapping(result, a);
        a = mul_wrapping(a, a);
      }
      return result;
    } else {
      return std::pow(a, b);
    }
  }
};

template <typename Op, typename T>
void checked_division(KernelContext& context) {
  if constexpr (std::integral<T>) {
    const auto divisors = context.input(1).flat<T>();
    if (context.input(0).num_elements() > 0 &&
        std::find(divisors.begin(), divisors.end(), T{0}) != divisors.end()) {
      context.invalid("Integer division by zero");
    }
  }
  binary_kernel<Op, T>(context);
}

template <typename T>
void checked_power(KernelContext& context) {
  if constexpr (std::signed_integral<T>) {
    const auto exponents = context.input(1).flat<T>();
    if (std::any_of(exponents.begin(), exponents.end(), [](T e) { return e < 0; })) {
      context.invalid("Integers to negative integer powers are not allowed");
    }
  }
  binary_kernel<Power, T>(context);
}

template <typename Op, typename Types>
Kernel select_division(const KernelKey& key) {
  return pick(Types{}, key.inputs[0],
              []<typename T>() -> Kernel { return checked_division<Op, T>; });
}

Kernel select_real_division(const KernelKey& key) {
  if (key.inputs[0] == DType::float32) return vector_binary_kernel<Divide, &VectorLoops::div>;
  if (is_complex(key.inputs[0])) return select_binary<Divide, Complexes>(key);
  return select_division<Divide, Floats>(key);
}

Kernel select_any_division(const KernelKey& key) {
  if (is_complex(key.inputs[0])) return select_binary<Divide, Complexes>(key);
  return select_division<Divide, Numbers>(key);
}

Kernel select_power(const KernelKey& key) {
  return pick(SignedNumbers{}, key.inputs[0],
              []<typename T>() -> Kernel { return checked_power<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"RealDiv", select_real_division},
    {"Div", select_any_division},
    {"TruncateDiv", select_division<Divide, Ints>},
    {"FloorDiv", select_division<FloorDivide, Numbers>},
    {"FloorMod", select_division<FloorModulo, Numbers>},
    {"Mod", select_division<TruncateModulo, Numbers>},
    {"TruncateMod", select_division<TruncateModulo, Numbers>},
    {"DivNoNan", select_binary<DivideNoNan, Floats>},
    {"MulNoNan", select_binary<MultiplyNoNan, Floats>},
    {"Xlogy", select_binary<Xlogy, Floats>},
    {"Xdivy", select_binary<Xdivy, Floats>},
    {"Atan2", select_binary<Atan2, Floats>},
    {"Pow", select_power},
};
}  // namespace

KernelBindings binary_division_kernels() { return kBindings; }

}  // namespace opscope::runtime
