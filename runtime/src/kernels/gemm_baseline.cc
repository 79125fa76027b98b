#include "kernels/gemm_micro.h"

namespace {
constexpr int kVectorBytes = 16;
template <int...>
struct Rows {};
using RowCounts = Rows<1, 2, 3, 4>;
}  // namespace

#define OPSCOPE_ISA baseline
#include "kernels/gemm_micro.inc"
