// Descriptions of ops: the OpDefs of TensorFlow's registry as static tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/attrs.h"
#include "opscope/runtime/dtype.h"

namespace opscope::runtime {

class KernelContext;
class ShapeContext;

// Computes a node's outputs. Throws opscope::Error (through KernelContext::fail) on bad inputs.
using Kernel = void (*)(KernelContext&);
// Infers the output shapes.
using ShapeFn = void (*)(ShapeContext&);

// One input or output. Exactly one of: `type` fixed; `type_attr` one tensor of that attr's type, or
// `number_attr` many; `type_list_attr` one tensor for each type in that attr.
struct ArgSpec {
  std::string_view name;
  DType type = DType::invalid;
  std::string_view type_attr = {};
  std::string_view number_attr = {};
  std::string_view type_list_attr = {};

  [[nodiscard]] constexpr bool is_variadic() const noexcept {
    return !number_attr.empty() || !type_list_attr.empty();
  }
};

enum class AttrKind : std::uint8_t { int_, float_, bool_, string, type, shape, tensor, func };

struct AttrSpec {
  std::string_view name;
  AttrKind kind = AttrKind::int_;
  bool is_list = false;
  bool has_default = false;
  // Bit i: DType number i is allowed. 0: all are.
  std::uint32_t allowed_types = 0;
  std::span<const std::string_view> allowed_strings = {};
  bool has_minimum = false;
  std::int64_t minimum = 0;  // of an int, or of a list's length
  // The default: one of these by kind; lists of ints in default_ints, all other lists are empty,
  // as is a string unless given; a shape's default is unknown rank.
  std::int64_t default_int = 0;  // int, bool, or a type's number
  float default_float = 0;
  std::string_view default_string = {};
  std::span<const std::int64_t> default_ints = {};

  [[nodiscard]] constexpr bool allows(DType dtype) const noexcept {
    return allowed_types == 0 || ((allowed_types >> static_cast<unsigned>(dtype)) & 1u) != 0;
  }
};

// The dtypes a kernel is chosen by.
struct KernelKey {
  std::span<const DType> inputs;
  std::span<const DType> outputs;
};
// Null if there is no kernel for these dtypes.
using KernelSelector = Kernel (*)(const KernelKey&);

struct OpSpec {
  std::string_view name;
  std::span<const ArgSpec> inputs;
  std::span<const ArgSpec> outputs;
  std::span<const AttrSpec> attrs;
  bool is_stateful = false;
  bool is_commutative = false;
  ShapeFn shape_fn = nullptr;
  KernelSelector select = nullptr;  // null: run by the executor, or not at all

  // Null if there is none.
  [[nodiscard]] const AttrSpec* find_attr(std::string_view attr_name) const noexcept;
};

}  // namespace opscope::runtime
