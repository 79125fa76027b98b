#include "opscope/profiler/capture.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "calibration.h"
#include "capture_counts.h"
#include "chrome_trace.h"
#include "output_file.h"
#include "record_reader.h"
#include "session_data.h"
#include "session_directory.h"
#include "xspace_writer.h"

namespace opscope::profiler {

Capture::Capture(std::unique_ptr<detail::CaptureData> data) noexcept : data_(std::move(data)) {}
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;
Capture::~Capture() = default;

std::uint64_t Capture::event_count() const {
  std::uint64_t count = 0;
  for (const detail::ThreadLog& thread : data_->threads) {
    for (const detail::Chunk& chunk : thread.chunks) {
      detail::for_each_record(chunk, [&](const detail::RecordView& record) {
        if (record.start_ticks() >= data_->start.ticks) ++count;
      });
    }
  }
  return count;
}

std::vector<StepTime> Capture::steps() const {
  const detail::Calibration clock(detail::process_anchor(), data_->start, data_->stop);
  std::vector<StepTime> steps;
  for (const detail::ThreadLog& thread : data_->threads) {
    for (const detail::Chunk& chunk : thread.chunks) {
      detail::for_each_record(chunk, [&](const detail::RecordView& record) {
        if (record.kind() != detail::RecordKind::step) return;
        if (record.start_ticks() < data_->start.ticks) return;
        steps.push_back({.step_num = static_cast<std::int64_t>(record.args()[0]),
                         .start_ps = clock.offset_ps(record.start_ticks()),
                         .duration_ps = clock.duration_ps(record.duration_ticks())});
      });
    }
  }
  std::ranges::sort(steps, {}, &StepTime::start_ps);
  return steps;
}

std::uint64_t Capture::dropped_count() const noexcept { return detail::dropped_events(*data_); }

std::uint64_t Capture::overwritten_count() const noexcept {
  return detail::overwritten_events(*data_);
}

std::uint64_t Capture::size_bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const detail::ThreadLog& thread : data_->threads) {
    for (const detail::Chunk& chunk : thread.chunks) bytes += chunk.size_bytes();
  }
  return bytes;
}

std::int64_t Capture::start_unix_ns() const noexcept { return data_->start.unix_ns; }
std::int64_t Capture::stop_unix_ns() const noexcept { return data_->stop.unix_ns; }

std::string Capture::export_to(const std::string& logdir) const {
  const std::string directory = detail::make_session_directory(logdir);
  std::string path = directory + "/" + detail::host_name() + ".xplane.pb";
  try {
    write_xspace(path);
  } catch (...) {
    ::rmdir(directory.c_str());
    throw;
  }
  return path;
}

void Capture::write_xspace(const std::string& path) const {
  detail::OutputFile file(path);
  detail::write_xspace(*data_, detail::host_name(),
                       [&](std::string_view bytes) { file.write(bytes); });
  file.commit();
}

std::string Capture::xspace_bytes() const {
  std::string out;
  detail::write_xspace(*data_, detail::host_name(), [&](std::string_view bytes) { out += bytes; });
  return out;
}

void Capture::write_chrome_trace(const std::string& path, bool gzip) const {
  detail::write_chrome_trace(*data_, path, gzip);
}

}  // namespace opscope::profiler
