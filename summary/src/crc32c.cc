#include "opscope/summary/crc32c.h"

#include <array>

#include "crc32c_hardware.h"
#include "crc32c_portable.h"

namespace opscope::summary {
namespace {

struct Implementations {
  std::array<Crc32cImplementation, 2> all{};
  std::size_t count = 0;
};

Implementations find_implementations() noexcept {
  Implementations found;
  found.all[found.count++] = {"portable", crc32c_extend_portable};
  if (crc32c_hardware_runs()) {
    found.all[found.count++] = {kCrc32cHardwareName, crc32c_extend_hardware};
  }
  return found;
}

const Implementations& implementations() noexcept {
  static const Implementations found = find_implementations();
  return found;
}

// Until static initialization has come here, the portable one is in use: a constructor of another
// file may already write.
constinit auto g_extend = crc32c_extend_portable;

[[maybe_unused]] const bool g_chosen = [] {
  g_extend = crc32c_implementations().back().extend;
  return true;
}();

}  // namespace

std::uint32_t crc32c_extend(std::uint32_t crc, std::string_view bytes) noexcept {
  return g_extend(crc, bytes);
}

std::span<const Crc32cImplementation> crc32c_implementations() noexcept {
  return std::span(implementations().all).first(implementations().count);
}

}  // namespace opscope::summary
