#include "kernels/conv_products.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "kernels/instruction_set.h"

namespace opscope::runtime {
namespace {

struct Case {
  const char* what;
  ConvGeometry conv;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.what; }

WindowAxis axis(std::int64_t in, std::int64_t size, std::int64_t stride, std::int64_t dilation,
                std::int64_t before, std::int64_t after) {
  const std::int64_t reach = (size - 1) * dilation + 1;
  return {in, size, stride, dilation, before, (in + before + after - reach) / stride + 1};
}

const Case kCases[] = {
    {"same, one channel", {3, axis(9, 3, 1, 1, 1, 1), axis(9, 3, 1, 1, 1, 1), 1, 1, 5, 1}},
    {"valid, columns of two panels",
     {2, axis(7, 3, 1, 1, 0, 0), axis(10, 2, 1, 1, 0, 0), 3, 3, 33, 1}},
    {"many columns", {1, axis(4, 3, 1, 1, 1, 1), axis(31, 3, 1, 1, 1, 1), 2, 2, 70, 1}},
    {"strides", {2, axis(11, 3, 2, 1, 0, 1), axis(13, 3, 2, 1, 1, 1), 4, 4, 6, 1}},
    {"strides above the size", {2, axis(11, 2, 3, 1, 0, 0), axis(17, 1, 4, 1, 0, 0), 3, 3, 7, 1}},
    {"strides of rows only", {2, axis(11, 2, 3, 1, 0, 0), axis(8, 3, 1, 1, 1, 1), 3, 3, 7, 1}},
    {"dilated rows", {2, axis(9, 3, 1, 2, 2, 2), axis(8, 3, 1, 1, 1, 1), 3, 3, 4, 1}},
    {"dilated columns", {2, axis(9, 3, 1, 1, 1, 1), axis(12, 3, 1, 2, 2, 2), 3, 3, 4, 1}},
    {"groups", {2, axis(6, 3, 1, 1, 1, 1), axis(7, 3, 1, 1, 1, 1), 6, 2, 9, 3}},
    {"short lines", {3, axis(6, 3, 1, 1, 1, 1), axis(3, 3, 1, 1, 1, 1), 2, 2, 4, 1}},
    {"more padding than filter", {2, axis(5, 2, 1, 1, 3, 3), axis(6, 2, 1, 1, 4, 2), 2, 2, 3, 1}},
    {"a filter larger than the image",
     {2, axis(3, 5, 1, 1, 2, 2), axis(5, 9, 1, 1, 4, 4), 2, 2, 3, 1}},
    {"several bands", {2, axis(150, 3, 1, 1, 1, 1), axis(20, 3, 1, 1, 1, 1), 2, 2, 3, 1}},
    {"bands of one long line",
     {1, axis(3, 2, 1, 1, 0, 0), axis(1100, 3, 1, 1, 1, 1), 31, 31, 2, 1}},
    {"deeper than one pass", {1, axis(4, 3, 1, 1, 1, 1), axis(5, 3, 1, 1, 1, 1), 370, 370, 2, 1}},
    {"one pixel", {4, axis(5, 1, 1, 1, 0, 0), axis(6, 1, 1, 1, 0, 0), 3, 3, 8, 1}},
};

// Small integers: every sum of their products is exact, in whatever order it is made.
template <typename T>
std::vector<T> numbers(std::int64_t count, int seed) {
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        static_cast<T>(static_cast<int>((i * 7 + i / 5 + static_cast<unsigned>(seed)) % 7) - 3);
  }
  return values;
}

// visit(input, filter, output) for all products, as indices.
template <typename Visit>
void for_products(const ConvGeometry& conv, Visit visit) {
  for (std::int64_t pixel = 0; pixel < conv.pixels(); ++pixel) {
    const std::int64_t x = pixel % conv.columns.out;
    const std::int64_t y = pixel / conv.columns.out % conv.rows.out;
    const std::int64_t image = pixel / conv.columns.out / conv.rows.out;
    for (std::int64_t tap = 0; tap < conv.rows.size * conv.columns.size; ++tap) {
      const std::int64_t row =
          y * conv.rows.stride - conv.rows.before + tap / conv.columns.size * conv.rows.dilation;
      const std::int64_t column = x * conv.columns.stride - conv.columns.before +
                                  tap % conv.columns.size * conv.columns.dilation;
      if (row < 0 || row >= conv.rows.in || column < 0 || column >= conv.columns.in) continue;
      const std::int64_t in = ((image * conv.rows.in + row) * conv.columns.in + column);
      for (std::int64_t out = 0; out < conv.out_channels; ++out) {
        const std::int64_t first = out / conv.group_out() * conv.group_in;
        for (std::int64_t c = 0; c < conv.group_in; ++c) {
          visit(in * conv.in_channels + first + c,
                (tap * conv.group_in + c) * conv.out_channels + out,
                pixel * conv.out_channels + out);
        }
      }
    }
  }
}

class ConvProducts : public ::testing::TestWithParam<std::tuple<InstructionSet, Case>> {
 protected:
  ConvProducts() { set_instruction_set(std::get<0>(GetParam())); }
  ~ConvProducts() override { set_instruction_set(available_instruction_sets().back()); }

  template <typename T>
  void check(ThreadPool* pool) const {
    const ConvGeometry& conv = std::get<1>(GetParam()).conv;
    const std::int64_t in_size = conv.batch * conv.rows.in * conv.columns.in * conv.in_channels;
    const std::int64_t filter_size = conv.window() * conv.out_channels;
    const std::int64_t out_size = conv.pixels() * conv.out_channels;
    const auto input = numbers<T>(in_size, 1);
    const auto filter = numbers<T>(filter_size, 2);
    const auto gradient = numbers<T>(out_size, 3);
    auto output = numbers<T>(out_size, 4);  // whatever was there before
    auto input_gradient = numbers<T>(in_size, 5);
    auto filter_gradient = numbers<T>(filter_size, 6);
    conv_forward(conv, input.data(), filter.data(), output.data(), pool);
    conv_input_gradient(conv, filter.data(), gradient.data(), input_gradient.data(), pool);
    conv_filter_gradient(conv, input.data(), gradient.data(), filter_gradient.data(), pool);

    std::vector<T> want(output.size());
    std::vector<T> want_input(input.size());
    std::vector<T> want_filter(filter.size());
    for_products(conv, [&](std::int64_t i, std::int64_t f, std::int64_t o) {
      const auto in = static_cast<std::size_t>(i);
      const auto tap = static_cast<std::size_t>(f);
      const auto out = static_cast<std::size_t>(o);
      want[out] += input[in] * filter[tap];
      want_input[in] += gradient[out] * filter[tap];
      want_filter[tap] += gradient[out] * input[in];
    });
    EXPECT_EQ(output, want);
    EXPECT_EQ(input_gradient, want_input);
    EXPECT_EQ(filter_gradient, want_filter);
  }
};

TEST_P(ConvProducts, AreTheSumsOverTheWindows) {
  check<float>(nullptr);
  check<double>(nullptr);
  ThreadPool pool(3);
  check<float>(&pool);
}

INSTANTIATE_TEST_SUITE_P(
    AllSets, ConvProducts,
    ::testing::Combine(::testing::ValuesIn(available_instruction_sets().begin(),
                                           available_instruction_sets().end()),
                       ::testing::ValuesIn(kCases)),
    [](const auto& test) {
      std::string name(instruction_set_name(std::get<0>(test.param)));
      for (const char* c = std::get<1>(test.param).what; *c != 0; ++c) {
        name += *c == ' ' || *c == ',' ? '_' : *c;
      }
      return name;
    });

TEST(ConvProductsOfNothing, GiveNoFilterGradientWithoutImages) {
  const ConvGeometry conv{0, axis(5, 3, 1, 1, 1, 1), axis(5, 3, 1, 1, 1, 1), 2, 2, 3, 1};
  auto gradient = numbers<float>(conv.window() * conv.out_channels, 1);
  conv_filter_gradient<float>(conv, nullptr, nullptr, gradient.data(), nullptr);
  EXPECT_THAT(gradient, ::testing::Each(0.0f));
}

}  // namespace
}  // namespace opscope::runtime
