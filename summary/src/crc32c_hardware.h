// CRC-32C with the processor's own instructions: SSE4.2 and PCLMULQDQ, or ARMv8's CRC extension.
#pragma once

#include <cstdint>
#include <string_view>

namespace opscope::summary {

extern const char* const kCrc32cHardwareName;

// Whether this processor has the instructions; crc32c_extend_hardware may be called only then.
bool crc32c_hardware_runs() noexcept;

std::uint32_t crc32c_extend_hardware(std::uint32_t crc, std::string_view bytes) noexcept;

}  // namespace opscope::summary
