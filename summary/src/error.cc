#include "opscope/error.h"

#include <cerrno>
#include <system_error>

namespace opscope {

std::string_view error_code_name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::cancelled:
      return "CANCELLED";
    case ErrorCode::unknown:
      return "UNKNOWN";
    case ErrorCode::invalid_argument:
      return "INVALID_ARGUMENT";
    case ErrorCode::deadline_exceeded:
      return "DEADLINE_EXCEEDED";
    case ErrorCode::not_found:
      return "NOT_FOUND";
    case ErrorCode::already_exists:
      return "ALREADY_EXISTS";
    case ErrorCode::permission_denied:
      return "PERMISSION_DENIED";
    case ErrorCode::resource_exhausted:
      return "RESOURCE_EXHAUSTED";
    case ErrorCode::failed_precondition:
      return "FAILED_PRECONDITION";
    case ErrorCode::aborted:
      return "ABORTED";
    case ErrorCode::out_of_range:
      return "OUT_OF_RANGE";
    case ErrorCode::unimplemented:
      return "UNIMPLEMENTED";
    case ErrorCode::internal:
      return "INTERNAL";
    case ErrorCode::unavailable:
      return "UNAVAILABLE";
    case ErrorCode::data_loss:
      return "DATA_LOSS";
  }
  return "UNKNOWN";
}

namespace {

// The choice TensorFlow makes for the same errno values.
ErrorCode code_from_errno(int error_number) {
  switch (error_number) {
    case EINVAL:
    case ENAMETOOLONG:
    case E2BIG:
    case EDOM:
      return ErrorCode::invalid_argument;
    case ENOENT:
    case ENODEV:
    case ENXIO:
    case ESRCH:
      return ErrorCode::not_found;
    case EEXIST:
      return ErrorCode::already_exists;
    case EPERM:
    case EACCES:
    case EROFS:
      return ErrorCode::permission_denied;
    case ENOTDIR:
    case EISDIR:
    case ENOTEMPTY:
    case EBADF:
    case EBUSY:
    case ELOOP:
      return ErrorCode::failed_precondition;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EMLINK:
      return ErrorCode::resource_exhausted;
    case EFBIG:
    case EOVERFLOW:
    case ERANGE:
      return ErrorCode::out_of_range;
    case ENOSYS:
    case ENOTSUP:
      return ErrorCode::unimplemented;
    case EAGAIN:
    case ECONNREFUSED:
    case ECONNRESET:
      return ErrorCode::unavailable;
    case ETIMEDOUT:
      return ErrorCode::deadline_exceeded;
    case ECANCELED:
      return ErrorCode::cancelled;
    default:
      return ErrorCode::unknown;
  }
}

}  // namespace

Error error_from_errno(int error_number, std::string_view operation, std::string_view path) {
  std::string message(operation);
  message.append(" ").append(path).append(": ");
  message += std::generic_category().message(error_number);
  message.append(" (errno ").append(std::to_string(error_number)).append(")");
  return Error(code_from_errno(error_number), message);
}

}  // namespace opscope
