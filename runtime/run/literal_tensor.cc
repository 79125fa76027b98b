#include <cmath>

#include "core/tensor_rep.h"
#include "opscope/error.h"
#include "run/literal.h"
#include "run/numeric_cast.h"

namespace opscope::run {
namespace {

// What a list must look like everywhere, found at its first elements.
void first_shape(const Literal& literal, std::vector<std::int64_t>& dims) {
  const auto* list = std::get_if<LiteralList>(&literal.value);
  if (list == nullptr) return;
  dims.push_back(static_cast<std::int64_t>(list->size()));
  if (!list->empty()) first_shape(list->front(), dims);
}

// The leaves in order; false where the lists are ragged.
bool collect(const Literal& literal, const std::vector<std::int64_t>& dims, std::size_t depth,
             std::vector<const Literal*>& leaves) {
  const auto* list = std::get_if<LiteralList>(&literal.value);
  if (list == nullptr) {
    leaves.push_back(&literal);
    return depth == dims.size();
  }
  if (depth == dims.size() || static_cast<std::int64_t>(list->size()) != dims[depth]) return false;
  for (const Literal& element : *list) {
    if (!collect(element, dims, depth + 1, leaves)) return false;
  }
  return true;
}

bool store(const Literal& leaf, runtime::TensorRep& out, std::size_t index) {
  if (out.dtype() == DType::string) {
    const auto* text = std::get_if<std::string>(&leaf.value);
    if (text != nullptr) out.mutable_data<std::string>()[index] = *text;
    return text != nullptr;
  }
  if (const auto* flag = std::get_if<bool>(&leaf.value))
    return store_number(*flag ? 1 : 0, out, index);
  if (const auto* whole = std::get_if<std::int64_t>(&leaf.value)) {
    return store_number(*whole, out, index);
  }
  if (const auto* real = std::get_if<double>(&leaf.value)) return store_number(*real, out, index);
  return false;
}

}  // namespace

Result<Tensor> literal_tensor(const Literal& literal, DType dtype) {
  std::vector<std::int64_t> dims;
  first_shape(literal, dims);
  std::vector<const Literal*> leaves;
  if (!collect(literal, dims, 0, leaves)) {
    return Error(ErrorCode::invalid_argument, "the lists have different lengths");
  }
  runtime::Ref<runtime::TensorRep> rep = runtime::TensorRep::make(dtype, Shape(dims));
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!store(*leaves[i], *rep, i)) {
      return Error(ErrorCode::invalid_argument,
                   "a value does not fit the data type " + std::string(dtype_name(dtype)));
    }
  }
  return Tensor(rep.leak());
}

}  // namespace opscope::run
