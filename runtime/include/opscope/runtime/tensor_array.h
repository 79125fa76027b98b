// TensorArray: an array of Tensors that staged loops read and write one element at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/operand.h"
#include "opscope/runtime/shape.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

struct TensorArrayOptions {
  // Writing at or behind the end grows the array.
  bool dynamic_size = false;
  // Eager: an element may be read once, then it must be written again. Graphs do not check it, as
  // TensorFlow's do not.
  bool clear_after_read = true;
  // What is known of every element's shape.
  Shape element_shape = Shape::unknown();
  // The first element written or read in makes element_shape more precise.
  bool infer_shape = true;
};

// tf.TensorArray. Traced, its operations become TensorList nodes, and an array that lived before a
// loop or branch and is written inside is carried through it like a Tensor:
//
//   TensorArray squares(DType::int32, n);
//   for (Tensor i : range(n)) squares.write(i, i * i);
//   return squares.stack();
//
// A value type: write(), unstack() and scatter() change this array and give it back, so that
// `a = a.write(i, x)` is right as well; a copy stays as it is. Structures of Tensors may hold
// arrays (structure.h), and traced functions may take and give them.
//
// Elements never written read as zeros when element_shape is fully defined. All throw
// invalid_argument: an index out of range, an element of another data type or shape, reading an
// element of unknown shape that was never written; failed_precondition on an array without a value.
// Gradients flow through every operation. Thread rule: not to be used by two threads at once.
class TensorArray {
 public:
  // Without a value, to be assigned.
  TensorArray() noexcept = default;
  // Throws invalid_argument for a negative size.
  TensorArray(DType dtype, const Operand& size, const TensorArrayOptions& options = {});

  // The element's shape is element_shape().
  [[nodiscard]] Tensor read(const Operand& index) const;
  TensorArray& write(const Operand& index, const Operand& value);

  // All elements along a new first dimension. They must have one shape.
  [[nodiscard]] Tensor stack(Loc loc = Loc::current()) const;
  // All elements joined along their first dimension, in which alone they may differ.
  [[nodiscard]] Tensor concat(Loc loc = Loc::current()) const;
  // The elements at these indices, an int32 vector, along a new first dimension.
  [[nodiscard]] Tensor gather(const Operand& indices) const;

  // Makes the slices of `value` along its first dimension the elements, and their number the size.
  TensorArray& unstack(const Operand& value);
  // Writes the slices of `value` at these indices, an int32 vector.
  TensorArray& scatter(const Operand& indices, const Operand& value);

  // An int32 scalar.
  [[nodiscard]] Tensor size(Loc loc = Loc::current()) const;

  [[nodiscard]] DType dtype() const noexcept { return dtype_; }
  [[nodiscard]] bool dynamic_size() const noexcept { return options_.dynamic_size; }
  [[nodiscard]] const Shape& element_shape() const noexcept { return options_.element_shape; }

  // All that two arrays must share to be alike for a traced function, but for their lists.
  [[nodiscard]] std::string signature() const;

  // For the runtime's own code: the list, a scalar of data type variant.
  [[nodiscard]] Tensor& flow() noexcept { return flow_; }
  [[nodiscard]] const Tensor& flow() const noexcept { return flow_; }

 private:
  void accept(DType dtype, const Shape& shape, Loc loc);
  void note_read(std::int64_t index, Loc loc) const;
  void note_written(std::int64_t index) const;

  DType dtype_ = DType::invalid;
  TensorArrayOptions options_;
  std::int64_t static_size_ = kAnyDim;  // kAnyDim: only the list knows
  Tensor flow_;
  mutable std::vector<bool> cleared_;  // eager: read and not written since
};

}  // namespace opscope
