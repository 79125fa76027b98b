#include "opscope/runtime/module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "staged.h"

namespace opscope {
namespace {

class DModule : public Module {
 public:
  explicit DModule(const Tensor& initial) : Module("DModule"), x_(add_variable(initial)) {}
  [[nodiscard]] const Variable& x() const { return x_; }

 private:
  Variable x_;
};

class Pair : public Module {
 public:
  Pair()
      : Module("Pair"),
        first_(add_module(DModule(1.f))),
        second_(add_module(DModule(2.f))),
        own_(add_variable("own", 3.f, false)) {}

 private:
  DModule first_;
  DModule second_;
  Variable own_;
};

TEST(Module, NamesVariablesAsTensorFlow) {
  const DModule module(6.f);
  EXPECT_EQ(module.name(), "d_module");
  EXPECT_EQ(repr(module.variables()),
            "(<tf.Variable 'd_module/Variable:0' shape=() dtype=float32, numpy=6.0>,)");
}

TEST(Module, WalksSubmodules) {
  const Pair pair;
  std::vector<std::string> names;
  for (const Variable& variable : pair.variables()) names.push_back(variable.name());
  EXPECT_THAT(names,
              testing::ElementsAre("pair/own:0", "d_module/Variable:0", "d_module/Variable:0"));
  EXPECT_EQ(pair.trainable_variables().size(), 2u);
  EXPECT_EQ(pair.submodules().size(), 2u);
  EXPECT_EQ(pair.submodules()[0].name(), "d_module");
  EXPECT_TRUE(pair.submodules()[0].submodules().empty());
}

class Passing : public Module {
 public:
  Passing() : Module("Passing") {}
  [[nodiscard]] static Tensor call(const Tensor& x) { return identity(x); }
};

TEST(Module, HidesNoOperation) {
  const Passing module;
  EXPECT_EQ(module.call(2.f).item(), 2);
  const Module copy = module;
  EXPECT_EQ(copy.module_id(), module.module_id());
  EXPECT_NE(copy.module_id(), Passing().module_id());
}

TEST(Module, NamesNodesInItsScope) {
  const DModule module(1.f);
  const auto f = function([&](const Tensor& a) {
    const NameScope scope = module.name_scope();
    return a + module.x();
  });
  const auto concrete = f.get_concrete_function(1.f);
  EXPECT_EQ(concrete.outputs().size(), 1u);
  EXPECT_EQ(f(2.f).item(), 3);
}

TEST(Variable, ReadsAndAssigns) {
  Variable v(2.f, {.name = "v"});
  v.assign_add(3);
  v.assign_sub(1.f);
  EXPECT_EQ((v + 1.f).item(), 5);
  EXPECT_EQ((2.f * v + v).item(), 12);
  EXPECT_EQ(v.name(), "v:0");
  EXPECT_THROW(v.assign(constant({1.f, 2.f})), Error);
  EXPECT_THROW(v.assign("text"), Error);
}

}  // namespace
}  // namespace opscope
