// A tensor bundle from any bytes: the index, then the data file behind a length. No crash, no read
// outside, and what is given has the size that was promised.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "saved_model/memory_files.h"

namespace {

void require(bool is_true) {
  if (!is_true) std::abort();
}

constexpr std::size_t kMostBytes = 1 << 24;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace opscope;  // NOLINT(google-build-using-namespace)
  std::uint16_t index_size = 0;
  if (size < sizeof index_size) return 0;
  std::memcpy(&index_size, data, sizeof index_size);
  const std::string bytes(reinterpret_cast<const char*>(data) + sizeof index_size,
                          size - sizeof index_size);
  const std::string rest = bytes.size() > index_size ? bytes.substr(index_size) : "";
  const testing::MemoryFiles files = {{"f.index", bytes.substr(0, index_size)},
                                      {"f.data-00000-of-00001", rest},
                                      {"f.data-00000-of-00002", rest},
                                      {"f.data-00001-of-00002", rest}};
  const auto reader = saved_model::BundleReader::open("f", testing::open_from(files));
  if (!reader) return 0;
  for (const saved_model::BundleEntry& entry : reader->entries()) {
    require(reader->find(entry.name) != nullptr);
    const auto strings = reader->read_strings(entry);
    if (strings) require(strings->size() <= rest.size());
    const auto tensor_size = reader->checked_size(entry);
    if (!tensor_size || *tensor_size > kMostBytes) continue;
    require(*tensor_size <= 3 * rest.size() + 3);
    std::string out(*tensor_size, '\0');
    static_cast<void>(reader->read(entry, out));
  }
  return 0;
}
