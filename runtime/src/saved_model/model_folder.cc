#include "saved_model/model_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include "opscope/error.h"

namespace opscope::runtime {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0777;
constexpr mode_t kFileMode = 0666;

void require_replaceable(const std::string& target) {
  static const std::set<std::string> kKnown = {
      "saved_model.pb", "saved_model.pbtxt", "fingerprint.pb", "keras_metadata.pb", "variables",
      "assets",         "assets.extra",      "debug"};
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) {
    throw Error(ErrorCode::failed_precondition, "save to " + target + ": it is no folder");
  }
  for (const auto& entry : fs::directory_iterator(target)) {
    const std::string name = entry.path().filename().string();
    if (kKnown.contains(name)) continue;
    throw Error(ErrorCode::failed_precondition,
                "save to " + target + ": the folder holds " + name +
                    ", which is no part of a SavedModel; choose another folder");
  }
}

void sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw error_from_errno(errno, "open", path);
  const int failed = ::fsync(fd) != 0 ? errno : 0;
  ::close(fd);
  if (failed != 0) throw error_from_errno(failed, "sync", path);
}

std::string parent_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

ModelFolder::ModelFolder(std::string target) : target_(std::move(target)) {
  while (target_.size() > 1 && target_.back() == '/') target_.pop_back();
  require_replaceable(target_);
  std::error_code error;
  fs::create_directories(parent_of(target_), error);
  if (error) throw error_from_errno(error.value(), "create", parent_of(target_));
  static std::atomic<unsigned> next{0};
  do {
    path_ = target_ + ".part-" + std::to_string(::getpid()) + "-" + std::to_string(next++);
    if (::mkdir(path_.c_str(), kFolderMode) == 0) return;
  } while (errno == EEXIST);
  const int failed = errno;
  throw error_from_errno(failed, "create", std::exchange(path_, ""));
}

ModelFolder::~ModelFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

void ModelFolder::make_folder(const std::string& name) const {
  const std::string folder = path_ + "/" + name;
  if (::mkdir(folder.c_str(), kFolderMode) != 0) throw error_from_errno(errno, "create", folder);
}

void ModelFolder::write_file(const std::string& name, const std::string& bytes,
                             bool is_durable) const {
  const std::string path = path_ + "/" + name;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode);
  if (fd < 0) throw error_from_errno(errno, "create", path);
  int failed = 0;
  for (std::size_t done = 0; done < bytes.size() && failed == 0;) {
    const ssize_t written = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (written >= 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno != EINTR) {
      failed = errno;
    }
  }
  if (failed == 0 && is_durable && ::fsync(fd) != 0) failed = errno;
  ::close(fd);
  if (failed != 0) throw error_from_errno(failed, "write", path);
}

void ModelFolder::commit(bool is_durable) {
  if (is_durable) {
    sync_folder(path_ + "/variables");
    sync_folder(path_);
  }
  // The two folders change places in one step; what is then at path_ is the old model.
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) {
      throw error_from_errno(errno, "rename to", target_);
    }
    // No old model, or a file system without exchange: then the old one is out of the way first.
    const std::string old = path_ + ".old";
    const bool has_old = std::rename(target_.c_str(), old.c_str()) == 0;
    if (std::rename(path_.c_str(), target_.c_str()) != 0) {
      const int failed = errno;
      if (has_old) static_cast<void>(std::rename(old.c_str(), target_.c_str()));
      throw error_from_errno(failed, "rename to", target_);
    }
    path_ = has_old ? old : std::string();
  }
  if (is_durable) sync_folder(parent_of(target_));
}

}  // namespace opscope::runtime
