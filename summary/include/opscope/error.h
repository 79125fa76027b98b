// The error vocabulary of every Opscope library.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace opscope {

// TensorFlow's status codes, with the numbers that gRPC and absl give them.
enum class ErrorCode {
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
};

// The name as TensorFlow writes it, for example "INVALID_ARGUMENT".
[[nodiscard]] std::string_view error_code_name(ErrorCode code) noexcept;

// What calling code throws when a promise is broken. what() says what happened, where (file, byte
// offset, node), and what was got and wanted.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

// Stopping or exporting a profile when none is being recorded (TensorFlow:
// ProfilerNotRunningError).
class ProfilerNotRunning : public Error {
 public:
  explicit ProfilerNotRunning(const std::string& message)
      : Error(ErrorCode::unavailable, message) {}
};

// The code and message that belong to an errno value, for a failed operation on `path`:
// "write logs/a: No space left on device (errno 28)".
[[nodiscard]] Error error_from_errno(int error_number, std::string_view operation,
                                     std::string_view path);

}  // namespace opscope
