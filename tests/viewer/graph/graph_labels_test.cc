#include "model/graph_labels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace opscope::viewer {
namespace {

using ::testing::ElementsAre;

TEST(GraphLabels, CutsInTheMiddleOnlyWhatIsTooLong) {
  EXPECT_EQ(cut_middle("dense", 5), "dense");
  EXPECT_EQ(cut_middle("conv2_block1_1_conv", 9), "conv…conv");
  EXPECT_EQ(cut_middle("abcdef", 3), "a…f");
}

TEST(GraphLabels, CutsBetweenCharactersNotBytes) { EXPECT_EQ(cut_middle("αβγδεζ", 5), "αβ…εζ"); }

TEST(GraphLabels, CommonPrefixEndsAtAWord) {
  const std::vector<std::string> labels{"resnet50_conv1", "resnet50_conv2"};
  EXPECT_EQ(common_prefix(labels), std::string("resnet50_").size());
  const std::vector<std::string> whole{"a_b", "a_b_c"};
  EXPECT_EQ(common_prefix(whole), 2u);
  EXPECT_EQ(common_prefix(std::vector<std::string>{"alone_one"}), 0u);
}

TEST(GraphLabels, DropsACommonPrefixOnlyWhenALabelIsTooLong) {
  const std::vector<std::string> labels{"gradients_dense_1", "gradients_dense_22"};
  EXPECT_THAT(fit_labels(labels, 40), ElementsAre("gradients_dense_1", "gradients_dense_22"));
  EXPECT_THAT(fit_labels(labels, 10), ElementsAre("…1", "…22"));
}

}  // namespace
}  // namespace opscope::viewer
