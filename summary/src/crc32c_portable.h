// CRC-32C with tables, eight bytes at a time ("slicing-by-8").
#pragma once

#include <cstdint>
#include <string_view>

namespace opscope::summary {

std::uint32_t crc32c_extend_portable(std::uint32_t crc, std::string_view bytes) noexcept;

}  // namespace opscope::summary
