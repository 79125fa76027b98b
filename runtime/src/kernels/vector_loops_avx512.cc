#include "kernels/vector_loops.h"

#define OPSCOPE_ISA avx512
#include "kernels/vector_loops.inc"
