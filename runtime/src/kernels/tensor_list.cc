// Lists of tensors: accumulators of loops, TensorArrays.
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/tensor_list_inputs.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {

void empty_list(KernelContext& context) {
  Ref<TensorList> list = new_list(context, 0);
  list->max_elements = read_int(context, 1);
  context.set_output(0, make_handle(DType::variant, std::move(list)));
}

void reserve(KernelContext& context) {
  const std::int64_t count = read_int(context, 1);
  context.require(count >= 0, "The num_elements to reserve must be a non negative number");
  Ref<TensorList> list = new_list(context, 0);
  resize_elements(context, *list, count);
  context.set_output(0, make_handle(DType::variant, std::move(list)));
}

void push_back(KernelContext& context) {
  check_dtype(context, list_input(context, 0));
  check_element(context, list_input(context, 0), context.input(1));
  const TensorList& before = list_input(context, 0);
  if (before.max_elements >= 0 &&
      static_cast<std::int64_t>(before.elements.size()) >= before.max_elements) {
    context.invalid("Tried to push item into a full list, list size: " +
                    std::to_string(before.elements.size()) +
                    " max_num_elements: " + std::to_string(before.max_elements));
  }
  changed_list(context).elements.push_back(context.input_ref(1));
}

void pop_back(KernelContext& context) {
  const TensorList& before = list_input(context, 0);
  check_dtype(context, before);
  context.require(!before.elements.empty(), "Trying to pop from an empty list.");
  Ref<TensorRep> last =
      element_or_zeros(context, before, before.elements.back(), partial_shape(context, 1));
  changed_list(context).elements.pop_back();
  context.set_output(1, std::move(last));
}

void length(KernelContext& context) {
  context.set_output(
      0, make_scalar(static_cast<std::int32_t>(list_input(context, 0).elements.size())));
}

void element_shape(KernelContext& context) {
  const Shape& shape = list_input(context, 0).element_shape;
  const bool is_long = context.attr_type("shape_type") == DType::int64;
  const Shape out = shape.has_rank() ? Shape{shape.rank()} : Shape{};
  TensorRep& result = context.allocate_output(0, is_long ? DType::int64 : DType::int32, out);
  for (std::int64_t i = 0; i < result.num_elements(); ++i) {
    const std::int64_t dim = !shape.has_rank() || shape[static_cast<int>(i)] == kAnyDim
                                 ? -1
                                 : shape[static_cast<int>(i)];
    if (is_long) {
      result.mutable_data<std::int64_t>()[i] = dim;
    } else {
      result.mutable_data<std::int32_t>()[i] = static_cast<std::int32_t>(dim);
    }
  }
}

std::size_t checked_index(const KernelContext& context, const TensorList& list) {
  const std::int64_t index = read_int(context, 1);
  const auto size = static_cast<std::int64_t>(list.elements.size());
  if (index < 0 || index >= size) {
    context.invalid("Trying to access element " + std::to_string(index) + " in a list with " +
                    std::to_string(size) + " elements.");
  }
  return static_cast<std::size_t>(index);
}

void get_item(KernelContext& context) {
  const TensorList& list = list_input(context, 0);
  check_dtype(context, list);
  const std::size_t index = checked_index(context, list);
  context.set_output(
      0, element_or_zeros(context, list, list.elements[index], partial_shape(context, 2)));
}

void set_item(KernelContext& context) {
  const TensorList& before = list_input(context, 0);
  check_dtype(context, before);
  check_element(context, before, context.input(2));
  const std::int64_t index = read_int(context, 1);
  const bool may_grow = context.attr_bool("resize_if_index_out_of_bounds");
  const bool is_beyond = index >= static_cast<std::int64_t>(before.elements.size());
  if (!may_grow || !is_beyond) (void)checked_index(context, before);
  TensorList& list = changed_list(context);
  const auto at = static_cast<std::size_t>(index);
  if (at >= list.elements.size()) resize_elements(context, list, index + 1);
  list.elements[at] = context.input_ref(2);
}

void resize(KernelContext& context) {
  const std::int64_t size = read_int(context, 1);
  context.require(size >= 0, "TensorListSlice expects size to be non-negative");
  resize_elements(context, changed_list(context), size);
}

void stack(KernelContext& context) {
  const TensorList& list = list_input(context, 0);
  check_dtype(context, list);
  const std::int64_t wanted = context.attr_int("num_elements");
  const auto count = static_cast<std::int64_t>(list.elements.size());
  if (wanted >= 0 && wanted != count) {
    context.invalid("Operation expected a list with " + std::to_string(wanted) +
                    " elements but got a list with " + std::to_string(count) + " elements.");
  }
  Shape shape = common_shape(context, list, partial_shape(context, 1));
  for (const Ref<TensorRep>& element : list.elements) {
    if (!element) continue;
    if (!shape.is_compatible_with(element->shape())) {
      context.invalid("Tried to stack list which only contains elements of different shapes: " +
                      shape.to_bracket_string() + " and " + element->shape().to_bracket_string());
    }
    shape = shape.merge_with(element->shape());
  }
  if (!shape.is_fully_defined()) {
    context.invalid(
        "Tried to stack elements of an empty list with non-fully-defined "
        "element_shape: " +
        shape.to_bracket_string());
  }
  Shape full{count};
  for (const std::int64_t dim : shape.dims()) full.append(dim);
  Ref<TensorRep> result = zeros_element(list.element_dtype, full);
  TensorRep& out = *result;
  const std::int64_t size = shape.num_elements();
  for (std::int64_t i = 0; i < count; ++i) {
    const Ref<TensorRep>& element = list.elements[static_cast<std::size_t>(i)];
    if (element) copy_into(*element, out, i * size);
  }
  context.set_output(0, std::move(result));
}

// Of (list, element_shape, leading_dims): the elements behind one another, and their lengths.
void concat(KernelContext& context) {
  const TensorList& list = list_input(context, 0);
  check_dtype(context, list);
  const Shape wanted = partial_shape(context, 1);
  Shape rest = common_shape(context, list, wanted);
  std::vector<Ref<TensorRep>> elements;
  std::vector<std::int64_t> lengths;
  std::int64_t total = 0;
  for (const Ref<TensorRep>& element : list.elements) {
    elements.push_back(element_or_zeros(context, list, element, wanted));
    Shape shape = elements.back()->shape();
    context.require(shape.rank() > 0,
                    "Concat requires elements to be at least vectors, found scalars instead.");
    lengths.push_back(shape[0]);
    total += shape[0];
    shape.set_dim(0, kAnyDim);
    if (rest.rank() > 0) rest.set_dim(0, kAnyDim);
    if (!rest.is_compatible_with(shape)) {
      context.invalid("Tried to concat tensors with incompatible shapes: " +
                      rest.to_bracket_string() + " vs. " + shape.to_bracket_string());
    }
    rest = rest.merge_with(shape);
  }
  context.require(rest.rank() > 0, "Concat requires elements to be at least vectors.");
  rest.set_dim(0, total);
  if (!rest.is_fully_defined()) {
    context.invalid(
        "All except the first dimension must be fully defined when concating an empty tensor "
        "list. element_shape: " +
        wanted.to_bracket_string());
  }
  Ref<TensorRep> result = zeros_element(list.element_dtype, rest);
  std::int64_t at = 0;
  for (const Ref<TensorRep>& element : elements) {
    copy_into(*element, *result, at);
    at += element->num_elements();
  }
  context.set_output(0, std::move(result));
  context.set_output(1, make_vector<std::int64_t>(lengths));
}

void from_tensor(KernelContext& context) {
  const TensorRep& tensor = context.input(0);
  context.require(tensor.rank() > 0, "Tensor must be at least a vector, but saw shape: []");
  Ref<TensorList> list = new_list(context, 1);
  Shape shape = tensor.shape();
  shape.remove(0);
  if (!list->element_shape.is_compatible_with(shape)) {
    context.invalid("Specified a list with shape " + list->element_shape.to_bracket_string() +
                    " from a tensor with shape " + shape.to_bracket_string());
  }
  for (std::int64_t i = 0; i < tensor.shape()[0]; ++i) {
    list->elements.push_back(TensorRep::make_slice(tensor, i * shape.num_elements(), shape));
  }
  context.set_output(0, make_handle(DType::variant, std::move(list)));
}

constexpr KernelBinding kBindings[] = {
    {"EmptyTensorList", always<empty_list>},   {"TensorListReserve", always<reserve>},
    {"TensorListPushBack", always<push_back>}, {"TensorListPopBack", always<pop_back>},
    {"TensorListLength", always<length>},      {"TensorListElementShape", always<element_shape>},
    {"TensorListGetItem", always<get_item>},   {"TensorListSetItem", always<set_item>},
    {"TensorListResize", always<resize>},      {"TensorListStack", always<stack>},
    {"TensorListConcatV2", always<concat>},    {"TensorListFromTensor", always<from_tensor>},
};

}  // namespace

KernelBindings tensor_list_kernels() { return kBindings; }

}  // namespace opscope::runtime
