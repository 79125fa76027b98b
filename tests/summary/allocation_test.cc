// Counts what the calling thread allocates. A program of its own, because it replaces operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "opscope/summary/file_writer.h"
#include "support/temp_dir.h"

namespace {

thread_local std::size_t t_allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++t_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace opscope::summary {
namespace {

TEST(FileWriterAllocation, IsNoneForAScalarInSteadyState) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.max_queue_bytes = std::size_t{1} << 20});
  const std::string tag = "a/tag/that/no/small/string/could/hold";
  constexpr int kRecords = 100'000;
  for (int i = 0; i < kRecords; ++i) writer.scalar(tag, i, i);  // fills the whole queue once
  const std::size_t before = t_allocations;
  for (int i = 0; i < kRecords; ++i) writer.scalar(tag, i, i);
  // The queue may not have been as full before as now; it has no more than this many pieces.
  EXPECT_LE(t_allocations - before, 20U);
}

}  // namespace
}  // namespace opscope::summary
