// Variables: handles, reads, assignments and the optimizers' updates.
#include <cmath>
#include <string>

#include "core/resources.h"
#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
VariableResource& variable(const KernelContext& context, std::size_t i) {
  const TensorRep& handle = context.input(i);
  context.require(handle.num_elements() == 1, "a resource handle must be a scalar");
  auto* found = dynamic_cast<VariableResource*>(handle.data<Ref<Resource>>()->get());
  if (found == nullptr) context.fail(ErrorCode::not_found, "the handle refers to no variable");
  return *found;
}

// Errors of the variable with the op's name.
template <typename Body>
void guarded(const KernelContext& context, Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    context.fail(error.code(), error.what());
  }
}

struct HandleState final : NodeState {
  Ref<TensorRep> handle;
};

void var_handle(KernelContext& context) {
  auto* state = context.state();
  if (state != nullptr && *state) {
    context.set_output(0, static_cast<HandleState*>(state->get())->handle);
    return;
  }
  const DType dtype = context.attr_type("dtype");
  const Shape shape = context.attr_shape("shape");
  std::string name(context.attr_string("shared_name"));
  if (name.empty()) name = context.node_name();
  const auto make = [&]() -> Ref<Resource> {
    return Ref<Resource>::adopt(new VariableResource(name, dtype, shape));
  };
  // Nameless handles are variables of their own.
  Ref<Resource> resource =
      name.empty() ? make()
                   : context.resources().find_or_make(context.attr_string("container"), name, make);
  const auto* found = dynamic_cast<const VariableResource*>(resource.get());
  context.require(found != nullptr && found->dtype() == dtype,
                  "a variable of this name exists with another type");
  Ref<TensorRep> handle = make_handle(DType::resource, std::move(resource));
  if (state != nullptr) {
    auto kept = std::make_unique<HandleState>();
    kept->handle = handle;
    *state = std::move(kept);
  }
  context.set_output(0, std::move(handle));
}

void read_variable(KernelContext& context) {
  const VariableResource& source = variable(context, 0);
  Ref<TensorRep> value = source.read();
  if (!value) {
    context.fail(ErrorCode::failed_precondition, "Error while reading resource variable " +
                                                     source.name() +
                                                     ": it was never assigned a value");
  }
  if (value->dtype() != context.attr_type("dtype")) {
    context.invalid("the variable holds " + std::string(dtype_name(value->dtype())));
  }
  context.set_output(0, std::move(value));
}

void assign(KernelContext& context) {
  guarded(context, [&] { variable(context, 0).assign(context.input_ref(1)); });
}

void is_initialized(KernelContext& context) {
  const bool has_value = static_cast<bool>(variable(context, 0).read());
  *context.allocate_output(0, DType::boolean, Shape()).mutable_data<bool>() = has_value;
}

template <typename T>
void variable_shape(KernelContext& context) {
  const Ref<TensorRep> value = variable(context, 0).read();
  if (!value) context.fail(ErrorCode::failed_precondition, "the variable has no value yet");
  TensorRep& out = context.allocate_output(0, dtype_of<T>, {value->rank()});
  for (int d = 0; d < value->rank(); ++d) {
    out.mutable_data<T>()[d] = static_cast<T>(value->shape()[d]);
  }
}

void destroy(KernelContext& context) {
  const auto& handle = *context.input(0).data<Ref<Resource>>();
  const bool existed = handle && context.resources().erase(*handle);
  if (!existed && !context.attr_bool("ignore_lookup_error")) {
    context.fail(ErrorCode::not_found, "the resource does not exist");
  }
}

void nothing(KernelContext&) {}

// The elements of a variable of type T, with input `i` checked to match in type and shape.
template <typename T>
T* matching(const KernelContext& context, TensorRep& value, std::size_t i) {
  const TensorRep& other = context.input(i);
  if (value.dtype() != dtype_of<T> || value.shape() != other.shape()) {
    context.invalid("the variable is " + std::string(dtype_name(value.dtype())) +
                    value.shape().to_bracket_string());
  }
  return value.mutable_data<T>();
}

template <typename T>
Compute<T> scalar(const KernelContext& context, std::size_t i) {
  if (context.input(i).num_elements() != 1)
    context.invalid("input #" + std::to_string(i) + " must be a scalar");
  return load(*context.input(i).data<T>());
}

template <typename T, bool kAdd>
void assign_update(KernelContext& context) {
  guarded(context, [&] {
    variable(context, 0).update([&](TensorRep& value) {
      T* values = matching<T>(context, value, 1);
      const T* delta = context.input(1).data<T>();
      for (std::int64_t i = 0, n = value.num_elements(); i < n; ++i) {
        const auto a = load(values[i]);
        const auto b = load(delta[i]);
        values[i] = static_cast<T>(kAdd ? add_wrapping(a, b) : sub_wrapping(a, b));
      }
    });
  });
}

template <typename T>
void gradient_descent(KernelContext& context) {
  const auto rate = scalar<T>(context, 1);
  guarded(context, [&] {
    variable(context, 0).update([&](TensorRep& value) {
      T* values = matching<T>(context, value, 2);
      const T* delta = context.input(2).data<T>();
      for (std::int64_t i = 0, n = value.num_elements(); i < n; ++i) {
        values[i] = static_cast<T>(load(values[i]) - rate * load(delta[i]));
      }
    });
  });
}

// `nesterov` and the sign of the accumulator differ between the two momentum ops: TensorFlow's
// subtracts lr * accum, Keras' adds an accumulator that already holds -lr * grad.
template <typename T, bool kKeras>
void momentum(KernelContext& context) {
  using C = Compute<T>;
  const C rate = scalar<T>(context, 2);
  const C factor = scalar<T>(context, 4);
  const bool nesterov = context.attr_bool("use_nesterov");
  context.require(context.input(0).data<Ref<Resource>>()->get() !=
                      context.input(1).data<Ref<Resource>>()->get(),
                  "var and accum must be two variables");
  guarded(context, [&] {
    variable(context, 0).update([&](TensorRep& value) {
      variable(context, 1).update([&](TensorRep& accumulator) {
        T* values = matching<T>(context, value, 3);
        T* sums = matching<T>(context, accumulator, 3);
        const T* gradient = context.input(3).data<T>();
        for (std::int64_t i = 0, n = value.num_elements(); i < n; ++i) {
          const C g = load(gradient[i]);
          const C sum = load(sums[i]) * factor + (kKeras ? -rate * g : g);
          sums[i] = static_cast<T>(sum);
          C step;
          if constexpr (kKeras) {
            step = nesterov ? sum * factor - rate * g : sum;
          } else {
            step = nesterov ? -(g * rate + sum * factor * rate) : -(sum * rate);
          }
          values[i] = static_cast<T>(load(values[i]) + step);
        }
      });
    });
  });
}

template <typename T>
void adam(KernelContext& context) {
  using C = Compute<T>;
  C s[6];
  for (std::size_t i = 0; i < 6; ++i) s[i] = scalar<T>(context, 3 + i);
  const C beta1 = s[3];
  const C beta2 = s[4];
  const C epsilon = s[5];
  const C rate = s[2] * std::sqrt(C{1} - s[1]) / (C{1} - s[0]);
  const bool nesterov = context.attr_bool("use_nesterov");
  const auto handle = [&](std::size_t i) { return context.input(i).data<Ref<Resource>>()->get(); };
  context.require(handle(0) != handle(1) && handle(0) != handle(2) && handle(1) != handle(2),
                  "var, m and v must be three variables");
  guarded(context, [&] {
    variable(context, 0).update([&](TensorRep& value) {
      variable(context, 1).update([&](TensorRep& first) {
        variable(context, 2).update([&](TensorRep& second) {
          T* values = matching<T>(context, value, 9);
          T* means = matching<T>(context, first, 9);
          T* squares = matching<T>(context, second, 9);
          const T* gradient = context.input(9).data<T>();
          for (std::int64_t i = 0, n = value.num_elements(); i < n; ++i) {
            const C g = load(gradient[i]);
            const C m = load(means[i]) + (g - load(means[i])) * (C{1} - beta1);
            const C v = load(squares[i]) + (g * g - load(squares[i])) * (C{1} - beta2);
            const C direction = nesterov ? g * (C{1} - beta1) + beta1 * m : m;
            means[i] = static_cast<T>(m);
            squares[i] = static_cast<T>(v);
            values[i] =
                static_cast<T>(load(values[i]) - direction * rate / (std::sqrt(v) + epsilon));
          }
        });
      });
    });
  });
}

template <bool kAdd>
Kernel select_update(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[1],
              []<typename T>() -> Kernel { return assign_update<T, kAdd>; });
}

constexpr KernelBinding kBindings[] = {
    {"VarHandleOp", always<var_handle>},
    {"ReadVariableOp", always<read_variable>},
    {"AssignVariableOp", always<assign>},
    {"VarIsInitializedOp", always<is_initialized>},
    {"DestroyResourceOp", always<destroy>},
    {"DisableCopyOnRead", always<nothing>},
    {"AssignAddVariableOp", select_update<true>},
    {"AssignSubVariableOp", select_update<false>},
    {"VariableShape",
     [](const KernelKey& key) {
       return pick(IndexTypes{}, key.outputs[0],
                   []<typename T>() -> Kernel { return variable_shape<T>; });
     }},
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
};
}  // namespace

KernelBindings variable_kernels() { return kBindings; }

}  // namespace opscope::runtime
