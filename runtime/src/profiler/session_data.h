// What a session consists of while it records, and after.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "arena.h"
#include "calibration.h"
#include "label_table.h"
#include "opscope/profiler/session.h"
#include "sampler.h"

namespace opscope::profiler::detail {

// The records of one chunk, whole ones only.
using Chunk = std::span<const std::uint64_t>;

// What one thread recorded in one session, oldest chunk first.
struct ThreadLog {
  pid_t tid = 0;
  std::string name;
  std::vector<Chunk> chunks;
  std::uint64_t dropped = 0;
  std::uint64_t overwritten = 0;
};

// A running session. Threads hold it while they record into it.
struct Session {
  explicit Session(const Options& its_options)
      : options(its_options), arena(std::make_shared<Arena>(its_options.buffer_bytes)) {}

  std::uint64_t epoch = 0;  // counts from 1
  Options options;
  std::shared_ptr<Arena> arena;
  ClockAnchor start;

  std::mutex mutex;                 // guards what follows
  std::vector<ThreadLog> finished;  // of threads that have ended
};

// A stopped session.
struct CaptureData {
  std::shared_ptr<Arena> arena;
  std::vector<ThreadLog> threads;  // by tid
  ClockAnchor start;
  ClockAnchor stop;
  std::uint64_t lost_without_thread = 0;  // events of threads that could not join
  HostMetadata metadata;

  std::unique_ptr<Sampler> sampler;  // until add_sampled_frames() has made events of its samples
  std::vector<std::vector<std::uint64_t>> sampled_frames;  // records, in chunks of `threads` too
  std::uint64_t lost_samples = 0;
  std::string sampling_refusal;  // why the kernel gave no samples

  CaptureData() = default;
  CaptureData(const CaptureData&) = delete;
  CaptureData& operator=(const CaptureData&) = delete;
  ~CaptureData() {
    if (arena) arena->release_pages();
  }
};

}  // namespace opscope::profiler::detail
