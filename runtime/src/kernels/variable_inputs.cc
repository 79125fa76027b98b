#include "kernels/variable_inputs.h"

namespace opscope::runtime {

VariableResource& variable_input(const KernelContext& context, std::size_t i) {
  const TensorRep& handle = context.input(i);
  context.require(handle.num_elements() == 1, "a resource handle must be a scalar");
  auto* found = dynamic_cast<VariableResource*>(handle.data<Ref<Resource>>()->get());
  if (found == nullptr) context.fail(ErrorCode::not_found, "the handle refers to no variable");
  return *found;
}

}  // namespace opscope::runtime
