// A serialized TensorProto taken apart by hand: tolerant of bytes that are not UTF-8.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/values.h"
#include "opscope/result.h"

namespace opscope::viewer {

// Strings of a DT_STRING tensor. Fails with data_loss when it is none, or its shape and number of
// strings disagree.
[[nodiscard]] Result<StringTensor> strings_of_tensor(std::string_view tensor);

// Numbers of a tensor of any numeric or boolean dtype. One value fills the whole shape, as in
// TensorFlow. Fails with data_loss when shape and content disagree.
[[nodiscard]] Result<NumberTensor> numbers_of_tensor(std::string_view tensor);

}  // namespace opscope::viewer
