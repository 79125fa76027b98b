#include "record_queue.h"

#include <algorithm>
#include <utility>

namespace opscope::summary {
namespace {

// Large enough that a write costs little per record, small enough to stay in the cache.
constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
// Made at once, so that recording never allocates. The system gives the memory when it is touched.
constexpr std::size_t kMaxReadyBytes = std::size_t{16} << 20;

}  // namespace

RecordQueue::RecordQueue(std::size_t max_bytes, std::uint64_t max_piece_bytes)
    : max_bytes_(max_bytes), chunk_bytes_(std::clamp<std::size_t>(max_bytes, 1, kChunkBytes)) {
  if (max_piece_bytes > 0) chunk_bytes_ = std::min<std::uint64_t>(chunk_bytes_, max_piece_bytes);
  full_.reserve(max_chunks());
  free_.reserve(max_chunks());
  const std::size_t ready = std::min(max_chunks(), kMaxReadyBytes / chunk_bytes_);
  while (free_.size() < ready) free_.push_back(new_chunk(chunk_bytes_));
}

RecordChunk RecordQueue::new_chunk(std::size_t capacity) {
  RecordChunk chunk;
  chunk.capacity = capacity;
  chunk.data = std::make_unique_for_overwrite<char[]>(capacity);
  return chunk;
}

void RecordQueue::make_chunk(std::size_t record_size) {
  RecordChunk chunk;
  if (record_size <= chunk_bytes_ && !free_.empty()) {
    chunk = std::move(free_.back());
    free_.pop_back();
  } else {
    chunk = new_chunk(std::max(record_size, chunk_bytes_));
  }
  if (active_.size > 0) full_.push_back(std::move(active_));
  active_ = std::move(chunk);
}

void RecordQueue::take(std::vector<RecordChunk>& taken, bool also_active) {
  if (also_active && active_.size > 0) {
    full_.push_back(std::exchange(active_, RecordChunk{}));
  }
  for (RecordChunk& chunk : full_) {
    record_count_ -= chunk.records;
    taken.push_back(std::move(chunk));
  }
  full_.clear();
}

void RecordQueue::give_back(RecordChunk chunk) {
  queued_bytes_ -= chunk.size;
  if (chunk.capacity != chunk_bytes_) return;
  chunk.size = chunk.records = chunk.bytes_written = 0;
  free_.push_back(std::move(chunk));
}

}  // namespace opscope::summary
