// The buffer between the threads that record and the thread that writes: whole records in pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace opscope::summary {

// A piece of memory with whole records in it.
struct RecordChunk {
  std::unique_ptr<char[]> data;
  std::size_t capacity = 0;
  std::size_t size = 0;
  std::size_t records = 0;
  std::size_t bytes_written = 0;  // of size, by the writing thread

  [[nodiscard]] std::string_view unwritten() const noexcept {
    return {data.get() + bytes_written, size - bytes_written};
  }
};

// Not thread-safe: the writer's lock guards it. Appending allocates nothing in queues of up to 16
// MiB, except for a record larger than a piece, and when many pieces wait for a failing disk.
class RecordQueue {
 public:
  // No piece is larger than max_piece_bytes, if that is not 0, except for one record.
  explicit RecordQueue(std::size_t max_bytes, std::uint64_t max_piece_bytes = 0);

  // Whether a record of `size` bytes may be appended now. One that is larger than the whole queue
  // may when nothing else is in it.
  [[nodiscard]] bool has_room(std::size_t size) const noexcept {
    return queued_bytes_ + size <= max_bytes_ || queued_bytes_ == 0;
  }
  void append(std::string_view record) {
    if (active_.capacity - active_.size < record.size()) make_chunk(record.size());
    record.copy(active_.data.get() + active_.size, record.size());
    active_.size += record.size();
    ++active_.records;
    queued_bytes_ += record.size();
    ++record_count_;
  }

  // How many pieces there are when the queue is full.
  [[nodiscard]] std::size_t max_chunks() const noexcept { return max_bytes_ / chunk_bytes_ + 2; }
  [[nodiscard]] bool has_full_chunks() const noexcept { return !full_.empty(); }
  [[nodiscard]] bool has_records() const noexcept { return record_count_ > 0; }
  // Records not taken yet.
  [[nodiscard]] std::size_t record_count() const noexcept { return record_count_; }

  // Moves the full pieces, and if wanted the one being filled, behind `taken`. Their bytes count
  // until they are given back.
  void take(std::vector<RecordChunk>& taken, bool also_active);
  void give_back(RecordChunk chunk);

 private:
  void make_chunk(std::size_t record_size);
  [[nodiscard]] static RecordChunk new_chunk(std::size_t capacity);

  std::size_t max_bytes_;
  std::size_t chunk_bytes_;
  std::size_t queued_bytes_ = 0;  // taken ones included
  std::size_t record_count_ = 0;
  RecordChunk active_;
  std::vector<RecordChunk> full_;
  std::vector<RecordChunk> free_;
};

}  // namespace opscope::summary
