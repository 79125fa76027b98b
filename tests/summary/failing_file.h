// A file in memory that a test can make fail.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "opscope/summary/file_writer.h"
#include "opscope/summary/writable_file.h"

namespace opscope::testing {

// A disk of limited space with the files of one writer. Thread-safe.
class FakeDisk {
 public:
  // Bytes that the present file may have; beyond it a write is cut and fails with `error_number`.
  void set_space(std::uint64_t bytes, int error_number = 28 /* ENOSPC */) {
    const std::lock_guard lock(mutex_);
    space_ = bytes;
    error_number_ = error_number;
  }
  // Holds every write from now on until release().
  void hold() {
    const std::lock_guard lock(mutex_);
    is_held_ = true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    is_held_ = false;
    changed_.notify_all();
  }
  void set_sync_error(int error_number) {
    const std::lock_guard lock(mutex_);
    sync_error_ = error_number;
  }
  void remove_file() {
    const std::lock_guard lock(mutex_);
    is_reachable_ = false;
  }
  // Returns when the present file has at least that many bytes.
  void wait_for_size(std::size_t bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return bytes_.size() >= bytes; });
  }
  // Returns when a write is being held.
  void wait_for_held_write() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return has_held_write_; });
  }

  [[nodiscard]] std::string bytes() {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }
  [[nodiscard]] int writes() {
    const std::lock_guard lock(mutex_);
    return writes_;
  }
  [[nodiscard]] int syncs() {
    const std::lock_guard lock(mutex_);
    return syncs_;
  }

  [[nodiscard]] summary::FileFactory factory() {
    return [this](const std::string&) {
      const std::lock_guard lock(mutex_);
      bytes_.clear();
      is_reachable_ = true;
      return std::make_unique<File>(*this);
    };
  }

 private:
  class File : public summary::WritableFile {
   public:
    explicit File(FakeDisk& disk) : disk_(disk) {}
    summary::WriteOutcome write_at(std::uint64_t offset, std::string_view bytes) noexcept override {
      return disk_.write_at(offset, bytes);
    }
    int sync() noexcept override {
      const std::lock_guard lock(disk_.mutex_);
      ++disk_.syncs_;
      return disk_.sync_error_;
    }
    bool is_reachable() noexcept override {
      const std::lock_guard lock(disk_.mutex_);
      return disk_.is_reachable_;
    }

   private:
    FakeDisk& disk_;
  };

  summary::WriteOutcome write_at(std::uint64_t offset, std::string_view bytes) {
    std::unique_lock lock(mutex_);
    has_held_write_ = is_held_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !is_held_; });
    has_held_write_ = false;
    ++writes_;
    const std::uint64_t room = space_ - std::min(space_, offset);
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
    bytes_.resize(std::max<std::size_t>(bytes_.size(), offset + taken));
    bytes_.replace(offset, taken, bytes.substr(0, taken));
    changed_.notify_all();
    return {taken, taken < bytes.size() ? error_number_ : 0};
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  std::uint64_t space_ = UINT64_MAX;
  int error_number_ = 0;
  int sync_error_ = 0;
  int writes_ = 0;
  int syncs_ = 0;
  bool is_held_ = false;
  bool has_held_write_ = false;
  bool is_reachable_ = true;
};

}  // namespace opscope::testing
