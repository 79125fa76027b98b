#include "event_encoder.h"

#include <algorithm>
#include <cstring>

#include "utf8.h"
#include "wire.h"
#include "xplane_fields.h"

namespace opscope::profiler::detail {
namespace {

// What an event needs beside its text: three fields, and a stat of two for each argument.
constexpr std::size_t kFieldBytes = 1 + kMaxVarintBytes;
constexpr std::size_t kMaxPlainBytes = (4 + 3 * kMaxArgs) * kFieldBytes;

}  // namespace

EventEncoder::EventEncoder(const CaptureData& capture, PlaneTables& tables)
    : calibration_(process_anchor(), capture.start, capture.stop),
      tables_(tables),
      decoder_(capture),
      buffer_(kMaxPlainBytes) {}

char* EventEncoder::put_arg(char* out, const DecodedArg& arg) {
  char* const length = put_tag(out, xevent_field::kStats, WireType::bytes);
  char* at = put_varint_field(length + 1, xstat_field::kMetadataId, tables_.stat_id(arg.key));
  switch (arg.type) {
    case ArgType::int64:
      at = put_varint_field(at, xstat_field::kInt64, arg.word);
      break;
    case ArgType::uint64:
      at = put_varint_field(at, xstat_field::kUint64, arg.word);
      break;
    case ArgType::real:
      at = put_fixed64_field(at, xstat_field::kDouble, arg.word);
      break;
    case ArgType::name:
      at = put_varint_field(at, xstat_field::kRef, tables_.stat_id(static_cast<NameId>(arg.word)));
      break;
    case ArgType::literal:
      at = put_varint_field(at, xstat_field::kRef,
                            tables_.stat_id(reinterpret_cast<const char*>(arg.word)));
      break;
  }
  *length = static_cast<char>(at - length - 1);  // two fields of varints: always below 128
  return at;
}

char* EventEncoder::put_text(char* out, std::string_view text) {
  std::string stat;
  append_varint_field(stat, xstat_field::kMetadataId, tables_.stat_id(decoder_.message_key()));
  append_bytes_field(stat, xstat_field::kString, text);
  std::string field;
  append_bytes_field(field, xevent_field::kStats, stat);
  return std::ranges::copy(field, out).out;
}

std::string_view EventEncoder::encode(const RecordView& record) {
  decoder_.decode(record, event_);
  const PlaneTables::EventName& name =
      tables_.event_name(event_.name, event_.kind == RecordKind::op);
  std::string text;
  if (event_.kind == RecordKind::message) text = valid_utf8(event_.text);
  const std::size_t needed = kMaxPlainBytes + name.stats.size() + text.size();
  if (buffer_.size() < needed) buffer_.resize(needed);

  char* const payload = buffer_.data() + kFieldBytes;  // tag and length go right before it
  char* end = put_varint_field(payload, xevent_field::kMetadataId, name.metadata_id);
  end = put_varint_field(end, xevent_field::kOffsetPs, calibration_.offset_ps(event_.start_ticks));
  if (event_.duration_ticks != 0) {
    end = put_varint_field(end, xevent_field::kDurationPs,
                           calibration_.duration_ps(event_.duration_ticks));
  }
  end = std::ranges::copy(name.stats, end).out;
  for (std::size_t i = 0; i < event_.arg_count; ++i) end = put_arg(end, event_.args[i]);
  if (event_.kind == RecordKind::message) end = put_text(end, text);

  const auto size = static_cast<std::size_t>(end - payload);
  char* const begin = payload - 1 - varint_bytes(size);
  put_varint(put_tag(begin, xline_field::kEvents, WireType::bytes), size);
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace opscope::profiler::detail
