#include <string>

#include "ops/kernel_context.h"
#include "ops/op_registry.h"
#include "opscope/error.h"

namespace opscope::runtime {

void run_op_eager(const OpSpec& spec, std::span<const TensorRep* const> inputs, const Attrs& attrs,
                  std::span<Ref<TensorRep>> outputs) {
  DTypeList input_dtypes;
  for (const TensorRep* input : inputs) {
    if (!input->is_dense()) {
      throw Error(ErrorCode::internal, std::string(spec.name) + ": a symbolic input in eager mode");
    }
    input_dtypes.push_back(input->dtype());
  }
  const DTypeList output_dtypes = resolve_dtypes(spec, input_dtypes.span(), attrs);
  if (outputs.size() != output_dtypes.size()) {
    throw Error(ErrorCode::internal,
                std::string(spec.name) + ": has " + std::to_string(output_dtypes.size()) +
                    " outputs, room for " + std::to_string(outputs.size()) + " was given");
  }
  const Kernel kernel = select_kernel(spec, input_dtypes.span(), output_dtypes.span());
  KernelContext context({.spec = &spec,
                         .inputs = inputs,
                         .attrs = &attrs,
                         .outputs = outputs,
                         .pool = &default_thread_pool()});
  kernel(context);
}

}  // namespace opscope::runtime
