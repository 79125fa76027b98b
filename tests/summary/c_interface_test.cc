#include "summary/c_interface_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "summary/read_events.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

TEST(CInterface, WritesEveryKind) {
  const testing::TempDir dir;
  ASSERT_EQ(write_every_kind(dir.path().c_str()), 0) << "is the line of c_interface_test.c";
  EXPECT_THAT(testing::files_below(dir.path()), ElementsAre(EndsWith(".c")));
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 13U);
  std::vector<std::string> plugins;
  for (std::size_t i = 0; i < 11; ++i) {
    const proto::Summary::Value& value = events[i].summary().value(0);
    plugins.push_back(value.metadata().plugin_data().plugin_name());
    if (i < 9) {
      EXPECT_EQ(events[i].step(), static_cast<std::int64_t>(i) + 1);
    }
  }
  EXPECT_THAT(plugins, ElementsAre("scalars", "text", "histograms", "histograms", "images", "audio",
                                   "tensor", "pr_curves", "mesh", "hparams", "hparams"));
  EXPECT_TRUE(events[11].has_graph_def());
  EXPECT_EQ(events[12].step(), 10);
}

TEST(CInterface, WritesTheOtherKinds) {
  const testing::TempDir dir;
  ASSERT_EQ(write_more_kinds(dir.path().c_str()), 0) << "is the line of c_interface_test.c";
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  std::vector<std::string> tags;
  for (const proto::Event& event : events) {
    for (const auto& value : event.summary().value()) tags.push_back(value.tag());
  }
  EXPECT_THAT(tags,
              ElementsAre("integers", "buckets", "table", "words", "floats", "both", "file",
                          "doubles", "int64s", "_hparams_/experiment", "custom_scalars__config__"));
  // Two pictures: after their width and height.
  EXPECT_EQ(events[6].summary().value(0).tensor().string_val_size(), 4);
  EXPECT_EQ(events[8].summary().value(0).tensor().dtype(), proto::DT_DOUBLE);
  EXPECT_EQ(events[9].summary().value(0).tensor().dtype(), proto::DT_INT64);
  const auto full = dir.path() + "/projector/full";
  EXPECT_EQ(testing::read_file(full + "/metadata.tsv"), "rate\tmethod\na\tb\nc\td\n");
  EXPECT_EQ(testing::read_file(full + "/tensors.bytes").size(), 6 * sizeof(float));
  EXPECT_FALSE(testing::read_file(full + "/sprite.png").empty());
  EXPECT_EQ(testing::read_file(dir.path() + "/projector/bare/tensors.tsv").substr(0, 6),
            "0\t0.5\n");
}

TEST(CInterface, TellsWhatIsWrongAndKeepsTheFileValid) {
  const testing::TempDir dir;
  ASSERT_EQ(try_bad_input(dir.path().c_str()), 0) << "is the line of c_interface_test.c";
  EXPECT_EQ(testing::events_below(dir.path()).size(), 1U);  // the start of the session
}

}  // namespace
}  // namespace opscope::summary
