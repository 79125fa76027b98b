// Writing TFRecord frames; see summary/FORMAT.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "opscope/summary/crc32c.h"

namespace opscope::summary {

inline constexpr std::size_t kRecordHeaderBytes = 12;  // length and its checksum
inline constexpr std::size_t kRecordFooterBytes = 4;   // checksum of the payload
inline constexpr std::size_t kRecordFramingBytes = kRecordHeaderBytes + kRecordFooterBytes;

// Frames the payload of `payload_bytes` bytes that already lies at frame + kRecordHeaderBytes:
// writes the header before it and the footer behind it. `frame` has room for both.
void frame_record_in_place(char* frame, std::size_t payload_bytes) noexcept;

// Appends one framed record to `out`.
void append_record(std::string& out, std::string_view payload);

}  // namespace opscope::summary
