#include "opscope/profiler/session.h"

#include <memory>
#include <utility>

#include "label_table.h"
#include "recorder.h"
#include "sampled_frames.h"

namespace opscope::profiler {

void start(const Options& options) { detail::begin_session(options); }

Capture stop() {
  std::unique_ptr<detail::CaptureData> data = detail::end_session();
  if (data == nullptr) {
    throw ProfilerNotRunning(
        "profiler: no session is recording; call opscope::profiler::start() or "
        "trace_on({.profiler = true}) first");
  }
  data->metadata = detail::host_metadata();
  if (data->sampler != nullptr) {
    detail::add_sampled_frames(*data, std::exchange(data->sampler, nullptr)->stop());
  }
  return Capture(std::move(data));
}

std::string stop_and_export(const std::string& logdir) { return stop().export_to(logdir); }

void discard() noexcept try {
  static_cast<void>(detail::end_session());
} catch (const std::bad_alloc&) {
  return;  // the session is over; its memory goes with its threads
}

}  // namespace opscope::profiler
