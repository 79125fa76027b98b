#include "opscope/summary/writable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "opscope/error.h"
#include "unique_fd.h"

namespace opscope::summary {
namespace {

class DiskFile final : public WritableFile {
 public:
  explicit DiskFile(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

  // By position, not appending: where a write failed half way, the next one goes to where it must.
  WriteOutcome write_at(std::uint64_t offset, std::string_view bytes) noexcept override {
    WriteOutcome outcome;
    while (outcome.bytes_written < bytes.size()) {
      const std::string_view rest = bytes.substr(outcome.bytes_written);
      const ssize_t wrote = ::pwrite(fd_.get(), rest.data(), rest.size(),
                                     static_cast<off_t>(offset + outcome.bytes_written));
      if (wrote > 0) {
        outcome.bytes_written += static_cast<std::size_t>(wrote);
      } else if (wrote == 0 || errno != EINTR) {
        outcome.error_number = wrote == 0 ? EIO : errno;
        break;
      }
    }
    return outcome;
  }

  int sync() noexcept override { return ::fdatasync(fd_.get()) == 0 ? 0 : errno; }

  bool is_reachable() noexcept override {
    struct stat status {};
    return ::fstat(fd_.get(), &status) != 0 || status.st_nlink > 0;
  }

 private:
  UniqueFd fd_;
};

}  // namespace

std::unique_ptr<WritableFile> create_disk_file(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) throw error_from_errno(errno, "create", path);
  return std::make_unique<DiskFile>(std::move(fd));
}

}  // namespace opscope::summary
