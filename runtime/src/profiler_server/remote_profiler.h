// What the service does, without gRPC: recording sessions on request, one at a time.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "opscope/profiler/server.h"
#include "opscope/proto/profiler_service.pb.h"

namespace opscope::profiler::detail {

// True once whoever asked has gone.
using IsCancelled = std::function<bool()>;

// All functions may be called from any thread at once. They throw Error.
class RemoteProfiler {
 public:
  explicit RemoteProfiler(ServerOptions options) : options_(std::move(options)) {}

  // Waits for the start that the request gives, records for its duration, and answers. Ends early
  // on terminate(), shutdown(), and when cancelled.
  [[nodiscard]] proto::ProfileResponse profile(const proto::ProfileRequest& request,
                                               const IsCancelled& is_cancelled);

  // Ends the profile of that session, which has begun or will.
  void terminate(const std::string& session_id);

  [[nodiscard]] proto::MonitorResponse monitor(const proto::MonitorRequest& request,
                                               const IsCancelled& is_cancelled);

  void start_continuous();
  void stop_continuous();
  // What the ring holds, which is empty then.
  [[nodiscard]] proto::ProfileResponse snapshot();

  // Ends what waits; nothing waits from now on.
  void shutdown();

 private:
  // Returns at that time, or when the session is terminated, or cancelled, or at shutdown.
  void wait_until_unix_ns(std::int64_t time, const std::string& session_id,
                          const IsCancelled& is_cancelled);
  [[nodiscard]] bool must_end(const std::string& session_id, const IsCancelled& is_cancelled) const;

  const ServerOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> terminated_;
  std::uint64_t continuous_epoch_ = 0;  // of the ring's session; 0: none
  bool is_shut_down_ = false;
};

}  // namespace opscope::profiler::detail
