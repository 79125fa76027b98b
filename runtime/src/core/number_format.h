// Numbers as TensorFlow's C++ and NumPy print them.
#pragma once

#include <string>

#include "core/tensor_rep.h"

namespace opscope::runtime {

// Fewest digits that read back as the same value (of `dtype`'s precision).
struct ShortestDigits {
  std::string digits;  // without point or sign, at least one
  int exponent;        // of the first digit: 1.5 is "15", 0
  bool is_negative;
};
// `value` must be finite. `dtype` is half, bfloat16, float32 or float64.
[[nodiscard]] ShortestDigits shortest_digits(double value, DType dtype);

// Element i of a plain tensor as tf.print writes it: "1", "0.5", "1e-05", "nan", "inf", bools as 0
// and 1.
[[nodiscard]] std::string print_element(const TensorRep& tensor, std::int64_t i);

// Element i of a floating tensor as a double.
[[nodiscard]] double float_element(const TensorRep& tensor, std::int64_t i);
// Element i of an integer or bool tensor in decimal.
[[nodiscard]] std::string integer_element(const TensorRep& tensor, std::int64_t i);

}  // namespace opscope::runtime
