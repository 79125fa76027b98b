#include "kernels/vector_loops.h"

#define OPSCOPE_ISA baseline
#include "kernels/vector_loops.inc"
