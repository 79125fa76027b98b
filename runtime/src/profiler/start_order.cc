#include "start_order.h"

#include <algorithm>
#include <utility>

namespace opscope::profiler::detail {

StartOrder::StartOrder(std::vector<DatedChunk> chunks, const RecordFilter& filter)
    : chunks_(std::move(chunks)), filter_(filter), open_(chunks_.size()) {
  std::ranges::stable_sort(chunks_, {}, &DatedChunk::first_start_ticks);
}

RecordView StartOrder::next() {
  open_chunks_due();
  const RecordView record{current_.words};
  if (record.words != nullptr) advance();
  return record;
}

// Afterwards current_ is the earliest event of all.
void StartOrder::open_chunks_due() {
  while (next_chunk_ < chunks_.size() &&
         (current_.words == nullptr ||
          chunks_[next_chunk_].first_start_ticks <= current_.start_ticks)) {
    open(next_chunk_++);
  }
}

void StartOrder::open(std::size_t chunk) {
  std::vector<Head>& events = open_[chunk];
  for_each_record(chunks_[chunk].words, [&](const RecordView& record) {
    if (!filter_.keeps(record)) return;
    events.push_back({.start_ticks = record.start_ticks(),
                      .duration_ticks = record.duration_ticks(),
                      .chunk = chunk,
                      .words = record.words});
  });
  const auto is_later = [](const Head& a, const Head& b) { return b.precedes(a); };
  std::ranges::sort(events, is_later);
  if (events.empty()) return;
  heap_.push_back(events.back());
  events.pop_back();
  std::ranges::push_heap(heap_, is_later);
  if (current_.words == nullptr || heap_.front().precedes(current_)) take_from_heap();
}

// Exchanges current_, if there is one, for the earliest of the heap.
void StartOrder::take_from_heap() {
  const auto is_later = [](const Head& a, const Head& b) { return b.precedes(a); };
  std::ranges::pop_heap(heap_, is_later);
  std::swap(current_, heap_.back());
  if (heap_.back().words == nullptr) {
    heap_.pop_back();
  } else {
    std::ranges::push_heap(heap_, is_later);
  }
}

void StartOrder::advance() {
  std::vector<Head>& events = open_[current_.chunk];
  if (events.empty()) {
    events = {};  // gives its memory back
    current_ = {};
    if (!heap_.empty()) take_from_heap();
    return;
  }
  current_ = events.back();
  events.pop_back();
  if (!heap_.empty() && heap_.front().precedes(current_)) take_from_heap();
}

}  // namespace opscope::profiler::detail
