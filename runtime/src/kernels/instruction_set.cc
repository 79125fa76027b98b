#include "kernels/instruction_set.h"

#include <array>
#include <atomic>
#include <cstddef>

namespace opscope::runtime {
namespace {
constexpr std::array kAll = {InstructionSet::baseline, InstructionSet::avx2,
                             InstructionSet::avx512};

std::size_t count_available() noexcept {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  return has_avx512 ? 3 : 2;
#else
  return 1;
#endif
}

std::atomic<InstructionSet>& chosen() noexcept {
  static std::atomic<InstructionSet> set = available_instruction_sets().back();
  return set;
}
}  // namespace

InstructionSet instruction_set() noexcept { return chosen().load(std::memory_order_relaxed); }

std::span<const InstructionSet> available_instruction_sets() noexcept {
  static const std::size_t count = count_available();
  return std::span(kAll).first(count);
}

void set_instruction_set(InstructionSet set) noexcept { chosen().store(set); }

std::string_view instruction_set_name(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      break;
  }
  return "avx512";
}

}  // namespace opscope::runtime
