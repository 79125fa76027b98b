// Activation functions and the gradients TensorFlow has ops for.
#include "kernels/vector_kernels.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
constexpr T kSeluScale = static_cast<T>(1.0507009873554804934193349852946);
template <typename T>
constexpr T kSeluScaleAlpha = static_cast<T>(1.7580993408473768599402175208123);

struct Tanh {
  static constexpr double kCost = 8;
  template <typename T>
  static T apply(T x) noexcept {
    return std::tanh(x);
  }
};
struct Sigmoid {
  static constexpr double kCost = 6;
  template <typename T>
  static T apply(T x) noexcept {
    return T{1} / (T{1} + std::exp(-x));
  }
};
struct Relu {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T x) noexcept {
    return x < T{0} ? T{0} : x;
  }
};
struct Relu6 {
  static constexpr double kCost = 0.3;
  template <typename T>
  static T apply(T x) noexcept {
    const T low = x < T{0} ? T{0} : x;
    return low > T{6} ? T{6} : low;
  }
};
struct Elu {
  static constexpr double kCost = 5;
  template <typename T>
  static T apply(T x) noexcept {
    return x < T{0} ? std::expm1(x) : x;
  }
};
struct Selu {
  static constexpr double kCost = 5;
  template <typename T>
  static T apply(T x) noexcept {
    return x < T{0} ? kSeluScaleAlpha<T> * std::expm1(x) : kSeluScale<T> * x;
  }
};
struct Softplus {
  static constexpr double kCost = 10;
  template <typename T>
  static T apply(T x) noexcept {
    return (x > T{0} ? x : T{0}) + std::log1p(std::exp(-std::abs(x)));
  }
};
struct Softsign {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T x) noexcept {
    return x / (T{1} + std::abs(x));
  }
};

// Gradients by (gradient, features) or (y, dy), in the order of the op's inputs.
struct ReluGrad {
  static constexpr double kCost = 0.4;
  template <typename T>
  static T apply(T gradient, T feature) noexcept {
    return mul_wrapping(gradient, feature > T{0} ? T{1} : T{0});  // an infinite gradient gives NaN
  }
};
struct Relu6Grad {
  static constexpr double kCost = 0.4;
  template <typename T>
  static T apply(T gradient, T feature) noexcept {
    return mul_wrapping(gradient, feature > T{0} && feature < T{6} ? T{1} : T{0});
  }
};
struct EluGrad {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T gradient, T output) noexcept {
    return output < T{0} ? gradient * (output + T{1}) : gradient;
  }
};
struct SeluGrad {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T gradient, T output) noexcept {
    return output < T{0} ? gradient * (output + kSeluScaleAlpha<T>) : gradient * kSeluScale<T>;
  }
};
struct SoftplusGrad {
  static constexpr double kCost = 6;
  template <typename T>
  static T apply(T gradient, T feature) noexcept {
    return gradient / (std::exp(-feature) + T{1});
  }
};
struct SoftsignGrad {
  static constexpr double kCost = 2;
  template <typename T>
  static T apply(T gradient, T feature) noexcept {
    const T scale = T{1} + std::abs(feature);
    return gradient / (scale * scale);
  }
};
struct TanhGrad {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T y, T dy) noexcept {
    return dy * (T{1} - y * y);
  }
};
struct SigmoidGrad {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T y, T dy) noexcept {
    return dy * y * (T{1} - y);
  }
};
struct SqrtGrad {
  static constexpr double kCost = 1;
  template <typename T>
  static T apply(T y, T dy) noexcept {
    return dy == T{0} ? T{0} : dy * T(0.5) / y;
  }
};
struct RsqrtGrad {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T y, T dy) noexcept {
    return dy == T{0} ? T{0} : T(-0.5) * dy * y * y * y;
  }
};
struct ReciprocalGrad {
  static constexpr double kCost = 0.5;
  template <typename T>
  static T apply(T y, T dy) noexcept {
    return dy == T{0} ? T{0} : -dy * y * y;
  }
};

void check_shapes(const KernelContext& context) {
  context.require(context.input(0).shape() == context.input(1).shape(),
                  "the gradient and the value must have the same shape");
}
template <typename Op, typename T>
void gradient_kernel(KernelContext& context) {
  check_shapes(context);
  binary_kernel<Op, T>(context);
}
template <typename Op, BinaryLoop VectorLoops::*kLoop>
void vector_gradient_kernel(KernelContext& context) {
  check_shapes(context);
  vector_binary_kernel<Op, kLoop>(context);
}
template <typename Op, typename Types>
Kernel select_gradient(const KernelKey& key) {
  return pick(Types{}, key.inputs[0],
              []<typename T>() -> Kernel { return gradient_kernel<Op, T>; });
}

template <typename Op, typename Types, BinaryLoop VectorLoops::*kLoop>
Kernel select_vector_gradient(const KernelKey& key) {
  if (key.inputs[0] == DType::float32) return vector_gradient_kernel<Op, kLoop>;
  return select_gradient<Op, Types>(key);
}

// LeakyRelu has its slope as an attribute.
template <typename T, bool kGradient>
void leaky_relu(KernelContext& context) {
  const auto alpha = static_cast<Compute<T>>(context.attr_float("alpha"));
  const std::size_t feature_input = kGradient ? 1 : 0;
  if constexpr (kGradient) check_shapes(context);
  const auto features = context.input(feature_input).flat<T>();
  const auto values = context.input(0).flat<T>();
  TensorRep& out = context.allocate_output(0, dtype_of<T>, context.input(0).shape());
  T* result = out.mutable_data<T>();
  for (std::size_t i = 0; i < features.size(); ++i) {
    const auto value = load(values[i]);
    result[i] = static_cast<T>(load(features[i]) > 0 ? value : value * alpha);
  }
}
template <bool kGradient>
Kernel select_leaky_relu(const KernelKey& key) {
  return pick(Floats{}, key.inputs[0],
              []<typename T>() -> Kernel { return leaky_relu<T, kGradient>; });
}

constexpr KernelBinding kBindings[] = {
    {"Tanh", select_vector_unary<Tanh, Floats, &VectorLoops::tanh>},
    {"Sigmoid", select_vector_unary<Sigmoid, Floats, &VectorLoops::sigmoid>},
    {"Relu", select_vector_unary<Relu, Numbers, &VectorLoops::relu>},
    {"Relu6", select_vector_unary<Relu6, Numbers, &VectorLoops::relu6>},
    {"Elu", select_vector_unary<Elu, Floats, &VectorLoops::elu>},
    {"Selu", select_vector_unary<Selu, Floats, &VectorLoops::selu>},
    {"Softplus", select_vector_unary<Softplus, Floats, &VectorLoops::softplus>},
    {"Softsign", select_unary<Softsign, Floats>},
    {"LeakyRelu", select_leaky_relu<false>},
    {"LeakyReluGrad", select_leaky_relu<true>},
    {"ReluGrad", select_vector_gradient<ReluGrad, Numbers, &VectorLoops::relu_grad>},
    {"Relu6Grad", select_vector_gradient<Relu6Grad, Numbers, &VectorLoops::relu6_grad>},
    {"EluGrad", select_vector_gradient<EluGrad, Floats, &VectorLoops::elu_grad>},
    {"SeluGrad", select_vector_gradient<SeluGrad, Floats, &VectorLoops::selu_grad>},
    {"SoftplusGrad", select_vector_gradient<SoftplusGrad, Floats, &VectorLoops::softplus_grad>},
    {"SoftsignGrad", select_gradient<SoftsignGrad, Floats>},
    {"TanhGrad", select_vector_gradient<TanhGrad, Floats, &VectorLoops::tanh_grad>},
    {"SigmoidGrad", select_vector_gradient<SigmoidGrad, Floats, &VectorLoops::sigmoid_grad>},
    {"SqrtGrad", select_gradient<SqrtGrad, Floats>},
    {"RsqrtGrad", select_gradient<RsqrtGrad, Floats>},
    {"ReciprocalGrad", select_gradient<ReciprocalGrad, Floats>},
    {"InvGrad", select_gradient<ReciprocalGrad, Floats>},
};
}  // namespace

KernelBindings activation_kernels() { return kBindings; }

}  // namespace opscope::runtime
