#include "opscope/summary/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "summary/read_events.h"
#include "support/hex.h"
#include "support/temp_dir.h"

namespace opscope::summary {
namespace {

using ::testing::ElementsAre;

// Column by column, with a gap behind every column, like a block of a larger matrix.
struct Strided {
  [[nodiscard]] long rows() const { return 2; }
  [[nodiscard]] long cols() const { return 3; }
  const float& operator()(long row, long col) const {
    return values[static_cast<std::size_t>(col * 3 + row)];
  }
  std::array<float, 9> values{1, 4, -1, 2, 5, -1, 3, 6, -1};
};

// A range of one's own.
struct Samples {
  [[nodiscard]] const short* data() const { return values.data(); }
  [[nodiscard]] int size() const { return 2; }
  std::array<short, 3> values{1, 2, 3};
};

TEST(Matrix, IsReadRowByRow) {
  EXPECT_THAT(row_major_values(Strided()), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Matrix, GoesStraightIntoEveryKind) {
  const testing::TempDir dir;
  FileWriter writer = create_file_writer(dir.path());
  const Strided matrix;
  tensor(writer, "matrix", matrix, 1);
  tensor(writer, "range", Samples(), 1);
  histogram(writer, "matrix", matrix, 1, {.buckets = 2});
  histogram(writer, "range", std::array{1, 2, 3, 4, 5, 6}, 1, {.buckets = 2});
  histogram(writer, "vector", std::vector{1, 2, 3, 4, 5, 6}, 1, {.buckets = 2});
  image(writer, "picture", matrix, 1);
  writer.close();
  const std::vector<proto::Event> events = testing::events_below(dir.path());
  ASSERT_EQ(events.size(), 6U);
  const proto::TensorProto& tensor = events[0].summary().value(0).tensor();
  EXPECT_EQ(tensor.tensor_shape().dim(0).size(), 2);
  EXPECT_EQ(tensor.tensor_shape().dim(1).size(), 3);
  // 1 to 6 as little-endian float32.
  EXPECT_EQ(tensor.tensor_content(),
            testing::bytes_from_hex("0000803f 00000040 00004040 00008040 0000a040 0000c040"));
  const proto::TensorProto& range = events[1].summary().value(0).tensor();
  EXPECT_EQ(range.dtype(), proto::DT_INT16);
  EXPECT_EQ(range.tensor_content(), testing::bytes_from_hex("0100 0200"));
  const std::string buckets = events[2].summary().value(0).tensor().tensor_content();
  EXPECT_EQ(buckets.size(), 48U);
  EXPECT_EQ(events[3].summary().value(0).tensor().tensor_content(), buckets);
  EXPECT_EQ(events[4].summary().value(0).tensor().tensor_content(), buckets);
  EXPECT_THAT(events[5].summary().value(0).tensor().string_val(),
              ElementsAre("3", "2", ::testing::_));
}

}  // namespace
}  // namespace opscope::summary
