#include "remote_profiler.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "load_monitor.h"
#include "opscope/error.h"
#include "repository_path.h"

namespace opscope::profiler::detail {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

std::int64_t unix_ns_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A session that this server began; it may end by other hands, and another may follow.
class OwnSession {
 public:
  explicit OwnSession(const Options& options) try {
    start(options);
    epoch_ = session_epoch.load();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::failed_precondition) throw;
    throw Error(ErrorCode::already_exists,
                "a profile is being recorded in this program already; try again when it has ended");
  }
  ~OwnSession() {
    if (is_mine()) discard();
  }
  OwnSession(const OwnSession&) = delete;
  OwnSession& operator=(const OwnSession&) = delete;

  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
  // The session outlives this object.
  void keep() noexcept { epoch_ = 0; }

  [[nodiscard]] Capture finish() const {
    if (!is_mine()) {
      throw Error(ErrorCode::aborted,
                  "the program itself stopped the session that was being recorded");
    }
    return stop();
  }

 private:
  [[nodiscard]] bool is_mine() const noexcept {
    return epoch_ != 0 && session_epoch.load() == epoch_;
  }

  std::uint64_t epoch_ = 0;
};

void check_duration(std::uint64_t duration_ms, std::uint64_t max_ms) {
  if (duration_ms > 0 && duration_ms <= max_ms) return;
  throw Error(ErrorCode::invalid_argument, "a duration of " + std::to_string(duration_ms) +
                                               " ms; it must be from 1 to " +
                                               std::to_string(max_ms));
}

// When to start: at the time asked for, at once when that is past.
std::int64_t start_time(const proto::ProfileRequest& request, std::uint64_t max_delay_ms) {
  const std::int64_t now = unix_ns_now();
  const auto asked = static_cast<std::int64_t>(
      std::min<std::uint64_t>(request.opts().start_timestamp_ns(), INT64_MAX));
  if (asked <= now) return now;
  if (static_cast<std::uint64_t>((asked - now) / kNsPerMs) > max_delay_ms) {
    throw Error(ErrorCode::invalid_argument,
                "the profile is to start in " + std::to_string((asked - now) / kNsPerMs) +
                    " ms; at most " + std::to_string(max_delay_ms) + " are allowed");
  }
  return asked;
}

proto::ProfileResponse answer_with(const Capture& capture, bool emit_xspace) {
  proto::ProfileResponse response;
  if (capture.event_count() == 0) {
    response.set_empty_trace(true);
    return response;
  }
  proto::ProfileToolData& data = *response.add_tool_data();
  data.set_name("xplane.pb");
  try {
    data.set_data(capture.xspace_bytes());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::out_of_range) throw;
    throw Error(ErrorCode::resource_exhausted,
                std::string(error.what()) + "; ask for a shorter profile");
  }
  if (emit_xspace) response.mutable_xspace()->ParseFromString(data.data());
  return response;
}

void write_to(const Capture& capture, const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw error_from_errno(error.value(), "create directory", folder);
  capture.write_xspace(path);
}

}  // namespace

proto::ProfileResponse RemoteProfiler::profile(const proto::ProfileRequest& request,
                                               const IsCancelled& is_cancelled) {
  check_duration(request.duration_ms(), options_.max_duration_ms);
  const std::optional<std::string> path = repository_path(request, options_.writable_root);
  const std::string& id = request.session_id();
  wait_until_unix_ns(start_time(request, options_.max_duration_ms), id, is_cancelled);
  const OwnSession session({.buffer_bytes = options_.buffer_bytes});
  // From when it records: taking the memory may take a while.
  wait_until_unix_ns(unix_ns_now() + static_cast<std::int64_t>(request.duration_ms()) * kNsPerMs,
                     id, is_cancelled);
  {
    const std::lock_guard lock(mutex_);
    terminated_.erase(id);
  }
  const Capture capture = session.finish();
  if (!path || capture.event_count() == 0) return answer_with(capture, request.emit_xspace());
  write_to(capture, *path);
  return {};
}

void RemoteProfiler::terminate(const std::string& session_id) {
  constexpr std::size_t kMaxRemembered = 1000;
  const std::lock_guard lock(mutex_);
  if (terminated_.size() == kMaxRemembered) terminated_.clear();
  terminated_.insert(session_id);
  changed_.notify_all();
}

proto::MonitorResponse RemoteProfiler::monitor(const proto::MonitorRequest& request,
                                               const IsCancelled& is_cancelled) {
  constexpr int kWithSteps = 2;
  check_duration(request.duration_ms(), options_.max_duration_ms);
  std::optional<OwnSession> session;
  if (request.monitoring_level() >= kWithSteps) {
    try {
      session.emplace(Options{.buffer_bytes = options_.buffer_bytes / 4, .policy = Policy::ring});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists) throw;  // then without steps
    }
  }
  const LoadSample begin = read_load();
  wait_until_unix_ns(unix_ns_now() + static_cast<std::int64_t>(request.duration_ms()) * kNsPerMs,
                     "", is_cancelled);
  const LoadSample end = read_load();
  return describe_load(begin, end, session ? session->finish().steps() : std::vector<StepTime>{},
                       request.timestamp());
}

void RemoteProfiler::start_continuous() {
  const std::lock_guard lock(mutex_);
  OwnSession session({.buffer_bytes = options_.buffer_bytes, .policy = Policy::ring});
  continuous_epoch_ = session.epoch();
  session.keep();
}

void RemoteProfiler::stop_continuous() {
  const std::lock_guard lock(mutex_);
  if (continuous_epoch_ != 0 && session_epoch.load() == continuous_epoch_) discard();
  continuous_epoch_ = 0;
}

proto::ProfileResponse RemoteProfiler::snapshot() {
  std::optional<Capture> capture;
  {
    const std::lock_guard lock(mutex_);
    if (continuous_epoch_ == 0 || session_epoch.load() != continuous_epoch_) {
      throw Error(ErrorCode::failed_precondition,
                  "continuous profiling is not on; call StartContinuousProfiling first");
    }
    capture.emplace(stop());
    continuous_epoch_ = 0;
    OwnSession next({.buffer_bytes = options_.buffer_bytes, .policy = Policy::ring});
    continuous_epoch_ = next.epoch();
    next.keep();
  }
  return answer_with(*capture, true);
}

void RemoteProfiler::shutdown() {
  stop_continuous();
  const std::lock_guard lock(mutex_);
  is_shut_down_ = true;
  changed_.notify_all();
}

void RemoteProfiler::wait_until_unix_ns(std::int64_t time, const std::string& session_id,
                                        const IsCancelled& is_cancelled) {
  // Whether a caller has gone is asked for now and then.
  constexpr auto kPause = std::chrono::milliseconds(50);
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::nanoseconds(time - unix_ns_now());
  std::unique_lock lock(mutex_);
  while (!must_end(session_id, is_cancelled)) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return;
    changed_.wait_until(lock, std::min(end, now + kPause));
  }
}

bool RemoteProfiler::must_end(const std::string& session_id,
                              const IsCancelled& is_cancelled) const {
  return is_shut_down_ || (!session_id.empty() && terminated_.contains(session_id)) ||
         is_cancelled();
}

}  // namespace opscope::profiler::detail
