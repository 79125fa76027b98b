// Tensors as text: as tf.print writes them, and as str() and repr() of an eager tensor do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/tensor_rep.h"
#include "opscope/runtime/dtype.h"

namespace opscope::runtime {

// As tf.print and StringFormat: "[[1 2 3]\n [4 5 6]]", "[0 1 2 ... 97 98 99]". `summarize` elements
// are shown at each end of a dimension; -1 shows all. With `quote_strings` strings stand in quotes,
// escaped as in C.
[[nodiscard]] std::string format_tensor_print(const TensorRep& tensor, std::int64_t summarize,
                                              bool quote_strings = true);
// The values as NumPy prints an array: "[[1. 2.]\n [3. 4.]]"; bytes as b'...'. Above 1000 elements
// only the three at each end of each dimension.
[[nodiscard]] std::string format_tensor_numpy(const TensorRep& tensor);
// "tf.Tensor([1 2], shape=(2,), dtype=int32)".
[[nodiscard]] std::string format_tensor_str(const TensorRep& tensor);
// "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 2], dtype=int32)>".
[[nodiscard]] std::string format_tensor_repr(const TensorRep& tensor);

// Where PrintV2 and Print write: called with the op's output_stream ("stderr", "stdout",
// "log(info)", "file:///path") and the whole text. Must be thread-safe. Null restores the default,
// which writes to the process's standard streams, and appends to a file: that throws Error with the
// path when it cannot.
using PrintSink = void (*)(std::string_view stream, std::string_view text);
void set_print_sink(PrintSink sink) noexcept;
void print_text(std::string_view stream, std::string_view text);

}  // namespace opscope::runtime
