#include "saved_model/output_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "opscope/error.h"

namespace opscope::saved_model {
namespace {
constexpr std::size_t kPendingBytes = 64 << 10;
constexpr mode_t kMode = 0666;
}  // namespace

OutputStream::OutputStream(const std::string& path)
    : path_(path), fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode)) {
  if (!fd_) throw error_from_errno(errno, "create", path_);
}

void OutputStream::write(std::string_view bytes) {
  if (pending_.size() + bytes.size() > kPendingBytes) flush();
  if (bytes.size() >= kPendingBytes) {
    write_through(bytes);
  } else {
    pending_ += bytes;
  }
}

void OutputStream::flush() {
  write_through(pending_);
  pending_.clear();
}

void OutputStream::write_through(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd_.get(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw error_from_errno(errno, "write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(done));
    written_ += static_cast<std::uint64_t>(done);
  }
}

void OutputStream::close(bool is_durable) {
  flush();
  if (is_durable && ::fsync(fd_.get()) != 0) throw error_from_errno(errno, "sync", path_);
  fd_ = summary::UniqueFd(-1);
}

}  // namespace opscope::saved_model
