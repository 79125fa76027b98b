// TensorLists and optionals: TensorArrays, and second derivatives of loops and branches.
#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

AttrList element_dtype(const Tensor& element) { return {{"element_dtype", element.dtype()}}; }

// The shape of an element of a stack; -1 where it is not known.
Tensor element_shape(const Tensor& stacked) {
  if (!stacked.shape().has_rank()) return slice(shape(stacked), {1}, {-1});
  std::vector<std::int64_t> dims;
  for (int i = 1; i < stacked.shape().rank(); ++i) {
    const std::int64_t dim = stacked.shape()[i];
    dims.push_back(dim == kAnyDim ? -1 : dim);
  }
  return ints(dims);
}

void push_back(GradientCall& c) {
  const std::vector<Tensor> popped =
      raw_all<"TensorListPopBack">({c.dy(), shape_vector(c.x(1))}, element_dtype(c.x(1)));
  c.give(0, [&] { return popped[0]; });
  c.give(1, [&] { return popped[1]; });
}
void pop_back(GradientCall& c) {
  c.give(0, [&] { return raw<"TensorListPushBack">({c.dy(0), c.dy(1)}, element_dtype(c.y(1))); });
}
void stack_back(GradientCall& c) {
  c.give(0, [&] {
    AttrList attrs = element_dtype(c.y());
    attrs.push_back({"shape_type", DType::int32});
    return raw<"TensorListFromTensor">({c.dy(), element_shape(c.dy())}, attrs);
  });
}
void from_tensor(GradientCall& c) {
  c.give(0, [&] {
    AttrList attrs = element_dtype(c.x());
    const Shape& dims = c.x().shape();
    const bool is_counted = dims.has_rank() && dims[0] != kAnyDim;
    attrs.push_back({"num_elements", is_counted ? dims[0] : std::int64_t{-1}});
    return raw<"TensorListStack">({c.dy(), element_shape(c.x())}, attrs);
  });
}
void get_item(GradientCall& c) {
  c.give(0, [&] {
    const Tensor dims = raw<"TensorListElementShape">({c.x(0)}, {{"shape_type", DType::int32}});
    AttrList attrs = element_dtype(c.y());
    attrs.push_back({"shape_type", DType::int32});
    const Tensor empty = raw<"TensorListReserve">({dims, raw<"TensorListLength">({c.x(0)})}, attrs);
    return raw<"TensorListSetItem">({empty, c.x(1), c.dy()}, element_dtype(c.y()));
  });
}
void set_item(GradientCall& c) {
  c.give(0, [&] {
    return raw<"TensorListSetItem">({c.dy(), c.x(1), zeros_like(c.x(2))}, element_dtype(c.x(2)));
  });
  c.give(2, [&] {
    return raw<"TensorListGetItem">({c.dy(), c.x(1), shape_vector(c.x(2))}, element_dtype(c.x(2)));
  });
}
void resize(GradientCall& c) {
  c.give(0, [&] { return raw<"TensorListResize">({c.dy(), raw<"TensorListLength">({c.x(0)})}); });
}
void concat_back(GradientCall& c) {
  c.give(0, [&] {
    AttrList attrs = element_dtype(c.y());
    attrs.push_back({"shape_type", DType::int32});
    Tensor dims = element_shape(c.dy());
    dims = concat({ints({-1}), dims}, 0);
    return raw<"TensorListSplit">({c.dy(), dims, c.y(1)}, attrs);
  });
}
void split_back(GradientCall& c) {
  c.give(0, [&] {
    AttrList attrs = element_dtype(c.x());
    attrs.push_back({"shape_type", DType::int32});
    const Tensor dims = concat({ints({-1}), element_shape(c.x())}, 0);
    return raw<"TensorListConcatV2">({c.dy(), dims, c.x(2)}, attrs);
  });
}
// Of (list, indices, element shape): elements that were not gathered have no gradient.
void gather_list(GradientCall& c) {
  c.give(0, [&] {
    AttrList attrs = element_dtype(c.y());
    attrs.push_back({"shape_type", DType::int32});
    return raw<"TensorListScatterV2">(
        {c.dy(), c.x(1), element_shape(c.dy()), raw<"TensorListLength">({c.x(0)})}, attrs);
  });
}
void scatter_list(GradientCall& c) {
  c.give(0, [&] {
    return raw<"TensorListGather">({c.dy(), c.x(1), element_shape(c.x(0))}, element_dtype(c.x(0)));
  });
}

void scatter_into_list(GradientCall& c) {
  const AttrList attrs = element_dtype(c.x(1));
  c.give(0, [&] {
    return raw<"TensorListScatterIntoExistingList">({c.dy(), zeros_like(c.x(1)), c.x(2)}, attrs);
  });
  c.give(1, [&] {
    return raw<"TensorListGather">({c.dy(), c.x(2), element_shape(c.x(1))}, attrs);
  });
}

void optional_from_value(GradientCall& c) {
  std::vector<DType> types;
  std::vector<Shape> shapes;
  for (const Tensor& component : c.inputs) {
    types.push_back(component.dtype());
    shapes.push_back(component.shape());
  }
  const std::vector<Tensor> values =
      raw_all<"OptionalGetValue">({c.dy()}, {{"output_types", types}, {"output_shapes", shapes}});
  for (std::size_t i = 0; i < values.size(); ++i) c.give(i, [&] { return values[i]; });
}
void optional_get_value(GradientCall& c) {
  c.give(0, [&] {
    OpCall call(op<"OptionalFromValue">(), "OptionalFromValue", Loc{});
    std::vector<DType> types;
    for (std::size_t i = 0; i < c.outputs.size(); ++i) {
      call.add(c.dy(i));
      types.push_back(c.y(i).dtype());
    }
    return call.attr("Toutput_types", types).run();
  });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"TensorListPushBack", push_back},
    {"TensorListPopBack", pop_back},
    {"TensorListStack", stack_back},
    {"TensorListFromTensor", from_tensor},
    {"TensorListGetItem", get_item},
    {"TensorListSetItem", set_item},
    {"TensorListResize", resize},
    {"TensorListConcatV2", concat_back},
    {"TensorListSplit", split_back},
    {"TensorListGather", gather_list},
    {"TensorListScatterV2", scatter_list},
    {"TensorListScatterIntoExistingList", scatter_into_list},
    {"OptionalFromValue", optional_from_value},
    {"OptionalGetValue", optional_get_value},
};

}  // namespace

GradientTable list_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
