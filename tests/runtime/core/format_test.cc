// Texts from TensorFlow 2.21 with NumPy 2: tf.strings.format, str() and repr() of eager tensors.
#include "core/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <sstream>

#include "op_test_util.h"
#include "opscope/error.h"
#include "support/temp_dir.h"

namespace opscope::runtime {
namespace {
Ref<TensorRep> counting(const Shape& shape) {
  Ref<TensorRep> rep = TensorRep::make(DType::int32, shape);
  std::iota(rep->mutable_data<std::int32_t>(),
            rep->mutable_data<std::int32_t>() + rep->num_elements(), 0);
  return rep;
}

TEST(FormatPrint, WritesFloatsWithEnoughDigits) {
  const auto x = tensor<float>(
      {9}, {1, 0.5f, 1e-5f, 123456.789f, 12345678.0f, 1e7f, -0.0f, 1.0f / 3, std::nanf("")});
  EXPECT_EQ(format_tensor_print(*x, -1),
            "[1 0.5 1e-05 123456.789 12345678 1e+07 -0 0.333333343 nan]");
  EXPECT_EQ(format_tensor_print(*tensor<float>({}, {-std::nanf("")}), -1), "-nan");
  EXPECT_EQ(format_tensor_print(*tensor<double>({}, {1.0 / 3}), -1), "0.33333333333333331");
}

TEST(FormatPrint, LeavesOutTheMiddle) {
  EXPECT_EQ(format_tensor_print(*counting({10}), 3), "[0 1 2 ... 7 8 9]");
  EXPECT_EQ(format_tensor_print(*counting({6}), 3), "[0 1 2 3 4 5]");
  EXPECT_EQ(format_tensor_print(*counting({10, 10}), 2),
            "[[0 1 ... 8 9]\n [10 11 ... 18 19]\n ...\n [80 81 ... 88 89]\n [90 91 ... 98 99]]");
  EXPECT_EQ(format_tensor_print(*TensorRep::make(DType::float32, {0, 3}), -1), "[]");
  EXPECT_EQ(format_tensor_print(*TensorRep::make(DType::float32, {2, 0}), -1), "[\n ...]");
}

TEST(FormatPrint, QuotesStringsAndWritesBoolsAsNumbers) {
  EXPECT_EQ(format_tensor_print(*tensor<std::string>({2}, {"a", "b\"c\n"}), -1),
            R"(["a" "b\"c\n"])");
  EXPECT_EQ(format_tensor_print(*tensor<std::string>({1}, {"\x7f\u4e2d"}), -1),
            "[\"\\177\u4e2d\"]");
  EXPECT_EQ(format_tensor_print(*tensor<bool>({2}, {true, false}), -1), "[1 0]");
}

TEST(FormatNumpy, ScalarsAreShortInStrAndExactInRepr) {
  const auto x = tensor<float>({}, {0.1f});
  EXPECT_EQ(format_tensor_str(*x), "tf.Tensor(0.1, shape=(), dtype=float32)");
  EXPECT_EQ(format_tensor_repr(*x),
            "<tf.Tensor: shape=(), dtype=float32, numpy=0.10000000149011612>");
  EXPECT_EQ(format_tensor_str(*tensor<float>({}, {1e16f})),
            "tf.Tensor(1e+16, shape=(), dtype=float32)");
  EXPECT_EQ(format_tensor_repr(*tensor<std::string>({}, {"hi"})),
            "<tf.Tensor: shape=(), dtype=string, numpy=b'hi'>");
  EXPECT_EQ(format_tensor_repr(*tensor<bool>({}, {true})),
            "<tf.Tensor: shape=(), dtype=bool, numpy=True>");
}

// NumPy 2.4 asks how many digits the type has; TensorFlow's bfloat16 has a form of its own.
TEST(FormatNumpy, LeavesThePositionalFormWhereTheDigitsOfTheTypeEnd) {
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({}, {999999.0f})), "999999.0");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({}, {1e6f})), "1e+06");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({}, {1e-4f})), "1e-04");
  EXPECT_EQ(format_tensor_numpy(*tensor<double>({}, {1e15})), "1000000000000000.0");
  EXPECT_EQ(format_tensor_numpy(*tensor<double>({}, {1e-4})), "0.0001");
  EXPECT_EQ(format_tensor_numpy(*tensor<half>({}, {half(999.5f)})), "999.5");
  EXPECT_EQ(format_tensor_numpy(*tensor<half>({}, {half(2048.0f)})), "2.048e+03");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({2}, {1e6f, 1e5f})), "[1.e+06 1.e+05]");
  EXPECT_EQ(format_tensor_numpy(*tensor<double>({2}, {1e7, 1e6})), "[10000000.  1000000.]");
  EXPECT_EQ(format_tensor_numpy(*tensor<bfloat16>({2}, {bfloat16(1.0f), bfloat16(0.1f)})),
            "[1 0.100098]");
}

TEST(PrintText, AppendsToAFile) {
  const testing::TempDir directory;
  const std::string path = directory / "printed";
  print_text("file://" + path, "a\n");
  print_text("file://" + path, "b\n");
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), "a\nb\n");
  try {
    print_text("file://" + (directory / "missing/printed"), "a");
    FAIL() << "printed into a folder that does not exist";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("missing/printed"), std::string::npos) << error.what();
  }
}

TEST(FormatNumpy, AlignsAtThePoint) {
  EXPECT_EQ(format_tensor_str(*tensor<float>({2}, {1, 2.5f})),
            "tf.Tensor([1.  2.5], shape=(2,), dtype=float32)");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({2}, {-1.5f, INFINITY})), "[-1.5  inf]");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({2}, {std::nanf(""), 1})), "[nan  1.]");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({2}, {1e10f, 1})), "[1.e+10 1.e+00]");
  EXPECT_EQ(format_tensor_numpy(*tensor<float>({2}, {123456789.0f, 0.1f})),
            "[1.2345679e+08 1.0000000e-01]");
  EXPECT_EQ(format_tensor_numpy(*tensor<bool>({2}, {true, false})), "[ True False]");
}

TEST(FormatNumpy, WrapsAndSummarizes) {
  const auto x = tensor<float>(
      {9}, {1, 0.5f, 1e-5f, 1e-4f, 123456.789f, 1234567.0f, 12345678.0f, 1e7f, 1e10f});
  EXPECT_EQ(format_tensor_repr(*x),
            "<tf.Tensor: shape=(9,), dtype=float32, numpy=\n"
            "array([1.0000000e+00, 5.0000000e-01, 9.9999997e-06, 9.9999997e-05,\n"
            "       1.2345679e+05, 1.2345670e+06, 1.2345678e+07, 1.0000000e+07,\n"
            "       1.0000000e+10], dtype=float32)>");
  EXPECT_EQ(format_tensor_str(*counting({1001})),
            "tf.Tensor([   0    1    2 ...  998  999 1000], shape=(1001,), dtype=int32)");
  EXPECT_EQ(format_tensor_repr(*counting({1001})),
            "<tf.Tensor: shape=(1001,), dtype=int32, numpy=\n"
            "array([   0,    1,    2, ...,  998,  999, 1000],\n      shape=(1001,), dtype=int32)>");
  EXPECT_EQ(
      format_tensor_repr(*TensorRep::make(DType::float32, {0, 3})),
      "<tf.Tensor: shape=(0, 3), dtype=float32, numpy=array([], shape=(0, 3), dtype=float32)>");
}
}  // namespace
}  // namespace opscope::runtime
