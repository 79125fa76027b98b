#include "ops/shape_context.h"

#include "ops/attr_access.h"

namespace opscope::runtime {
namespace {
constexpr std::int64_t kMostInts = 1024;

template <typename T>
void append_ints(const TensorRep& tensor, std::vector<std::int64_t>& out) {
  for (const T value : tensor.flat<T>()) out.push_back(static_cast<std::int64_t>(value));
}
}  // namespace

std::optional<std::vector<std::int64_t>> ShapeContext::input_as_ints(std::size_t i) const {
  const TensorRep* tensor = constant(i);
  if (tensor == nullptr || !tensor->is_dense() || tensor->num_elements() > kMostInts) {
    return std::nullopt;
  }
  std::vector<std::int64_t> values;
  switch (tensor->dtype()) {
    case DType::int32:
      append_ints<std::int32_t>(*tensor, values);
      return values;
    case DType::int64:
      append_ints<std::int64_t>(*tensor, values);
      return values;
    case DType::int16:
      append_ints<std::int16_t>(*tensor, values);
      return values;
    case DType::int8:
      append_ints<std::int8_t>(*tensor, values);
      return values;
    default:
      return std::nullopt;
  }
}

Shape ShapeContext::input_as_shape(std::size_t i) const {
  if (const auto values = input_as_ints(i)) {
    if (input(i).rank() == 0) return Shape::unknown();  // a scalar -1: a shape not known at all
    for (const std::int64_t value : *values) {
      if (value < kAnyDim) invalid("a dimension is " + std::to_string(value));
    }
    return Shape(*values);
  }
  if (i < args_.partial_values.size() && args_.partial_values[i] != nullptr) {
    return *args_.partial_values[i];
  }
  const Shape& shape = input(i);
  if (shape.rank() != 1 || shape[0] == kAnyDim || shape[0] > kMaxRank) return Shape::unknown();
  return Shape::of_rank(static_cast<int>(shape[0]));
}

std::int64_t ShapeContext::attr_int(std::string_view name) const {
  return read_int(spec(), attrs(), name);
}
bool ShapeContext::attr_bool(std::string_view name) const {
  return read_bool(spec(), attrs(), name);
}
std::string_view ShapeContext::attr_string(std::string_view name) const {
  return read_string(spec(), attrs(), name);
}
Shape ShapeContext::attr_shape(std::string_view name) const {
  return read_shape(spec(), attrs(), name);
}
std::span<const std::int64_t> ShapeContext::attr_ints(std::string_view name) const {
  return read_ints(spec(), attrs(), name);
}

Shape ShapeContext::with_rank(std::size_t i, int rank) const {
  const Shape& shape = input(i);
  if (!shape.has_rank()) return Shape::of_rank(rank);
  if (shape.rank() != rank) {
    invalid("Shape must be rank " + std::to_string(rank) + " but is rank " +
            std::to_string(shape.rank()) + " for input #" + std::to_string(i));
  }
  return shape;
}

Shape ShapeContext::with_rank_at_least(std::size_t i, int rank) const {
  const Shape& shape = input(i);
  if (shape.has_rank() && shape.rank() < rank) {
    invalid("Shape must be at least rank " + std::to_string(rank) + " but is rank " +
            std::to_string(shape.rank()) + " for input #" + std::to_string(i));
  }
  return shape;
}

void ShapeContext::fail(ErrorCode code, const std::string& message) const {
  std::string text = describe_node(spec(), args_.node_name) + ": " + message;
  if (num_inputs() > 0) text += " (inputs:";
  for (std::size_t i = 0; i < num_inputs(); ++i) {
    text += i == 0 ? " " : ", ";
    if (i < args_.input_dtypes.size()) text.append(dtype_name(input_dtype(i)));
    text += input(i).to_bracket_string();
  }
  if (num_inputs() > 0) text += ")";
  throw Error(code, text);
}

void infer_shapes(const ShapeArgs& args) {
  for (Shape& shape : args.outputs) shape = Shape::unknown();
  if (args.spec->shape_fn == nullptr) return;
  ShapeContext context(args);
  args.spec->shape_fn(context);
}

}  // namespace opscope::runtime
