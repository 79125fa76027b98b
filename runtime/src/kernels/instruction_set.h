// Which instructions kernels may use.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace opscope::runtime {

// Each includes those before it. avx2 stands for AVX2 and FMA; avx512 for F, VL, DQ and BW.
enum class InstructionSet : std::uint8_t { baseline, avx2, avx512 };

// What kernels use: the best of this processor, chosen at first use.
[[nodiscard]] InstructionSet instruction_set() noexcept;
// Those this processor has, baseline first.
[[nodiscard]] std::span<const InstructionSet> available_instruction_sets() noexcept;
// For tests that compare the versions of kernels: from now on `set` is used, which must be
// available. Not while kernels run.
void set_instruction_set(InstructionSet set) noexcept;

[[nodiscard]] std::string_view instruction_set_name(InstructionSet set) noexcept;

}  // namespace opscope::runtime
