#include "capture_run.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "capture_call.h"
#include "capture_result.h"
#include "opscope/error.h"
#include "session_directory.h"

namespace opscope::profiler {
namespace {

namespace fs = std::filesystem;

// As TensorFlow's client asks (formats: the tools are names of XProf's pages).
constexpr const char* kTools[] = {
    "trace_viewer",   "op_profile",    "input_pipeline", "kernel_stats",     "memory_viewer",
    "memory_profile", "overview_page", "pod_viewer",     "tensorflow_stats", "xplane.pb"};

proto::ProfileRequest request_for(const CaptureOptions& options, const std::string& directory) {
  constexpr std::uint64_t kMaxEvents = 1'000'000;
  proto::ProfileRequest request;
  request.set_duration_ms(options.duration_ms);
  request.set_max_events(kMaxEvents);
  for (const char* tool : kTools) request.add_tools(tool);
  request.set_repository_root(fs::path(directory).parent_path().string());
  request.set_session_id(fs::path(directory).filename().string());
  request.set_emit_xspace(true);
  proto::ProfileOptions& its_options = *request.mutable_opts();
  its_options.set_version(1);
  its_options.set_include_dataset_ops(true);
  its_options.set_enable_hlo_proto(true);
  its_options.set_host_tracer_level(options.host_level);
  its_options.set_device_tracer_level(options.device_level);
  its_options.set_python_tracer_level(options.python_level);
  its_options.set_duration_ms(options.duration_ms);
  its_options.set_repository_path(options.logdir);
  const auto start = std::chrono::system_clock::now() + std::chrono::milliseconds(options.delay_ms);
  its_options.set_start_timestamp_ns(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(start.time_since_epoch()).count()));
  return request;
}

// Removes the session's directory when nothing came.
class SessionDirectory {
 public:
  explicit SessionDirectory(const std::string& logdir)
      : path_(detail::make_session_directory(fs::absolute(logdir).lexically_normal().string())) {}
  ~SessionDirectory() {
    std::error_code ignored;
    fs::remove(path_, ignored);  // only when it is empty
  }
  SessionDirectory(const SessionDirectory&) = delete;
  SessionDirectory& operator=(const SessionDirectory&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

int run_capture(const CaptureOptions& options, const std::atomic<bool>& is_interrupted,
                std::ostream& out, std::ostream& err) {
  constexpr int kInterrupted = 130;
  const SessionDirectory directory(options.logdir);
  std::vector<proto::ProfileRequest> requests(options.addresses.size(),
                                              request_for(options, directory.path()));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].set_host_name(options.addresses[i]);
  }
  std::vector<std::string> missing;
  call_profile(options.addresses, requests, is_interrupted, [&](const CaptureAnswer& answer) {
    try {
      if (!answer.error.empty()) throw Error(ErrorCode::unavailable, answer.error);
      const std::string path = keep_profile(answer.response, answer.address, directory.path());
      out << answer.address << ": " << path << " (" << fs::file_size(path) << " bytes)\n";
    } catch (const Error& error) {
      missing.push_back(answer.address);
      err << "opscope: " << answer.address << ": " << error.what() << '\n';
    }
  });
  if (is_interrupted) return kInterrupted;
  if (missing.empty()) {
    out << "Open it with: opscope " << options.logdir << '\n';
    return 0;
  }
  err << "opscope: " << missing.size() << " of " << options.addresses.size()
      << " profiles are missing\n";
  return 1;
}

}  // namespace opscope::profiler
