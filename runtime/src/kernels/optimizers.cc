// The steps of optimizers: var, slots -= or += something of the gradient.
#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/variable_inputs.h"
#include "kernels/vector_loops.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
template <typename T>
Compute<T> scalar(const KernelContext& context, std::size_t i) {
  if (context.input(i).num_elements() != 1)
    context.invalid("input #" + std::to_string(i) + " must be a scalar");
  return load(*context.input(i).data<T>());
}

// Calls step({var, slots...}, gradient, n) on parts of the elements of the variables in inputs
// 0 ... kCount - 1, all of them locked, and of the gradient in input `gradient`.
template <typename T, std::size_t kCount>
class Update {
 public:
  using Elements = std::array<T*, kCount>;

  Update(KernelContext& context, std::size_t gradient) : context_(context), gradient_(gradient) {
    for (std::size_t i = 0; i < kCount; ++i) {
      variables_[i] = &variable_input(context, i);
      for (std::size_t other = 0; other < i; ++other) {
        context.require(variables_[i] != variables_[other],
                        "the variables of a step must not be the same");
      }
    }
  }

  template <typename Step>
  void run(double cost, Step step) {
    with_op_errors(context_, [&] { lock(0, cost, step); });
  }

 private:
  template <typename Step>
  void lock(std::size_t i, double cost, Step& step) {
    if (i == kCount) return apply(cost, step);
    variables_[i]->update([&](TensorRep& value) {
      elements_[i] = matching_elements<T>(context_, value, gradient_);
      lock(i + 1, cost, step);
    });
  }

  template <typename Step>
  void apply(double cost, Step& step) {
    const TensorRep& gradient = context_.input(gradient_);
    const T* values = gradient.data<T>();
    parallel_for(context_.pool(), gradient.num_elements(), cost,
                 [&](std::int64_t begin, std::int64_t end) {
                   Elements part = elements_;
                   for (T*& elements : part) elements += begin;
                   step(part, values + begin, end - begin);
                 });
  }

  KernelContext& context_;
  std::size_t gradient_;
  std::array<VariableResource*, kCount> variables_{};
  Elements elements_{};
};

// Rough times per element: of vector code, and of plain loops.
template <typename T>
inline constexpr double kStepCost = std::is_same_v<T, float> ? 0.3 : 2;

template <typename T>
void gradient_descent(KernelContext& context) {
  const auto rate = scalar<T>(context, 1);
  Update<T, 1>(context, 2).run(kStepCost<T>, [&](const auto& v, const T* g, std::int64_t n) {
    if constexpr (std::is_same_v<T, float>) {
      vector_loops().gradient_descent(v[0], g, rate, n);
    } else {
      for (std::int64_t i = 0; i < n; ++i) {
        v[0][i] = static_cast<T>(load(v[0][i]) - rate * load(g[i]));
      }
    }
  });
}

// TensorFlow's momentum subtracts rate * accumulator; Keras' adds an accumulator that already holds
// -rate * gradient.
template <typename T, bool kKeras>
void momentum(KernelContext& context) {
  using C = Compute<T>;
  const C rate = scalar<T>(context, 2);
  const C factor = scalar<T>(context, 4);
  const bool nesterov = context.attr_bool("use_nesterov");
  Update<T, 2>(context, 3).run(kStepCost<T>, [&](const auto& v, const T* g, std::int64_t n) {
    if constexpr (std::is_same_v<T, float>) {
      const MomentumScalars scalars{rate, factor, nesterov};
      (kKeras ? vector_loops().keras_momentum : vector_loops().momentum)(v[0], v[1], g, scalars, n);
    } else {
      for (std::int64_t i = 0; i < n; ++i) {
        const C gradient = load(g[i]);
        const C sum = load(v[1][i]) * factor + (kKeras ? -rate * gradient : gradient);
        v[1][i] = static_cast<T>(sum);
        C step;
        if constexpr (kKeras) {
          step = nesterov ? sum * factor - rate * gradient : sum;
        } else {
          step = nesterov ? -(gradient * rate + sum * factor * rate) : -(sum * rate);
        }
        v[0][i] = static_cast<T>(load(v[0][i]) + step);
      }
    }
  });
}

template <typename T>
void adam(KernelContext& context) {
  using C = Compute<T>;
  const C beta1_power = scalar<T>(context, 3);
  const C beta2_power = scalar<T>(context, 4);
  const C beta1 = scalar<T>(context, 6);
  const C beta2 = scalar<T>(context, 7);
  const C epsilon = scalar<T>(context, 8);
  const C rate = scalar<T>(context, 5) * std::sqrt(C{1} - beta2_power) / (C{1} - beta1_power);
  const bool nesterov = context.attr_bool("use_nesterov");
  Update<T, 3>(context, 9).run(kStepCost<T>, [&](const auto& v, const T* g, std::int64_t n) {
    if constexpr (std::is_same_v<T, float>) {
      vector_loops().adam(v[0], v[1], v[2], g, {rate, beta1, beta2, epsilon, nesterov}, n);
    } else {
      for (std::int64_t i = 0; i < n; ++i) {
        const C gradient = load(g[i]);
        const C mean = load(v[1][i]) + (gradient - load(v[1][i])) * (C{1} - beta1);
        const C square = load(v[2][i]) + (gradient * gradient - load(v[2][i])) * (C{1} - beta2);
        const C direction = nesterov ? gradient * (C{1} - beta1) + beta1 * mean : mean;
        v[1][i] = static_cast<T>(mean);
        v[2][i] = static_cast<T>(square);
        v[0][i] = static_cast<T>(load(v[0][i]) - direction * rate / (std::sqrt(square) + epsilon));
      }
    }
  });
}

template <typename T>
void rms_prop(KernelContext& context) {
  using C = Compute<T>;
  const C rate = scalar<T>(context, 3);
  const C rho = scalar<T>(context, 4);
  const C factor = scalar<T>(context, 5);
  const C epsilon = scalar<T>(context, 6);
  Update<T, 3>(context, 7).run(kStepCost<T>, [&](const auto& v, const T* g, std::int64_t n) {
    if constexpr (std::is_same_v<T, float>) {
      vector_loops().rms_prop(v[0], v[1], v[2], g, {rate, rho, factor, epsilon}, n);
    } else {
      for (std::int64_t i = 0; i < n; ++i) {
        const C gradient = load(g[i]);
        const C square = load(v[1][i]) + (gradient * gradient - load(v[1][i])) * (C{1} - rho);
        const C step = load(v[2][i]) * factor + gradient * rate / std::sqrt(square + epsilon);
        v[1][i] = static_cast<T>(square);
        v[2][i] = static_cast<T>(step);
        v[0][i] = static_cast<T>(load(v[0][i]) - step);
      }
    }
  });
}

// Without update_slots the accumulator stays as it is.
template <typename T>
void adagrad(KernelContext& context) {
  using C = Compute<T>;
  const C rate = scalar<T>(context, 2);
  const C epsilon = scalar<T>(context, 3);
  const bool update_slots = context.attr_bool("update_slots");
  Update<T, 2>(context, 4).run(kStepCost<T>, [&](const auto& v, const T* g, std::int64_t n) {
    if constexpr (std::is_same_v<T, float>) {
      if (update_slots) {
        vector_loops().adagrad(v[0], v[1], g, rate, epsilon, n);
        return;
      }
    }
    for (std::int64_t i = 0; i < n; ++i) {
      const C gradient = load(g[i]);
      const C sum = load(v[1][i]) + (update_slots ? gradient * gradient : C{0});
      v[1][i] = static_cast<T>(sum);
      v[0][i] = static_cast<T>(load(v[0][i]) - gradient * rate / (std::sqrt(sum) + epsilon));
    }
  });
}

constexpr KernelBinding kBindings[] = {
    {"ResourceApplyGradientDescent",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[1],
                   []<typename T>() -> Kernel { return gradient_descent<T>; });
     }},
    {"ResourceApplyMomentum",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[2],
                   []<typename T>() -> Kernel { return momentum<T, false>; });
     }},
    {"ResourceApplyKerasMomentum",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[2],
                   []<typename T>() -> Kernel { return momentum<T, true>; });
     }},
    {"ResourceApplyAdam",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[9], []<typename T>() -> Kernel { return adam<T>; });
     }},
    {"ResourceApplyRMSProp",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[7], []<typename T>() -> Kernel { return rms_prop<T>; });
     }},
    {"ResourceApplyAdagradV2",
     [](const KernelKey& key) {
       return pick(Floats{}, key.inputs[4], []<typename T>() -> Kernel { return adagrad<T>; });
     }},
};
}  // namespace

KernelBindings optimizer_kernels() { return kBindings; }

}  // namespace opscope::runtime
