#include "kernels/gemm_micro.h"

namespace {
constexpr int kVectorBytes = 32;
constexpr int kRows = 6;
}  // namespace

#define OPSCOPE_ISA avx2
#include "kernels/gemm_micro.inc"
