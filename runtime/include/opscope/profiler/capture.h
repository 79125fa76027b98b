// What one recording session has recorded, and the files that can be made of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "opscope/error.h"

namespace opscope::profiler {

namespace detail {
struct CaptureData;
}

// One step: what profiler::Step recorded.
struct StepTime {
  std::int64_t step_num = 0;
  std::uint64_t start_ps = 0;  // since the start of the session
  std::uint64_t duration_ps = 0;
};

// The events of a stopped session. Owns its memory, which is given back on destruction.
// Thread rule: const functions may be called from any thread at once.
class Capture {
 public:
  explicit Capture(std::unique_ptr<detail::CaptureData> data) noexcept;
  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;
  ~Capture();

  // Events held; needs a pass over them.
  [[nodiscard]] std::uint64_t event_count() const;

  // The steps that all threads recorded, by start.
  [[nodiscard]] std::vector<StepTime> steps() const;

  // Events and samples that found no room (Policy::drop_newest, or a thread that got no buffer at
  // all).
  [[nodiscard]] std::uint64_t dropped_count() const noexcept;

  // Events that Policy::ring has overwritten by later ones.
  [[nodiscard]] std::uint64_t overwritten_count() const noexcept;

  // Bytes of recorded events in memory.
  [[nodiscard]] std::uint64_t size_bytes() const noexcept;

  // Wall-clock start and stop of the session, nanoseconds since the Unix epoch.
  [[nodiscard]] std::int64_t start_unix_ns() const noexcept;
  [[nodiscard]] std::int64_t stop_unix_ns() const noexcept;

  // Writes <logdir>/plugins/profile/<YYYY_MM_DD_hh_mm_ss>[_n]/<host>.xplane.pb, a new session
  // directory every time, by a rename. Gives the path of the file. Throws Error with the path when
  // it cannot be written; nothing half-written is left behind.
  std::string export_to(const std::string& logdir) const;

  // Writes a serialized XSpace to `path`, by a rename, as a stream: needs memory for one megabyte
  // and the names. Throws Error with the path, and out_of_range, before anything is written, for
  // what would be larger than the 2 GiB that readers of protobufs take.
  void write_xspace(const std::string& path) const;

  // The same bytes in memory.
  [[nodiscard]] std::string xspace_bytes() const;

  // Writes Chrome's trace JSON ("traceEvents"), which Perfetto and chrome://tracing open; gzip-
  // compressed when `gzip`. By a rename. Throws Error with the path.
  void write_chrome_trace(const std::string& path, bool gzip) const;

 private:
  std::unique_ptr<detail::CaptureData> data_;
};

}  // namespace opscope::profiler
