#include "model/simple_scalar.h"

#include <gtest/gtest.h>

#include "opscope/proto/event.pb.h"
#include "opscope/summary/event_reader.h"

namespace opscope::viewer {
namespace {

std::string scalar_event(const std::string& tag, float value, std::int64_t step) {
  proto::Event event;
  event.set_wall_time(1.5);
  event.set_step(step);
  auto* summary_value = event.mutable_summary()->add_value();
  summary_value->set_tag(tag);
  summary_value->set_simple_value(value);
  return event.SerializeAsString();
}

TEST(SimpleScalar, IsWhatTheEventParserSays) {
  for (const std::int64_t step : {std::int64_t{0}, std::int64_t{1}, std::int64_t{300},
                                  std::int64_t{-1}, std::int64_t{1} << 62}) {
    const std::string record = scalar_event("loss", 0.25F, step);
    const auto scalar = parse_simple_scalar(record);
    ASSERT_TRUE(scalar) << step;
    EXPECT_EQ(scalar->tag, "loss");
    EXPECT_EQ(scalar->value, 0.25F);
    EXPECT_EQ(scalar->step, step);
    EXPECT_EQ(scalar->wall_time, 1.5);
  }
}

TEST(SimpleScalar, LeavesEveryOtherRecordToTheEventParser) {
  proto::Event event;
  ASSERT_TRUE(event.ParseFromString(scalar_event("loss", 1, 5)));
  event.mutable_summary()->add_value()->set_tag("second");
  EXPECT_FALSE(parse_simple_scalar(event.SerializeAsString()));
  EXPECT_FALSE(parse_simple_scalar(scalar_event(std::string(200, 'x'), 1, 5)));
  EXPECT_FALSE(parse_simple_scalar(""));
}

// Whatever it accepts, the parser for any event reads the same.
TEST(SimpleScalar, NeverDisagreesOnDamagedBytes) {
  const std::string good = scalar_event("loss", 1, 300);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string record = good;
      record[at] = static_cast<char>(record[at] ^ (1 << bit));
      const auto scalar = parse_simple_scalar(record);
      if (!scalar) continue;
      const auto event = summary::parse_event(record);
      ASSERT_TRUE(event);
      EXPECT_EQ(event->step, scalar->step);
      const auto value = summary::ValueCursor(event->body).next();
      ASSERT_TRUE(value);
      EXPECT_EQ(value->tag, scalar->tag);
      EXPECT_EQ(value->kind, summary::ValueKind::simple_value);
    }
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_simple_scalar(std::string_view(good).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace opscope::viewer
