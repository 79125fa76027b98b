// How a MemoryEvent lies in a record: the header's id is the allocator, its upper half is the op
// (24 bits) and the data type (8 bits); the words follow in the order of MemoryWord.
#pragma once

#include <cstddef>

namespace opscope::profiler::detail {

enum MemoryWord : std::size_t {
  address,
  allocation_bytes,
  requested_bytes,
  bytes_in_use,
  peak_bytes_in_use,
  bytes_available,
  shape_and_region,  // NameIds: the shape in the low half; allocations only
  memory_word_count,
};

}  // namespace opscope::profiler::detail
