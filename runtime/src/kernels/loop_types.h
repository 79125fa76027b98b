// The loops over plain arrays that elementwise kernels are made of.
#pragma once

#include <cstdint>

namespace opscope::runtime {

// Which operands of a binary loop are one repeated value.
enum class Repeat { none, left, right };

// out[i] = op(a[i], b[i]) for i < n, an operand that repeats standing still.
using BinaryLoop = void (*)(const void* a, const void* b, void* out, std::int64_t n, Repeat repeat);
// out[i] = op(in[i]).
using UnaryLoop = void (*)(const void* in, void* out, std::int64_t n);

}  // namespace opscope::runtime
