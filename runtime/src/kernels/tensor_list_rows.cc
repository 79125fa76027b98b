// Several elements of a list at once: TensorListGather, TensorListScatterV2,
// TensorListScatterIntoExistingList.
#include <algorithm>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/tensor_list_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
void gather(KernelContext& context) {
  const TensorList& list = list_input(context, 0);
  check_dtype(context, list);
  const IntList indices = read_ints(context, 1);
  Shape shape = common_shape(context, list, partial_shape(context, 2));
  const auto size = static_cast<std::int64_t>(list.elements.size());
  const auto element = [&](std::int64_t index) -> const Ref<TensorRep>& {
    return list.elements[static_cast<std::size_t>(index)];
  };
  for (const std::int64_t index : indices) {
    if (index < 0 || index >= size) {
      context.invalid("Index " + std::to_string(index) + " out of range; list only has " +
                      std::to_string(size) + " elements.");
    }
    if (!element(index)) continue;
    if (!shape.is_compatible_with(element(index)->shape())) {
      context.invalid("Incompatible shapes during merge: " + shape.to_bracket_string() + " vs. " +
                      element(index)->shape().to_bracket_string());
    }
    shape = shape.merge_with(element(index)->shape());
  }
  if (!shape.is_fully_defined()) {
    context.invalid("Tried to gather elements of a list with non-fully-defined element_shape: " +
                    shape.to_bracket_string());
  }
  Shape full{static_cast<std::int64_t>(indices.size())};
  for (const std::int64_t dim : shape.dims()) full.append(dim);
  Ref<TensorRep> result = zeros_element(list.element_dtype, full);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Ref<TensorRep>& from = element(indices[i]);
    if (from) copy_into(*from, *result, static_cast<std::int64_t>(i) * shape.num_elements());
  }
  context.set_output(0, std::move(result));
}

// The shape of the rows of the tensor that is scattered, and where they go.
struct Rows {
  Shape shape;
  IntList indices;
  std::int64_t end = 0;  // behind the last of them
};

Rows read_rows(const KernelContext& context, const TensorRep& tensor, std::size_t index_input) {
  context.require(tensor.rank() > 0, "Tensor must be at least a vector, but saw shape: []");
  Rows rows{.shape = tensor.shape(), .indices = read_ints(context, index_input)};
  rows.shape.remove(0);
  const auto count = static_cast<std::int64_t>(rows.indices.size());
  if (count != tensor.shape()[0]) {
    context.invalid("Invalid number of rows in input tensor. Expected: " + std::to_string(count) +
                    " Actual: " + std::to_string(tensor.shape()[0]));
  }
  for (const std::int64_t index : rows.indices) {
    context.require(index >= 0, "Indices in TensorListScatter must all be non-negative.");
    rows.end = std::max(rows.end, index + 1);
  }
  return rows;
}

void place(const TensorRep& tensor, const Rows& rows, TensorList& list) {
  for (std::size_t i = 0; i < rows.indices.size(); ++i) {
    list.elements[static_cast<std::size_t>(rows.indices[i])] = TensorRep::make_slice(
        tensor, static_cast<std::int64_t>(i) * rows.shape.num_elements(), rows.shape);
  }
}

void scatter(KernelContext& context) {
  const TensorRep& tensor = context.input(0);
  context.require(context.input(3).rank() == 0, "num_elements must be a scalar");
  const std::int64_t count = read_int(context, 3);
  if (count < -1) {
    context.invalid("TensorListScatter expects num_elements >= -1, found: " +
                    std::to_string(count));
  }
  const Rows rows = read_rows(context, tensor, 1);
  Ref<TensorList> list = new_list(context, 2);
  if (!list->element_shape.is_compatible_with(rows.shape)) {
    context.invalid("Specified a list with shape " + list->element_shape.to_bracket_string() +
                    " from a tensor with shape " + rows.shape.to_bracket_string());
  }
  if (count >= 0 && rows.end > count) {
    context.invalid("TensorListScatter: Trying to scatter at index " +
                    std::to_string(rows.end - 1) + " in list with size " + std::to_string(count));
  }
  resize_elements(context, *list, count >= 0 ? count : rows.end);
  place(tensor, rows, *list);
  context.set_output(0, make_handle(DType::variant, std::move(list)));
}

// The list grows where an index is behind its end.
void scatter_into(KernelContext& context) {
  const TensorRep& tensor = context.input(1);
  const TensorList& before = list_input(context, 0);
  check_dtype(context, before);
  const Rows rows = read_rows(context, tensor, 2);
  if (!before.element_shape.is_compatible_with(rows.shape)) {
    context.invalid("Tried to scatter rows of shape " + rows.shape.to_bracket_string() +
                    " into a list of elements of shape " +
                    before.element_shape.to_bracket_string());
  }
  TensorList& list = changed_list(context);
  resize_elements(context, list,
                  std::max(static_cast<std::int64_t>(list.elements.size()), rows.end));
  place(tensor, rows, list);
}

constexpr KernelBinding kBindings[] = {
    {"TensorListGather", always<gather>},
    {"TensorListScatterV2", always<scatter>},
    {"TensorListScatterIntoExistingList", always<scatter_into>},
};
}  // namespace

KernelBindings tensor_list_row_kernels() { return kBindings; }

}  // namespace opscope::runtime
