#include "kernels/vector_loops.h"

#include "kernels/instruction_set.h"

namespace opscope::runtime {

const VectorLoops& vector_loops() noexcept {
#if defined(__x86_64__)
  const InstructionSet set = instruction_set();
  if (set == InstructionSet::avx512) return avx512::kVectorLoops;
  if (set == InstructionSet::avx2) return avx2::kVectorLoops;
#endif
  return baseline::kVectorLoops;
}

}  // namespace opscope::runtime
