// Random programs with mixed data types, unknown dimensions, calls and arrays: eager, traced, and
// traced and run in random legal orders must agree, in values, Variables and what is printed.
#include <gtest/gtest.h>

#include "random_order.h"
#include "random_program.h"
#include "staged.h"

namespace opscope {
namespace {

class RandomMixedPrograms : public testing::TestWithParam<unsigned> {};

TEST_P(RandomMixedPrograms, AgreeInEveryMode) {
  constexpr unsigned kPrograms = 20;
  const RandomProgramContext context;
  for (unsigned k = 0; k < kPrograms; ++k) {
    const unsigned seed = GetParam() * kPrograms + k;
    SCOPED_TRACE(seed);
    const RandomProgram program(seed, context);
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

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMixedPrograms, testing::Range(0u, 10u));

}  // namespace
}  // namespace opscope
