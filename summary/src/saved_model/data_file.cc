#include "saved_model/data_file.h"

#include <algorithm>
#include <limits>

#include "opscope/summary/crc32c.h"

namespace opscope::saved_model {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;

Error ends_before(const std::string& path, std::uint64_t offset, std::uint64_t size) {
  return Error(ErrorCode::data_loss, path + ": the file ends before the " + std::to_string(size) +
                                         " bytes at byte " + std::to_string(offset));
}

}  // namespace

Result<std::string> DataFile::read_all() const {
  std::string bytes;
  for (std::size_t room = kPieceBytes;; room = bytes.size()) {
    const std::size_t at = bytes.size();
    bytes.resize(at + room);
    std::size_t filled = 0;
    while (filled < room) {
      const Result<std::size_t> got =
          source->read_at(at + filled, bytes.data() + at + filled, room - filled);
      if (!got) return got.error();
      if (*got == 0) {
        bytes.resize(at + filled);
        return bytes;
      }
      filled += *got;
    }
  }
}

Result<std::uint32_t> DataFile::read(std::uint64_t offset, std::span<char> out) const {
  std::uint32_t crc = 0;
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t wanted = std::min(kPieceBytes, out.size() - done);
    const Result<std::size_t> got = source->read_at(offset + done, out.data() + done, wanted);
    if (!got) return got.error();
    if (*got == 0) return ends_before(path, offset, out.size());
    crc = summary::crc32c_extend(crc, {out.data() + done, *got});
    done += *got;
  }
  return crc;
}

Result<void> DataFile::check_reach(std::uint64_t offset, std::uint64_t size) const {
  if (size == 0) return {};
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  char last = 0;
  if (offset > kMost || size > kMost - offset) return ends_before(path, offset, size);
  const Result<std::size_t> got = source->read_at(offset + size - 1, &last, 1);
  if (!got) return got.error();
  if (*got == 0) return ends_before(path, offset, size);
  return {};
}

}  // namespace opscope::saved_model
