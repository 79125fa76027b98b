// Lists of tensors: accumulators of loops, TensorArrays.
#include "core/tensor_list.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {

const TensorList& list_input(const KernelContext& context, std::size_t i) {
  const TensorRep& handle = context.input(i);
  const auto* list = handle.num_elements() == 1
                         ? dynamic_cast<const TensorList*>(handle.data<Ref<Resource>>()->get())
                         : nullptr;
  if (list == nullptr) context.invalid("Input handle is not a list");
  return *list;
}

// The list of input 0, to be changed: itself if nobody else has it, else a copy. It is output 0.
TensorList& changed_list(KernelContext& context) {
  const TensorList& list = list_input(context, 0);
  if (context.may_change(0) && list.is_unique()) {
    context.set_output(0, context.input_ref(0));
    return const_cast<TensorList&>(list);
  }
  auto copy = Ref<TensorList>::adopt(new TensorList);
  copy->element_dtype = list.element_dtype;
  copy->element_shape = list.element_shape;
  copy->max_elements = list.max_elements;
  copy->elements = list.elements;
  TensorList& result = *copy;
  context.set_output(0, make_handle(DType::variant, std::move(copy)));
  return result;
}

// A shape input whose -1s are unknown; a scalar -1 is unknown rank.
Shape partial_shape(const KernelContext& context, std::size_t i) {
  const IntList dims = read_ints(context, i);
  if (context.input(i).rank() == 0) {
    context.require(dims[0] == -1, "a scalar element_shape must be -1");
    return Shape::unknown();
  }
  Shape shape;
  for (const std::int64_t dim : dims) {
    context.require(dim >= -1, "element_shape must not have dimensions below -1");
    shape.append(dim < 0 ? kAnyDim : dim);
  }
  return shape;
}

void check_dtype(const KernelContext& context, const TensorList& list) {
  const DType wanted = context.attr_type("element_dtype");
  if (list.element_dtype == wanted) return;
  context.invalid("Invalid data types; op elements " + std::string(dtype_name(wanted)) +
                  " but list elements " + std::string(dtype_name(list.element_dtype)));
}

void check_element(const KernelContext& context, const TensorList& list, const TensorRep& element) {
  if (list.element_shape.is_compatible_with(element.shape())) return;
  context.invalid("Tried to append a tensor with incompatible shape to a list. Op element shape: " +
                  element.shape().to_bracket_string() +
                  " list shape: " + list.element_shape.to_bracket_string());
}

Ref<TensorRep> zeros_element(DType dtype, const Shape& shape) {
  return dtype == DType::string || dtype == DType::variant ? TensorRep::make(dtype, shape)
                                                           : TensorRep::make_zeros(dtype, shape);
}

// What is known of the shapes of all elements of the list.
Shape common_shape(const KernelContext& context, const TensorList& list, const Shape& given) {
  if (!list.element_shape.is_compatible_with(given)) {
    context.invalid("Incompatible shapes: list " + list.element_shape.to_bracket_string() +
                    ", op " + given.to_bracket_string());
  }
  return list.element_shape.merge_with(given);
}

Ref<TensorRep> element_or_zeros(const KernelContext& context, const TensorList& list,
                                const Ref<TensorRep>& element, const Shape& given) {
  if (element) return element;
  Shape shape = common_shape(context, list, given);
  for (const Ref<TensorRep>& other : list.elements) {
    if (other && !shape.is_fully_defined() && shape.is_compatible_with(other->shape())) {
      shape = shape.merge_with(other->shape());
    }
  }
  if (!shape.is_fully_defined()) {
    context.invalid(
        "Trying to read an uninitialized tensor but element_shape is not fully "
        "defined: " +
        shape.to_bracket_string());
  }
  return zeros_element(list.element_dtype, shape);
}

Ref<TensorList> new_list(const KernelContext& context, std::size_t shape_input) {
  auto list = Ref<TensorList>::adopt(new TensorList);
  list->element_dtype = context.attr_type("element_dtype");
  list->element_shape = partial_shape(context, shape_input);
  return list;
}

void empty_list(KernelContext& context) {
  Ref<TensorList> list = new_list(context, 0);
  list->max_elements = read_int(context, 1);
  context.set_output(0, make_handle(DType::variant, std::move(list)));
}

void reserve(KernelContext& context) {
  const std::int64_t count = read_int(context, 1);
  context.require(count >= 0, "The num_elements to reserve must be a non negative number");
  Ref<TensorList> list = new_list(context, 0);
  list->elements.resize(static_cast<std::size_t>(count));
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
  if (at >= list.elements.size()) list.elements.resize(at + 1);
  list.elements[at] = context.input_ref(2);
}

void resize(KernelContext& context) {
  const std::int64_t size = read_int(context, 1);
  context.require(size >= 0, "TensorListSlice expects size to be non-negative");
  changed_list(context).elements.resize(static_cast<std::size_t>(size));
}

// Copies the elements of `from` into `to`, beginning at element `at`.
void copy_into(const TensorRep& from, TensorRep& to, std::int64_t at) {
  if (from.dtype() == DType::string) {
    std::copy_n(from.data<std::string>(), from.num_elements(), to.mutable_data<std::string>() + at);
  } else if (from.dtype() == DType::variant || from.dtype() == DType::resource) {
    std::copy_n(from.data<Ref<Resource>>(), from.num_elements(),
                to.mutable_data<Ref<Resource>>() + at);
  } else if (from.num_elements() > 0) {
    auto* bytes = static_cast<std::byte*>(to.mutable_raw_data());
    std::memcpy(bytes + static_cast<std::size_t>(at) * dtype_size(from.dtype()), from.raw_data(),
                from.size_bytes());
  }
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
