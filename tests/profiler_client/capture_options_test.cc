#include "capture_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace opscope::profiler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Parsed {
  std::optional<CaptureOptions> options;
  int exit_code = -1;
  std::string out;
  std::string err;
};

Parsed parse(const std::vector<std::string>& args) {
  Parsed parsed;
  std::ostringstream out;
  std::ostringstream err;
  parsed.options = parse_capture_options(args, out, err, &parsed.exit_code);
  parsed.out = out.str();
  parsed.err = err.str();
  return parsed;
}

TEST(CaptureOptions, TakesDurations) {
  EXPECT_EQ(parse_duration_ms("2s"), 2000);
  EXPECT_EQ(parse_duration_ms("3"), 3000);
  EXPECT_EQ(parse_duration_ms("500ms"), 500);
  EXPECT_EQ(parse_duration_ms("1.5m"), 90'000);
  for (const char* text : {"", "s", "-1s", "0", "0.5ms", "2h", "2 s", "nan", "inf", "1e30", "2d"}) {
    EXPECT_EQ(parse_duration_ms(text), std::nullopt) << text;
  }
}

TEST(CaptureOptions, TakesSeveralAddresses) {
  const Parsed parsed = parse(
      {"localhost:6009,grpc://10.0.0.1:1,[::1]:65535", "--logdir", "d", "--duration", "100ms"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  EXPECT_THAT(parsed.options->addresses,
              ElementsAre("localhost:6009", "10.0.0.1:1", "[::1]:65535"));
  EXPECT_EQ(parsed.options->duration_ms, 100);
  EXPECT_EQ(parsed.options->logdir, "d");
  EXPECT_EQ(parsed.options->host_level, 2);
}

TEST(CaptureOptions, SaysWhatIsWrong) {
  const auto error_of = [](const std::vector<std::string>& args) {
    const Parsed parsed = parse(args);
    EXPECT_FALSE(parsed.options);
    EXPECT_EQ(parsed.exit_code, 2);
    EXPECT_EQ(parsed.out, "");
    return parsed.err;
  };
  EXPECT_THAT(error_of({}), HasSubstr("see opscope capture --help"));
  EXPECT_THAT(error_of({"localhost:1"}), HasSubstr("--logdir"));
  for (const char* address : {"localhost", ":1", "a:", "a:0", "a:65536", "a:1x", "a:1,", "a/b:1"}) {
    EXPECT_THAT(error_of({address, "--logdir", "d"}), HasSubstr("is no address")) << address;
  }
  EXPECT_THAT(error_of({"a:1,a:1", "--logdir", "d"}), HasSubstr("a:1 is there twice"));
  EXPECT_THAT(error_of({"a:1", "--logdir", "d", "--duration", "x"}),
              HasSubstr("'x' is no duration"));
}

TEST(CaptureOptions, Helps) {
  const Parsed parsed = parse({"--help"});
  EXPECT_EQ(parsed.exit_code, 0);
  EXPECT_THAT(parsed.out, HasSubstr("--duration"));
}

}  // namespace
}  // namespace opscope::profiler
