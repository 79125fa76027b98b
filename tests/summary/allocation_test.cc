// Counts what all threads allocate. A program of its own, because it replaces operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "opscope/summary/file_writer.h"
#include "support/temp_dir.h"

namespace {

std::atomic<std::size_t> g_allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace opscope::summary {
namespace {

TEST(FileWriterAllocation, IsNoneForScalars) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path(), {.max_queue_bytes = std::size_t{1} << 20});
  const std::string tag = "a/tag/that/no/small/string/could/hold";
  writer.scalar(tag, 0, 0);
  writer.flush();
  const std::size_t before = g_allocations;
  constexpr int kRecords = 200'000;  // some 20 times what the queue holds
  for (int i = 0; i < kRecords; ++i) writer.scalar(tag, i, i);
  EXPECT_EQ(g_allocations - before, 0U);
}

}  // namespace
}  // namespace opscope::summary
