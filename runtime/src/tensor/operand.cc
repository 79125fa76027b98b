#include "opscope/runtime/operand.h"

#include <cmath>

#include "core/tensor_rep.h"
#include "opscope/error.h"
#include "opscope/runtime/staging.h"
#include "opscope/runtime/variable.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope {
namespace {

using runtime::Ref;
using runtime::TensorRep;

template <typename T>
Ref<TensorRep> integer_scalar(double value, std::int64_t exact, bool is_integral) {
  const auto narrow = static_cast<T>(exact);
  const bool fits = is_integral && static_cast<std::int64_t>(narrow) == exact &&
                    (std::is_signed_v<T> || exact >= 0);
  if (!fits) {
    throw Error(ErrorCode::invalid_argument,
                "the literal " + (is_integral ? std::to_string(exact) : std::to_string(value)) +
                    " has no value in " + std::string(dtype_name(dtype_of<T>)));
  }
  return runtime::make_scalar(narrow);
}

Ref<TensorRep> number_as(DType dtype, double value, std::int64_t exact, bool is_integral) {
  switch (dtype) {
    case DType::float32:
      return runtime::make_scalar(static_cast<float>(value));
    case DType::float64:
      return runtime::make_scalar(value);
    case DType::half:
      return runtime::make_scalar(half(static_cast<float>(value)));
    case DType::bfloat16:
      return runtime::make_scalar(bfloat16(static_cast<float>(value)));
    case DType::int8:
      return integer_scalar<std::int8_t>(value, exact, is_integral);
    case DType::int16:
      return integer_scalar<std::int16_t>(value, exact, is_integral);
    case DType::int32:
      return integer_scalar<std::int32_t>(value, exact, is_integral);
    case DType::int64:
      return integer_scalar<std::int64_t>(value, exact, is_integral);
    case DType::uint8:
      return integer_scalar<std::uint8_t>(value, exact, is_integral);
    case DType::uint16:
      return integer_scalar<std::uint16_t>(value, exact, is_integral);
    case DType::uint32:
      return integer_scalar<std::uint32_t>(value, exact, is_integral);
    case DType::uint64:
      return integer_scalar<std::uint64_t>(value, exact, is_integral);
    default:
      throw Error(ErrorCode::invalid_argument,
                  "a number is given where " + std::string(dtype_name(dtype)) + " is needed");
  }
}

}  // namespace

Operand::Operand(const Variable& variable, Loc loc)
    : kind_(Kind::owned), loc_(loc), owned_(nullptr) {
  Tensor value = variable.read(loc);
  owned_ = Ref<TensorRep>::share(value.rep()).leak();
}

Operand::Operand(const Range& range, Loc loc) : kind_(Kind::owned), loc_(loc), owned_(nullptr) {
  const Tensor value = range;
  owned_ = Ref<TensorRep>::share(value.rep()).leak();
}

DType Operand::dtype() const {
  switch (kind_) {
    case Kind::tensor:
      if (tensor_->has_value()) return tensor_->dtype();
      throw Error(ErrorCode::failed_precondition,
                  "a Tensor without a value is read at " + describe(loc_));
    case Kind::owned:
      return owned_->dtype();
    case Kind::boolean:
      return DType::boolean;
    case Kind::int32:
      return DType::int32;
    case Kind::int64:
      return DType::int64;
    case Kind::float32:
      return DType::float32;
    case Kind::float64:
      return DType::float64;
    case Kind::string:
      break;
  }
  return DType::string;
}

TensorRep* Operand::resolve() const {
  if (kind_ == Kind::owned) return Ref<TensorRep>::share(owned_).leak();
  if (kind_ != Kind::tensor) return nullptr;
  if (runtime::is_tracing()) return runtime::current_trace->input(*tensor_, loc_).leak();
  return runtime::eager_value(*tensor_, loc_).leak();
}

TensorRep* Operand::literal(DType dtype) const try {
  switch (kind_) {
    case Kind::string:
      if (dtype == DType::string) return runtime::make_scalar(std::string(text_)).leak();
      throw Error(ErrorCode::invalid_argument,
                  "a string is given where " + std::string(dtype_name(dtype)) + " is needed");
    case Kind::boolean:
      if (dtype == DType::boolean) return runtime::make_scalar(int_ != 0).leak();
      throw Error(ErrorCode::invalid_argument,
                  "a bool is given where " + std::string(dtype_name(dtype)) + " is needed");
    case Kind::int32:
    case Kind::int64:
      return number_as(dtype, static_cast<double>(int_), int_, true).leak();
    case Kind::float32:
    case Kind::float64: {
      const bool is_integral = double_ == std::floor(double_) && std::abs(double_) < 0x1p53;
      const auto exact = is_integral ? static_cast<std::int64_t>(double_) : 0;
      return number_as(dtype, double_, exact, is_integral).leak();
    }
    case Kind::tensor:
    case Kind::owned:
      break;
  }
  return nullptr;
} catch (const Error& error) {
  throw runtime::with_place(error, loc_);
}

}  // namespace opscope
