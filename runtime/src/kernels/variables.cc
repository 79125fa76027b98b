// Variables: handles, reads and assignments.
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/variable_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
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
  const VariableResource& source = variable_input(context, 0);
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
  with_op_errors(context, [&] { variable_input(context, 0).assign(context.input_ref(1)); });
}

void is_initialized(KernelContext& context) {
  const bool has_value = static_cast<bool>(variable_input(context, 0).read());
  *context.allocate_output(0, DType::boolean, Shape()).mutable_data<bool>() = has_value;
}

template <typename T>
void variable_shape(KernelContext& context) {
  const Ref<TensorRep> value = variable_input(context, 0).read();
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

template <typename T, bool kAdd>
void assign_update(KernelContext& context) {
  with_op_errors(context, [&] {
    variable_input(context, 0).update([&](TensorRep& value) {
      T* values = matching_elements<T>(context, value, 1);
      const T* delta = context.input(1).data<T>();
      for (std::int64_t i = 0, n = value.num_elements(); i < n; ++i) {
        const auto a = load(values[i]);
        const auto b = load(delta[i]);
        values[i] = static_cast<T>(kAdd ? add_wrapping(a, b) : sub_wrapping(a, b));
      }
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
};
}  // namespace

KernelBindings variable_kernels() { return kBindings; }

}  // namespace opscope::runtime
