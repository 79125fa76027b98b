// What a shape function sees of the node it runs for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/attrs.h"
#include "ops/op_spec.h"
#include "opscope/error.h"
#include "opscope/runtime/shape.h"

namespace opscope::runtime {

// What the caller of a shape function gives it. Everything is borrowed for the call.
struct ShapeArgs {
  const OpSpec* spec = nullptr;
  std::span<const Shape> inputs = {};
  std::span<const DType> input_dtypes = {};
  // Per input the value if it is known while tracing, else null. May be empty: none is known.
  std::span<const TensorRep* const> constants = {};
  // Per input, for integer vectors, what is known of the shape they spell out (kAnyDim where an
  // element is not known); null if nothing is. May be empty.
  std::span<const Shape* const> partial_values = {};
  // Per input, for the handle of a variable whose shape is known, that shape; else null. May be
  // empty.
  std::span<const Shape* const> variable_shapes = {};
  const Attrs* attrs = nullptr;
  std::span<Shape> outputs = {};
  std::span<const DType> output_dtypes = {};
  std::string_view node_name = {};
};

class ShapeContext {
 public:
  explicit ShapeContext(const ShapeArgs& args) noexcept : args_(args) {}

  [[nodiscard]] const OpSpec& spec() const noexcept { return *args_.spec; }
  [[nodiscard]] std::size_t num_inputs() const noexcept { return args_.inputs.size(); }
  [[nodiscard]] std::size_t num_outputs() const noexcept { return args_.outputs.size(); }
  [[nodiscard]] const Shape& input(std::size_t i) const noexcept { return args_.inputs[i]; }
  [[nodiscard]] DType output_dtype(std::size_t i) const noexcept { return args_.output_dtypes[i]; }
  [[nodiscard]] DType input_dtype(std::size_t i) const noexcept { return args_.input_dtypes[i]; }
  // What is known of the shape of the variable whose handle input i is.
  [[nodiscard]] Shape variable_shape(std::size_t i) const {
    const bool is_known = i < args_.variable_shapes.size() && args_.variable_shapes[i] != nullptr;
    return is_known ? *args_.variable_shapes[i] : Shape::unknown();
  }
  // Null if the value is not known.
  [[nodiscard]] const TensorRep* constant(std::size_t i) const noexcept {
    return i < args_.constants.size() ? args_.constants[i] : nullptr;
  }
  // The shape that input i spells out (a vector of dimensions; -1 is kAnyDim), as far as it is
  // known: from its value, from partial_values, else of the rank its own shape tells.
  [[nodiscard]] Shape input_as_shape(std::size_t i) const;
  // The integers of constant input i as int64, nullopt if not known.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> input_as_ints(std::size_t i) const;

  // What set_output() gave so far.
  [[nodiscard]] const Shape& output(std::size_t i) const noexcept { return args_.outputs[i]; }
  void set_output(std::size_t i, Shape shape) { args_.outputs[i] = std::move(shape); }

  [[nodiscard]] const Attrs& attrs() const noexcept { return *args_.attrs; }
  [[nodiscard]] std::int64_t attr_int(std::string_view name) const;
  [[nodiscard]] bool attr_bool(std::string_view name) const;
  [[nodiscard]] std::string_view attr_string(std::string_view name) const;
  [[nodiscard]] Shape attr_shape(std::string_view name) const;
  [[nodiscard]] std::span<const std::int64_t> attr_ints(std::string_view name) const;

  // The input's shape, known to be of this rank. Throws invalid_argument if it is of another.
  [[nodiscard]] Shape with_rank(std::size_t i, int rank) const;
  [[nodiscard]] Shape with_rank_at_least(std::size_t i, int rank) const;
  // Throws Error with the message, the op, the node's name, and the inputs' dtypes and shapes.
  [[noreturn]] void fail(ErrorCode code, const std::string& message) const;
  [[noreturn]] void invalid(const std::string& message) const {
    fail(ErrorCode::invalid_argument, message);
  }

 private:
  ShapeArgs args_;
};

// Fills args.outputs by the op's shape function (unknown shapes if it has none).
void infer_shapes(const ShapeArgs& args);

}  // namespace opscope::runtime
