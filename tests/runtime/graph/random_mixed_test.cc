// Random programs with mixed data types, unknown dimensions, calls and arrays: eager, traced, and
// traced and run in random legal orders must agree, in values, Variables and what is printed.
#include <gtest/gtest.h>

#include "random_order.h"
#include "random_program.h"
#include "staged.h"

namespace opscope {
namespace {

void expect_every_mode_agrees(unsigned first, unsigned end, const RandomProgramSize& size) {
  const RandomProgramContext context;
  for (unsigned seed = first; seed < end; ++seed) {
    SCOPED_TRACE(seed);
    const RandomProgram program(seed, context, size);
    PrintCapture printed;
    const auto traced =
        function([&](const Tensors& inputs) { return program(inputs); }, program.specs());
    const ConcreteFunction concrete = traced.get_concrete_function();
    EXPECT_EQ(printed.take(), "") << "printed while tracing";
    const auto outcome = [&](const auto& run) {
      context.reset();
      std::vector<std::string> texts = reprs(run());
      texts.push_back(repr(context.count.read()));
      texts.push_back(repr(context.level.read()));
      texts.push_back(printed.take());
      return texts;
    };
    const auto eager = outcome([&] { return program(program.inputs()); });
    EXPECT_EQ(outcome([&] { return concrete(program.inputs()); }), eager);
    for (unsigned order = 0; order < 2; ++order) {
      EXPECT_EQ(outcome([&] {
                  return runtime::RandomOrderRunner(order).run(concrete, program.inputs());
                }),
                eager);
    }
  }
}

class RandomMixedPrograms : public testing::TestWithParam<unsigned> {};

TEST_P(RandomMixedPrograms, AgreeInEveryMode) {
  expect_every_mode_agrees(GetParam() * 20, GetParam() * 20 + 20, {});
}

TEST_P(RandomMixedPrograms, AgreeInEveryModeWhenTheyAreLarge) {
  expect_every_mode_agrees(1000 + GetParam() * 4, 1004 + GetParam() * 4,
                           {.depth = 4, .statements = 5});
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMixedPrograms, testing::Range(0u, 10u));

}  // namespace
}  // namespace opscope
