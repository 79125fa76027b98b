#include "crash_dump.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "recorder.h"
#include "session_directory.h"
#include "start_order.h"
#include "wire.h"
#include "xplane_fields.h"

namespace opscope::profiler::detail {
namespace {

constexpr std::size_t kMaxLiteralBytes = 200;  // of an argument; longer ones are cut
constexpr std::size_t kMaxArgBytes = kMaxLiteralBytes + 5 * kMaxVarintBytes;
constexpr std::size_t kMaxMessageBytes = 1000;
constexpr std::size_t kMaxEventBytes =
    kMaxArgs * kMaxArgBytes + kMaxMessageBytes + 10 * kMaxVarintBytes;
constexpr std::uint64_t kCounterLineId = std::uint64_t{1} << 30;

// A text field; what is no ASCII becomes '?', which keeps the file valid without a table.
char* put_ascii_field(char* out, unsigned field, std::string_view text) noexcept {
  out = put_varint(put_tag(out, field, WireType::bytes), text.size());
  for (const char c : text) *out++ = static_cast<unsigned char>(c) < 0x80 ? c : '?';
  return out;
}

// A message of less than 16 KiB made by `put`, behind a length of two bytes.
template <typename Put>
char* put_short_message(char* out, unsigned field, Put&& put) noexcept {
  char* const length = put_tag(out, field, WireType::bytes);
  char* const end = put(length + 2);
  const auto size = static_cast<std::size_t>(end - length - 2);
  length[0] = static_cast<char>((size & 0x7F) | 0x80);
  length[1] = static_cast<char>(size >> 7);
  return end;
}

// XProf's tools expect what is before the arguments of "name#key=value#".
std::string_view without_arguments(std::string_view name) noexcept {
  return name.substr(0, std::min(name.find('#'), kMaxMessageBytes));
}

}  // namespace

CrashDump::CrashDump(std::string path)
    : file_(std::move(path)),
      decoder_(CaptureData()),
      host_(host_name()),
      unnamed_(intern("(unnamed)")),
      dropped_events_(intern("dropped_events")),
      overwritten_events_(intern("overwritten_events")),
      profile_start_time_(intern("profile_start_time")),
      profile_stop_time_(intern("profile_stop_time")),
      crash_signal_(intern("crash_signal")) {
  decoder_.prepare_for_crash();
}

std::unique_ptr<CrashDump> make_crash_dump(const std::string& path) {
  return std::make_unique<CrashDump>(path);
}

void CrashDump::write(int signal) noexcept {
  const ClockAnchor stop = read_clock_anchor();
  const LiveSession session;
  const TablesInCrash tables;
  if (session.start() == nullptr) return;
  const ClockAnchor start = *session.start();
  start_ticks_ = start.ticks;
  calibration_.emplace(process_anchor(), start, stop);
  write_host_plane(session);
  write_environment_plane(start, stop, signal);
  std::array<char, 512> tail{};
  char* end = put_ascii_field(tail.data(), xspace_field::kWarnings,
                              "The program crashed; this is what it had recorded until then.");
  end = put_ascii_field(end, xspace_field::kHostnames, host_);
  file_.write({tail.data(), static_cast<std::size_t>(end - tail.data())});
  file_.commit();
}

void CrashDump::write_host_plane(const LiveSession& session) noexcept {
  const off_t plane = file_.begin_message(xspace_field::kPlanes);
  write_plane_head(1, "/host:CPU");
  std::uint64_t dropped = 0;
  std::uint64_t overwritten = 0;
  session.for_each_log([&](const LiveLog& log) {
    dropped += log.dropped;
    overwritten += log.overwritten;
    const off_t line = begin_line(static_cast<std::uint64_t>(log.tid), log.name);
    write_events(log, LineKind::thread);
    file_.end_message(line);
  });
  const off_t counters = begin_line(kCounterLineId, "_counters_");
  session.for_each_log([&](const LiveLog& log) { write_events(log, LineKind::counters); });
  file_.end_message(counters);
  const off_t frames = begin_line(kCounterLineId + 1, "frames");
  session.for_each_log([&](const LiveLog& log) { write_events(log, LineKind::frames); });
  file_.end_message(frames);
  write_stat(dropped_events_, xstat_field::kInt64, dropped);
  write_stat(overwritten_events_, xstat_field::kInt64, overwritten);
  for (std::size_t i = 1; i < TablesInCrash::name_count(); ++i) {
    write_name(xplane_field::kEventMetadata, static_cast<NameId>(i));
    write_name(xplane_field::kStatMetadata, static_cast<NameId>(i));
  }
  file_.end_message(plane);
}

void CrashDump::write_environment_plane(const ClockAnchor& start, const ClockAnchor& stop,
                                        int signal) noexcept {
  const off_t plane = file_.begin_message(xspace_field::kPlanes);
  write_plane_head(2, "Task Environment");
  write_stat(profile_start_time_, xstat_field::kUint64, static_cast<std::uint64_t>(start.unix_ns));
  write_stat(profile_stop_time_, xstat_field::kUint64, static_cast<std::uint64_t>(stop.unix_ns));
  write_stat(crash_signal_, xstat_field::kInt64, static_cast<std::uint64_t>(signal));
  for (const NameId name : {profile_start_time_, profile_stop_time_, crash_signal_}) {
    write_name(xplane_field::kStatMetadata, name);
  }
  file_.end_message(plane);
}

void CrashDump::write_plane_head(std::uint64_t id, std::string_view name) noexcept {
  std::array<char, 64> bytes{};
  char* end = put_varint_field(bytes.data(), xplane_field::kId, id);
  end = put_ascii_field(end, xplane_field::kName, name);
  file_.write({bytes.data(), static_cast<std::size_t>(end - bytes.data())});
}

off_t CrashDump::begin_line(std::uint64_t id, std::string_view name) noexcept {
  const off_t line = file_.begin_message(xplane_field::kLines);
  std::array<char, kMaxLiteralBytes + 3 * kMaxVarintBytes> bytes{};
  char* end = put_varint_field(bytes.data(), xline_field::kId, id);
  end = put_ascii_field(end, xline_field::kName, name.substr(0, kMaxLiteralBytes));
  file_.write({bytes.data(), static_cast<std::size_t>(end - bytes.data())});
  return line;
}

void CrashDump::write_stat(NameId key, unsigned field, std::uint64_t value) noexcept {
  std::array<char, 4 * kMaxVarintBytes> bytes{};
  char* const end = put_short_message(bytes.data(), xplane_field::kStats, [&](char* out) {
    out = put_varint_field(out, xstat_field::kMetadataId, static_cast<std::uint64_t>(key));
    return put_varint_field(out, field, value);
  });
  file_.write({bytes.data(), static_cast<std::size_t>(end - bytes.data())});
}

void CrashDump::write_name(unsigned field, NameId name) noexcept {
  const std::string_view text = without_arguments(TablesInCrash::name_text(name));
  const auto id = static_cast<std::uint64_t>(name);
  std::array<char, kMaxMessageBytes + 6 * kMaxVarintBytes> bytes;
  char* const end = put_short_message(bytes.data(), field, [&](char* out) {
    out = put_varint_field(out, map_field::kKey, id);
    return put_short_message(out, map_field::kValue, [&](char* value) {
      value = put_varint_field(value, metadata_field::kId, id);
      return put_ascii_field(value, metadata_field::kName, text);
    });
  });
  file_.write({bytes.data(), static_cast<std::size_t>(end - bytes.data())});
}

void CrashDump::write_events(const LiveLog& log, LineKind kind) noexcept {
  const auto write_chunk = [&](const Chunk& chunk) {
    for_each_record(chunk, [&](const RecordView& record) {
      if (record.start_ticks() >= start_ticks_ && line_kind(record.kind()) == kind) {
        write_event(record);
      }
    });
  };
  for (const Chunk& chunk : log.chunks) write_chunk(chunk);
  write_chunk(log.current);
}

void CrashDump::write_event(const RecordView& record) noexcept {
  decoder_.decode(record, event_);
  std::array<char, kMaxEventBytes> bytes;
  char* const end = put_short_message(bytes.data(), xline_field::kEvents, [&](char* out) {
    const NameId name = event_.name == NameId::none ? unnamed_ : event_.name;
    out = put_varint_field(out, xevent_field::kMetadataId, static_cast<std::uint64_t>(name));
    out =
        put_varint_field(out, xevent_field::kOffsetPs, calibration_->offset_ps(event_.start_ticks));
    out = put_varint_field(out, xevent_field::kDurationPs,
                           calibration_->duration_ps(event_.duration_ticks));
    for (std::size_t i = 0; i < event_.arg_count; ++i) out = put_arg(out, event_.args[i]);
    if (event_.kind != RecordKind::message) return out;
    return put_short_message(out, xevent_field::kStats, [&](char* stat) {
      stat = put_varint_field(stat, xstat_field::kMetadataId,
                              static_cast<std::uint64_t>(decoder_.message_key()));
      return put_ascii_field(stat, xstat_field::kString, event_.text);
    });
  });
  file_.write({bytes.data(), static_cast<std::size_t>(end - bytes.data())});
}

char* CrashDump::put_arg(char* out, const DecodedArg& arg) noexcept {
  return put_short_message(out, xevent_field::kStats, [&](char* stat) {
    stat = put_varint_field(stat, xstat_field::kMetadataId, static_cast<std::uint64_t>(arg.key));
    switch (arg.type) {
      case ArgType::int64:
        return put_varint_field(stat, xstat_field::kInt64, arg.word);
      case ArgType::uint64:
        return put_varint_field(stat, xstat_field::kUint64, arg.word);
      case ArgType::real:
        return put_fixed64_field(stat, xstat_field::kDouble, arg.word);
      case ArgType::name:
        return put_varint_field(stat, xstat_field::kRef, arg.word);
      case ArgType::literal:
        break;
    }
    const auto* const text = reinterpret_cast<const char*>(arg.word);
    const std::size_t size = text == nullptr ? 0 : ::strnlen(text, kMaxLiteralBytes);
    return put_ascii_field(stat, xstat_field::kString, {text, size});
  });
}

}  // namespace opscope::profiler::detail
