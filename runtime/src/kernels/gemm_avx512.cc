#include "kernels/gemm_micro.h"

namespace {
constexpr int kVectorBytes = 64;
constexpr int kRows = 12;
}  // namespace

#define OPSCOPE_ISA avx512
#include "kernels/gemm_micro.inc"
