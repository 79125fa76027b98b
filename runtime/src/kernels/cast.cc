#include "kernels/complex_numbers.h"
#include "kernels/elementwise.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename To, typename From>
To convert(From value) noexcept {
  if constexpr (kIsComplex<From> && kIsComplex<To>) {
    using Part = typename To::value_type;
    return {static_cast<Part>(value.real()), static_cast<Part>(value.imag())};
  } else if constexpr (kIsComplex<From>) {
    return convert<To>(value.real());  // the imaginary part is lost, as in TensorFlow
  } else if constexpr (kIsComplex<To>) {
    return To(convert<typename To::value_type>(value));
  } else if constexpr (kIs16BitFloat<From>) {
    return convert<To>(static_cast<float>(value));
  } else if constexpr (kIs16BitFloat<To>) {
    return To(static_cast<float>(value));
  } else if constexpr (std::floating_point<From> && std::integral<To>) {
    return to_integer<To>(value);
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From{0};
  } else {
    return static_cast<To>(value);
  }
}

template <typename To, typename From>
void cast_loop(const void* input, void* result, std::int64_t n) {
  const From* in = static_cast<const From*>(input);
  To* out = static_cast<To*>(result);
#pragma GCC ivdep
  for (std::int64_t i = 0; i < n; ++i) out[i] = convert<To>(in[i]);
}

template <typename From, typename To>
void cast(KernelContext& context) {
  run_unary(context, cast_loop<To, From>, dtype_of<To>, 0.5);
}

void cast_to_same(KernelContext& context) { context.set_output(0, context.input_ref(0)); }

using Types = TypeList<float, double, half, bfloat16, std::int32_t, std::int64_t, std::int8_t,
                       std::int16_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t,
                       bool, std::complex<float>, std::complex<double>>;

Kernel select_cast(const KernelKey& key) {
  const DType to = key.outputs[0];
  if (key.inputs[0] == to) return cast_to_same;
  Kernel kernel = nullptr;
  pick(Types{}, key.inputs[0], [&]<typename From>() -> Kernel {
    kernel = pick(Types{}, to, []<typename To>() -> Kernel { return cast<From, To>; });
    return kernel;
  });
  return kernel;
}

constexpr KernelBinding kBindings[] = {{"Cast", select_cast}};
}  // namespace

KernelBindings cast_kernels() { return kBindings; }

}  // namespace opscope::runtime
