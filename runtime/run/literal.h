// Values written as Python literals: numbers, strings, True, False, None, lists and tuples of them.
// Nothing is evaluated.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opscope/result.h"
#include "opscope/runtime/dtype.h"
#include "opscope/runtime/tensor.h"

namespace opscope::run {

struct Literal;
using LiteralList = std::vector<Literal>;

struct Literal {
  // None; bool; int; float; str or bytes; list or tuple.
  std::variant<std::monostate, bool, std::int64_t, double, std::string, LiteralList> value;
};

// Fails with invalid_argument, naming the place, for anything else; also for lists in more than 32
// lists.
[[nodiscard]] Result<Literal> parse_literal(std::string_view text);

// The literal as a Tensor of `dtype`, as NumPy makes an array of it. Fails with invalid_argument
// for lists of different lengths and values that the type cannot hold.
[[nodiscard]] Result<Tensor> literal_tensor(const Literal& literal, DType dtype);

}  // namespace opscope::run
