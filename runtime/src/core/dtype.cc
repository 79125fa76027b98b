#include "opscope/runtime/dtype.h"

#include <array>
#include <utility>

namespace opscope {
namespace {
constexpr std::array<std::pair<DType, std::string_view>, 18> kNames = {{
    {DType::float32, "float32"},
    {DType::float64, "float64"},
    {DType::int32, "int32"},
    {DType::uint8, "uint8"},
    {DType::int16, "int16"},
    {DType::int8, "int8"},
    {DType::string, "string"},
    {DType::complex64, "complex64"},
    {DType::int64, "int64"},
    {DType::boolean, "bool"},
    {DType::bfloat16, "bfloat16"},
    {DType::uint16, "uint16"},
    {DType::complex128, "complex128"},
    {DType::half, "float16"},
    {DType::resource, "resource"},
    {DType::variant, "variant"},
    {DType::uint32, "uint32"},
    {DType::uint64, "uint64"},
}};
}  // namespace

std::string_view dtype_name(DType dtype) noexcept {
  for (const auto& [known, name] : kNames) {
    if (known == dtype) return name;
  }
  return "invalid";
}

DType dtype_from_name(std::string_view name) noexcept {
  if (name == "half") return DType::half;
  for (const auto& [dtype, known] : kNames) {
    if (known == name) return dtype;
  }
  return DType::invalid;
}

}  // namespace opscope
