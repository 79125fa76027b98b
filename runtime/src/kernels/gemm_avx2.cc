#include "kernels/gemm_micro.h"

namespace {
constexpr int kVectorBytes = 32;
template <int...>
struct Rows {};
using RowCounts = Rows<1, 2, 3, 4, 5, 6>;
}  // namespace

#define OPSCOPE_ISA avx2
#include "kernels/gemm_micro.inc"
