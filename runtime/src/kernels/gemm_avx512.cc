#include "kernels/gemm_micro.h"

namespace {
constexpr int kVectorBytes = 64;
template <int...>
struct Rows {};
using RowCounts = Rows<1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14>;
}  // namespace

#define OPSCOPE_ISA avx512
#include "kernels/gemm_micro.inc"
