#include "opscope/summary/record_writer.h"

#include "wire.h"

namespace opscope::summary {

void frame_record_in_place(char* frame, std::size_t payload_bytes) noexcept {
  wire::put_fixed(frame, static_cast<std::uint64_t>(payload_bytes));
  wire::put_fixed(frame + 8, masked_crc32c({frame, 8}));
  char* const payload = frame + kRecordHeaderBytes;
  wire::put_fixed(payload + payload_bytes, masked_crc32c({payload, payload_bytes}));
}

void append_record(std::string& out, std::string_view payload) {
  const std::size_t begin = out.size();
  out.resize(begin + payload.size() + kRecordFramingBytes);
  wire::put_bytes(out.data() + begin + kRecordHeaderBytes, payload);
  frame_record_in_place(out.data() + begin, payload.size());
}

}  // namespace opscope::summary
