// Eigen's own classes and expressions go straight into summaries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Core>
#include <string>
#include <vector>

#include "opscope/summary/matrix.h"
#include "summary/read_events.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;

TEST(EigenMatrix, IsReadRowByRow) {
  Eigen::MatrixXf matrix(2, 3);  // column-major
  matrix << 1, 2, 3, 4, 5, 6;
  EXPECT_THAT(row_major_values(matrix), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(row_major_values(matrix.transpose()), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(row_major_values(matrix.block(0, 1, 2, 2)), ElementsAre(2, 3, 5, 6));
  EXPECT_THAT(row_major_values(2 * matrix + matrix), ElementsAre(3, 6, 9, 12, 15, 18));
  EXPECT_THAT(row_major_values(matrix.array().square()), ElementsAre(1, 4, 9, 16, 25, 36));
}

TEST(EigenMatrix, GoesStraightIntoEveryKind) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const Eigen::VectorXd vector = Eigen::VectorXd::LinSpaced(5, 0., 1.);
  const std::vector<double> storage = {0, 1, 2, 3, 4, 5};
  const Eigen::Map<const Eigen::Matrix<double, 2, 3, Eigen::RowMajor>> map(storage.data());
  histogram(writer, "vector", vector, 1, {.buckets = 2});
  tensor(writer, "map", map, 1);
  image(writer, "grey", Eigen::MatrixXf::Constant(4, 3, 0.5f), 1);
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 3U);
  const proto::TensorProto& table = events[1].summary().value(0).tensor();
  EXPECT_EQ(table.tensor_shape().dim(0).size(), 2);
  EXPECT_EQ(table.tensor_shape().dim(1).size(), 3);
  EXPECT_EQ(table.tensor_content().size(), 6 * sizeof(double));
}

}  // namespace
}  // namespace opscope::summary
