#include "model/units.h"

#include <gtest/gtest.h>

#include <limits>

namespace opscope::viewer {
namespace {

TEST(Units, DurationsReadInTheUnitThatFits) {
  EXPECT_EQ(format_duration_ps(0), "0");
  EXPECT_EQ(format_duration_ps(812), "812 ps");
  EXPECT_EQ(format_duration_ps(3'400), "3.40 ns");
  EXPECT_EQ(format_duration_ps(12'500'000), "12.5 µs");
  EXPECT_EQ(format_duration_ps(50'100'724'000), "50.1 ms");
  EXPECT_EQ(format_duration_ps(999'600'000), "1.00 ms");
  EXPECT_EQ(format_duration_ps(1'300'000'000'000), "1.30 s");
  EXPECT_EQ(format_duration_ps(125'000'000'000'000), "2 min 05 s");
  EXPECT_EQ(format_duration_ps(-12'500'000), "-12.5 µs");
}

TEST(Units, AxisTimesTellNeighboursApart) {
  EXPECT_EQ(format_time_ps(1'500'000'000, 500'000'000), "1.5 ms");
  EXPECT_EQ(format_time_ps(2'000'000'000, 500'000'000), "2.0 ms");
  EXPECT_EQ(format_time_ps(3'000'000'000'000, 1'000'000), "3.000000 s");
}

TEST(Units, BytesAndCounts) {
  EXPECT_EQ(format_bytes(812), "812 B");
  EXPECT_EQ(format_bytes(3.4 * 1024), "3.40 KiB");
  EXPECT_EQ(format_bytes(1.2 * 1024 * 1024 * 1024), "1.20 GiB");
  EXPECT_EQ(format_count(50'100'724), "50,100,724");
  EXPECT_EQ(format_count(7), "7");
}

TEST(Units, ValuesLoseTheirZeros) {
  EXPECT_EQ(format_value(0.0010000), "0.001");
  EXPECT_EQ(format_value(1.2e-7), "1.2e-7");
  EXPECT_EQ(format_value(1234567), "1,234,567");
  EXPECT_EQ(format_value(80000), "80,000");  // beside 100,000 on the same axis
  EXPECT_EQ(format_value(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(format_value(-std::numeric_limits<double>::infinity()), "-∞");
}

TEST(Units, DtypesAreNamedAsTensorFlowDoes) {
  EXPECT_EQ(dtype_name(1), "DT_FLOAT");
  EXPECT_EQ(dtype_name(14), "DT_BFLOAT16");
  EXPECT_EQ(dtype_name(-5), "DT_INVALID");
}

}  // namespace
}  // namespace opscope::viewer
