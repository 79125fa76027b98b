#include "run/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/files.h"
#include "support/matchers.h"

namespace opscope::run {
namespace {

using ::testing::ElementsAre;
using testing::HasError;
using ::testing::HasSubstr;

std::string file(const std::string& name) {
  return testing::read_file(std::string(OPSCOPE_TESTDATA) + "/npy/" + name);
}

Tensor array(const std::string& name) { return parse_npy(file(name), name).value(); }

TEST(Npy, ReadsNumPysFiles) {
  EXPECT_THAT(array("fortran.npy").values<float>(), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(array("fortran.npy").shape(), (Shape{2, 3}));
  EXPECT_THAT(array("big_endian.npy").values<std::int16_t>(), ElementsAre(1, -2));
  EXPECT_THAT(array("text.npy").values<std::string>(), ElementsAre("a", "\xC3\xA9\xE2\x82\xAC"));
}

TEST(Npy, ReadsZipsOfArrays) {
  const auto two = parse_npz(file("two.npz"), "two.npz").value();
  EXPECT_THAT(two.at("x").values<double>(), ElementsAre(1.5, 2.5));
  EXPECT_TRUE(two.at("y").item<bool>());
  EXPECT_EQ(parse_npz(file("packed.npz"), "p").value().at("z").values<std::uint8_t>()[99], 99);
}

TEST(Npy, GivesBackWhatWasWritten) {
  for (const Tensor& tensor :
       {constant({{1.5F, 2.F}, {3.F, 4.F}}), Tensor(true), constant({"a", "bcd"}),
        constant(std::vector<std::int64_t>{-1, 1LL << 40})}) {
    const std::string bytes = format_npy(tensor);
    const std::size_t header = 10 + static_cast<unsigned char>(bytes[8]);
    EXPECT_EQ(header % 64, 0U);
    EXPECT_EQ(repr(parse_npy(bytes, "x").value()), repr(tensor));
  }
}

TEST(Npy, FindsEveryCut) {
  for (const char* name : {"fortran.npy", "big_endian.npy", "text.npy"}) {
    const std::string bytes = file(name);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(parse_npy(bytes.substr(0, size), name)) << name << size;
    }
  }
  for (const char* name : {"two.npz", "packed.npz"}) {
    const std::string bytes = file(name);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(parse_npz(bytes.substr(0, size), name)) << name << size;
    }
  }
}

TEST(Npy, ConvertsOnlyWhatFits) {
  EXPECT_EQ(convert(Tensor(3), DType::float32).value().item(), 3);
  EXPECT_THAT(convert(Tensor("a"), DType::float32),
              HasError(ErrorCode::invalid_argument, HasSubstr("string cannot become float32")));
  EXPECT_FALSE(convert(Tensor(1e10), DType::int32));
}

}  // namespace
}  // namespace opscope::run
