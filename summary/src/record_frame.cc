#include "record_frame.h"

#include "opscope/summary/crc32c.h"
#include "wire.h"

namespace opscope::summary {

std::optional<std::uint64_t> parse_record_header(const char* header,
                                                 const RecordReaderOptions& options) noexcept {
  const auto length = wire::load<std::uint64_t>(header);
  const auto stored = wire::load<MaskedCrc>(header + sizeof length);
  if (length > options.max_payload_bytes) return std::nullopt;
  if (stored != masked_crc32c({header, sizeof length})) return std::nullopt;
  return length;
}

std::size_t find_record_header(std::string_view bytes, std::size_t from,
                               const RecordReaderOptions& options) noexcept {
  std::size_t position = from;
  while (position + kRecordHeaderBytes <= bytes.size() &&
         !parse_record_header(bytes.data() + position, options)) {
    ++position;
  }
  return position;
}

RecordRead read_whole_frame(const char* frame, std::uint64_t payload_bytes, std::uint64_t offset,
                            const RecordReaderOptions& options) noexcept {
  RecordRead read;
  read.payload = {frame + kRecordHeaderBytes, static_cast<std::size_t>(payload_bytes)};
  read.offset = offset;
  read.size_bytes = payload_bytes + kRecordFramingBytes;
  const auto stored = wire::load<MaskedCrc>(read.payload.data() + read.payload.size());
  const bool is_good = !options.check_payload || stored == masked_crc32c(read.payload);
  read.status = is_good ? RecordStatus::record : RecordStatus::bad_payload;
  return read;
}

}  // namespace opscope::summary
