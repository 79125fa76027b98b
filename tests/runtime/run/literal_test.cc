#include "run/literal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/matchers.h"

namespace opscope::run {
namespace {

using ::testing::ElementsAre;
using testing::HasError;
using ::testing::HasSubstr;

Tensor tensor(const std::string& text, DType dtype) {
  return literal_tensor(parse_literal(text).value(), dtype).value();
}

TEST(Literal, ReadsWhatPythonReads) {
  EXPECT_THAT(tensor("[[1, 2.5], (3, -4e1,)]", DType::float32).values<float>(),
              ElementsAre(1, 2.5F, 3, -40));
  EXPECT_EQ(tensor("[[1, 2.5], (3, -4e1,)]", DType::float32).shape(), (Shape{2, 2}));
  EXPECT_EQ(tensor("0x_ff", DType::int64).item<int>(), 255);
  EXPECT_EQ(tensor("1_000", DType::int32).item<int>(), 1000);
  EXPECT_EQ(tensor("(7)", DType::int32).shape(), Shape());
  EXPECT_EQ(tensor("(7,)", DType::int32).shape(), (Shape{1}));
  EXPECT_THAT(tensor("[True, False, 1]", DType::boolean).values<bool>(),
              ElementsAre(true, false, true));
  EXPECT_THAT(tensor(R"(['a\n', "it's", b'\x41', '\u00e9'])", DType::string).values<std::string>(),
              ElementsAre("a\n", "it's", "A", "\xC3\xA9"));
  EXPECT_EQ(tensor("[]", DType::float32).shape(), (Shape{0}));
}

TEST(Literal, EvaluatesNothing) {
  for (const char* text : {"", "[1", "[1 2]", "1+1", "np.zeros(3)", "x", "__import__('os')", "'a",
                           "[,]", "1 2", "nan", "{1: 2}", "'\\q'"}) {
    EXPECT_THAT(parse_literal(text),
                HasError(ErrorCode::invalid_argument, HasSubstr("is no literal")))
        << text;
  }
  EXPECT_FALSE(parse_literal(std::string(1000, '[') + std::string(1000, ']')));
}

TEST(Literal, SaysWhatCannotBeATensor) {
  EXPECT_THAT(literal_tensor(parse_literal("[[1, 2], [3]]").value(), DType::int32),
              HasError(ErrorCode::invalid_argument, HasSubstr("different lengths")));
  EXPECT_THAT(literal_tensor(parse_literal("'a'").value(), DType::int32),
              HasError(ErrorCode::invalid_argument, HasSubstr("data type int32")));
  EXPECT_THAT(literal_tensor(parse_literal("300").value(), DType::uint8),
              HasError(ErrorCode::invalid_argument, HasSubstr("data type uint8")));
  EXPECT_FALSE(literal_tensor(parse_literal("None").value(), DType::float32));
}

}  // namespace
}  // namespace opscope::run
