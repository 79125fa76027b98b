// Optionals: what the branches of an If hand to its gradient.
#include "core/tensor_list.h"
#include "kernels/always.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {

const OptionalValue& optional_input(const KernelContext& context) {
  const TensorRep& handle = context.input(0);
  const auto* optional =
      handle.num_elements() == 1
          ? dynamic_cast<const OptionalValue*>(handle.data<Ref<Resource>>()->get())
          : nullptr;
  if (optional == nullptr) context.invalid("Input is not an OptionalVariant object.");
  return *optional;
}

void from_value(KernelContext& context) {
  auto optional = Ref<OptionalValue>::adopt(new OptionalValue);
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    optional->values.push_back(context.input_ref(i));
  }
  context.set_output(0, make_handle(DType::variant, std::move(optional)));
}

void none(KernelContext& context) {
  context.set_output(0, make_handle(DType::variant, Ref<OptionalValue>::adopt(new OptionalValue)));
}

void has_value(KernelContext& context) {
  context.set_output(0, make_scalar(!optional_input(context).values.empty()));
}

void get_value(KernelContext& context) {
  const OptionalValue& optional = optional_input(context);
  if (optional.values.empty()) {
    context.invalid("The given optional does not have a value.");
  }
  if (optional.values.size() != context.num_outputs()) {
    context.invalid("The given optional has " + std::to_string(optional.values.size()) +
                    " components, expected " + std::to_string(context.num_outputs()) + ".");
  }
  for (std::size_t i = 0; i < optional.values.size(); ++i) {
    context.set_output(i, optional.values[i]);
  }
}

constexpr KernelBinding kBindings[] = {
    {"OptionalFromValue", always<from_value>},
    {"OptionalNone", always<none>},
    {"OptionalHasValue", always<has_value>},
    {"OptionalGetValue", always<get_value>},
};

}  // namespace

KernelBindings optional_kernels() { return kBindings; }

}  // namespace opscope::runtime
