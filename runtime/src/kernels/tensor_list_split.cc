// TensorListSplit: the way back from TensorListConcatV2.
#include <string>

#include "core/tensor_list.h"
#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {

void split(KernelContext& context) {
  const TensorRep& tensor = context.input(0);
  context.require(tensor.rank() > 0, "Tensor must be at least a vector, but saw shape: []");
  const IntList lengths = read_ints(context, 2);
  std::int64_t total = 0;
  for (const std::int64_t length : lengths) {
    context.require(length >= 0, "Invalid value in lengths: must not be negative");
    context.require(length <= tensor.shape()[0], "The sum of the lengths is too large");
    total += length;
  }
  if (total != tensor.shape()[0]) {
    context.invalid("Invalid list lengths: their sum is " + std::to_string(total) +
                    " but the first dimension of the tensor is " +
                    std::to_string(tensor.shape()[0]));
  }
  auto list = Ref<TensorList>::adopt(new TensorList);
  list->element_dtype = context.attr_type("element_dtype");
  Shape shape = tensor.shape();
  const std::int64_t row = count_elements(shape, 1, shape.rank());
  std::int64_t at = 0;
  for (const std::int64_t length : lengths) {
    shape.set_dim(0, length);
    list->elements.push_back(TensorRep::make_slice(tensor, at * row, shape));
    at += length;
  }
  shape.set_dim(0, kAnyDim);
  list->element_shape = shape;
  context.set_output(0, make_handle(DType::variant, std::move(list)));
}

constexpr KernelBinding kBindings[] = {{"TensorListSplit", always<split>}};

}  // namespace

KernelBindings tensor_list_split_kernels() { return kBindings; }

}  // namespace opscope::runtime
