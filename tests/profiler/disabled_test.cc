// A program compiled with the profiler switched off.
#define OPSCOPE_DISABLE_PROFILER
#include <gtest/gtest.h>

#include "opscope/profiler/profiler.h"

namespace opscope::profiler {
namespace {

TEST(Disabled, ZonesAreNothingAndEvaluateNothing) {
  int evaluated = 0;
  const auto value = [&evaluated] { return ++evaluated; };
  start();
  {
    OPSCOPE_ZONE("zone");
    OPSCOPE_ZONE("zone", "value", value());
  }
  EXPECT_EQ(stop().event_count(), 0u);
  EXPECT_EQ(evaluated, 0);
  EXPECT_EQ(value(), 1);
}

}  // namespace
}  // namespace opscope::profiler
