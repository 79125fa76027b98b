#include "kernels/vector_loops.h"

#define OPSCOPE_ISA avx2
#include "kernels/vector_loops.inc"
