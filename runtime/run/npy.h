// NumPy's array files: .npy, and .npz, which is a zip of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "opscope/result.h"
#include "opscope/runtime/tensor.h"

namespace opscope::run {

// One array. Text (dtype U) becomes UTF-8 strings. Fails with invalid_argument for damage, and with
// unimplemented for pickled objects and types that no tensor has; `path` is for messages.
[[nodiscard]] Result<Tensor> parse_npy(std::string_view bytes, const std::string& path);

// The arrays of an .npz file by name. Fails as parse_npy.
[[nodiscard]] Result<std::map<std::string, Tensor>> parse_npz(std::string_view bytes,
                                                              const std::string& path);

// The .npy file of a tensor. Strings become bytes of one width (dtype S), which end at their last
// byte that is not zero.
[[nodiscard]] std::string format_npy(const Tensor& tensor);

// The tensor with its numbers converted to `dtype`, as NumPy does it. Fails with invalid_argument
// where that is not possible.
[[nodiscard]] Result<Tensor> convert(const Tensor& tensor, DType dtype);

}  // namespace opscope::run
