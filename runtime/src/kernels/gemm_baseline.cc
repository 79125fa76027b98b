#include "kernels/gemm_micro.h"

namespace {
constexpr int kVectorBytes = 16;
constexpr int kRows = 4;
}  // namespace

#define OPSCOPE_ISA baseline
#include "kernels/gemm_micro.inc"
