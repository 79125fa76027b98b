#include "opscope/profiler/names.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace opscope::profiler {
namespace {

TEST(Names, TheSameTextHasTheSameId) {
  const NameId id = intern("names/a");
  EXPECT_EQ(intern(std::string("names/") + "a"), id);
  EXPECT_NE(intern("names/b"), id);
  EXPECT_EQ(name_text(id), "names/a");
}

TEST(Names, TheEmptyTextIsNone) {
  EXPECT_EQ(intern(""), NameId::none);
  EXPECT_EQ(name_text(NameId::none), "");
}

TEST(Names, TextMayHoldAnyByte) {
  const std::string text("a\0b\xFF", 4);
  EXPECT_EQ(name_text(intern(text)), text);
}

TEST(Names, ManyThreadsAgree) {
  constexpr int kThreads = 8;
  constexpr int kNames = 500;
  std::vector<std::vector<NameId>> ids(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<NameId>& mine : ids) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < kNames; ++i) mine.push_back(intern("shared/" + std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<NameId>& mine : ids) EXPECT_EQ(mine, ids.front());
  EXPECT_EQ(std::set(ids.front().begin(), ids.front().end()).size(), std::size_t{kNames});
}

}  // namespace
}  // namespace opscope::profiler
