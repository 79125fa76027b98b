// Complex numbers made of their parts, and taken apart.
#include <cmath>

#include "kernels/complex_numbers.h"
#include "kernels/elementwise.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
struct Join {
  template <typename T>
  static std::complex<T> apply(T real, T imaginary) noexcept {
    return {real, imaginary};
  }
};
struct Real {
  template <typename T>
  static T apply(const std::complex<T>& value) noexcept {
    return value.real();
  }
};
struct Imaginary {
  template <typename T>
  static T apply(const std::complex<T>& value) noexcept {
    return value.imag();
  }
};
struct Angle {
  template <typename T>
  static T apply(const std::complex<T>& value) noexcept {
    return std::atan2(value.imag(), value.real());
  }
};
struct Magnitude {
  template <typename T>
  static T apply(const std::complex<T>& value) noexcept {
    return std::hypot(value.real(), value.imag());
  }
};
struct Conjugate {
  static constexpr double kCost = 0.4;
  template <typename T>
  static std::complex<T> apply(const std::complex<T>& value) noexcept {
    return std::conj(value);
  }
};

template <typename T>
void join(KernelContext& context) {
  run_binary(context, binary_loop<Join, T, std::complex<T>>, dtype_of<std::complex<T>>, 0.5);
}
template <typename Op, typename T>
void take(KernelContext& context) {
  run_unary(context, unary_loop<Op, std::complex<T>, T>, dtype_of<T>, 3);
}

using Parts = TypeList<float, double>;

// By the type of the parts, where the other type goes with it.
Kernel select_join(const KernelKey& key) {
  return pick(Parts{}, key.inputs[0], [&]<typename T>() -> Kernel {
    return key.outputs[0] == dtype_of<std::complex<T>> ? join<T> : nullptr;
  });
}
template <typename Op>
Kernel select_take(const KernelKey& key) {
  return pick(Parts{}, key.outputs[0], [&]<typename T>() -> Kernel {
    return key.inputs[0] == dtype_of<std::complex<T>> ? take<Op, T> : nullptr;
  });
}

constexpr KernelBinding kBindings[] = {
    {"Complex", select_join},
    {"Real", select_take<Real>},
    {"Imag", select_take<Imaginary>},
    {"Angle", select_take<Angle>},
    {"ComplexAbs", select_take<Magnitude>},
    {"Conj", select_unary<Conjugate, Complexes>},
};
}  // namespace

KernelBindings complex_kernels() { return kBindings; }

}  // namespace opscope::runtime
