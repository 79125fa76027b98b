// Taking one frame apart: what RecordScanner and RecordReader share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "opscope/summary/record_reader.h"
#include "opscope/summary/record_writer.h"

namespace opscope::summary {

// The payload length in the header at `header`, which has kRecordHeaderBytes bytes; empty when its
// checksum disagrees or it is beyond the limit.
std::optional<std::uint64_t> parse_record_header(const char* header,
                                                 const RecordReaderOptions& options) noexcept;

// The first position >= `from` with a good header, or else the first one that has too few bytes
// behind it to tell.
std::size_t find_record_header(std::string_view bytes, std::size_t from,
                               const RecordReaderOptions& options) noexcept;

// The frame of `payload_bytes` that lies whole at `frame`.
RecordRead read_whole_frame(const char* frame, std::uint64_t payload_bytes, std::uint64_t offset,
                            const RecordReaderOptions& options) noexcept;

}  // namespace opscope::summary
