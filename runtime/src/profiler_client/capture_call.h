// Calls of tensorflow.ProfilerService on several programs at once.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "opscope/proto/profiler_service.pb.h"

namespace opscope::profiler {

// What one program answered, or why it did not.
struct CaptureAnswer {
  std::string address;
  std::string error;  // empty: it answered
  proto::ProfileResponse response;
};

// Sends each request to its address, and calls `on_answer` on this thread for each answer as it
// comes; every address gives one, within the duration and a minute. When `is_interrupted` becomes
// true, the calls are cancelled, and those that have not answered give an error.
void call_profile(const std::vector<std::string>& addresses,
                  const std::vector<proto::ProfileRequest>& requests,
                  const std::atomic<bool>& is_interrupted,
                  const std::function<void(CaptureAnswer)>& on_answer);

}  // namespace opscope::profiler
