// What errors say, eagerly, while tracing and when a graph runs: TensorFlow's words, the node, data
// types and shapes, and the C++ lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string eager_error(const Program& program, Tensors inputs) {
  try {
    (void)program(std::move(inputs));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string here(int line) { return at_line(__FILE__, line); }

TEST(Errors, NameShapesAndLineInEveryMode) {
  const int line = __LINE__ + 1;
  const Program program = [](Tensors a) -> Tensors { return {a[0] + constant({1.f, 2.f, 3.f})}; };
  const Tensors inputs{constant({1.f, 2.f})};
  EXPECT_THAT(eager_error(program, inputs),
              AllOf(HasSubstr("AddV2: Incompatible shapes: [2] vs. [3]"), HasSubstr("float32[2]"),
                    HasSubstr(here(line))));
  EXPECT_THAT(traced_error(program, inputs),
              AllOf(HasSubstr("AddV2 'add': Incompatible shapes: [2] vs. [3]"),
                    HasSubstr(here(line)), HasSubstr("in the call of the function 'function' at")));
  const auto open =
      function([&](const Tensor& x) { return program({x})[0]; }, {{.shape = Shape::unknown()}});
  try {
    (void)open(inputs[0]);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("Incompatible shapes: [2] vs. [3]"),
                                    HasSubstr("in node 'add' (AddV2), made at " + here(line))));
  }
}

TEST(Errors, ListWhatAnAttributeAllows) {
  for (const bool is_traced : {false, true}) {
    const auto text = [&](const Program& program) {
      const Tensors inputs{cast(Tensor(3), DType::uint8)};
      return is_traced ? traced_error(program, inputs) : eager_error(program, inputs);
    };
    const auto refused = AllOf(
        HasSubstr("Value for attr 'T' of uint8 is not in the list of allowed values: float32, "),
        HasSubstr("errors_test.cc:"));
    EXPECT_THAT(text([](Tensors a) -> Tensors { return {-a[0]}; }),
                AllOf(HasSubstr("Neg"), refused));
    EXPECT_THAT(text([](Tensors a) -> Tensors { return {abs(a[0])}; }),
                AllOf(HasSubstr("Abs"), refused));
    EXPECT_THAT(text([](Tensors a) -> Tensors { return {pow(a[0], a[0])}; }),
                AllOf(HasSubstr("Pow"), refused));
  }
}

TEST(Errors, NameTheVariableThatIsAssigned) {
  const Variable kernel(constant({1.f, 2.f}), {.name = "kernel"});
  const Program of_shape = [&](Tensors a) -> Tensors {
    kernel.assign_add(a[0]);
    return a;
  };
  const Program of_type = [&](Tensors a) -> Tensors {
    kernel.assign(cast(a[0], DType::int32));
    return a;
  };
  const Tensors inputs{ones({3})};
  const auto shape = HasSubstr(
      "Cannot assign value to variable 'kernel:0': the variable has shape (2,), and the assigned "
      "value has shape (3,) at errors_test.cc:");
  const auto type = HasSubstr(
      "Cannot assign value to variable 'kernel:0': the variable has dtype float32, and the "
      "assigned "
      "value has dtype int32 at errors_test.cc:");
  EXPECT_THAT(eager_error(of_shape, inputs), shape);
  EXPECT_THAT(traced_error(of_shape, inputs), shape);
  EXPECT_THAT(eager_error(of_type, inputs), type);
  EXPECT_THAT(traced_error(of_type, inputs), type);
  EXPECT_EQ(kernel.read().values<float>()[1], 2);
}

TEST(Errors, FollowNodesThroughCallsLoopsAndBranches) {
  const int gather_line = __LINE__ + 1;
  const auto inner = function([](const Tensor& x, const Tensor& i) { return gather(x, i); });
  const int loop_line = __LINE__ + 3;
  const Program program = [&](Tensors a) -> Tensors {
    Tensor s = 0.f;
    for (Tensor i : range(a[1])) {
      if_(i > 1, [&] { s = s + inner(a[0], i); });
    }
    return {s};
  };
  EXPECT_THAT(traced_error(program, {constant({1.f, 2.f}), 5}),
              AllOf(HasSubstr("indices[0] = 2 is not in [0, 2)"),
                    HasSubstr("in node 'GatherV2' (GatherV2), made at " + here(gather_line)),
                    HasSubstr("in node 'PartitionedCall' (PartitionedCall), made at " +
                              here(loop_line + 1)),
                    HasSubstr("in node 'cond' (StatelessIf), made at " + here(loop_line + 1)),
                    HasSubstr("in node 'while' (StatelessWhile), made at " + here(loop_line)),
                    HasSubstr("in the call of the function '__inference_function_")));
}

TEST(Errors, FollowTracesOfCalls) {
  const auto inner =
      function([](const Tensor& x) { return x + ones({2}) + ones({3}); }, {}, {.name = "inner"});
  const int line = __LINE__ + 1;
  const Program program = [&](Tensors a) -> Tensors { return {inner(a[0])}; };
  EXPECT_THAT(traced_error(program, {1.f}),
              AllOf(HasSubstr("AddV2 'add_1': Incompatible shapes: [2] vs. [3]"),
                    HasSubstr("in the call of the function 'inner' at " + here(line)),
                    HasSubstr("in the call of the function 'function' at staged.h:")));
}

TEST(Errors, NameWhereBranchesDiffer) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor y = a[0];
    if_(a[1], [&] { y = 1; });
    return {y};
  };
  EXPECT_THAT(traced_error(program, {2.f, true}),
              AllOf(HasSubstr("has dtype int32 in the main branch, set at errors_test.cc:"),
                    HasSubstr("but dtype float32 in the else branch, set by the argument 'args_0'"),
                    Not(HasSubstr("unknown place"))));
  EXPECT_THAT(
      traced_error(
          [](Tensors a) -> Tensors {
            return {switch_case(a[1], {[&] { return a[0]; }, [&] { return Tensor(1); }})};
          },
          {2.f, 1}),
      AllOf(HasSubstr("has dtype float32 in branch 0, set by the argument 'args_0'"),
            HasSubstr("but dtype int32 in branch 1, set at errors_test.cc:"),
            HasSubstr("of the switch_case at errors_test.cc:"), Not(HasSubstr("unknown place"))));
}

TEST(Errors, NameTheArgumentThatALoopChanges) {
  const Program program = [](Tensors a) -> Tensors {
    Tensor x = a[0];
    for (auto _ : while_([&] { return a[1]; })) x = 1;
    return {x};
  };
  EXPECT_THAT(
      traced_error(program, {2.f, false}),
      AllOf(HasSubstr("set by the argument 'args_0' of '__inference_function_"),
            HasSubstr("has dtype float32 before the loop, but dtype int32 after one iteration"),
            Not(HasSubstr("unknown place"))));
}

TEST(Errors, AgreeOnConditionsThatAreNoBoolScalars) {
  const std::vector<Program> programs = {[](Tensors a) -> Tensors {
                                           if_(a[0], [] {});
                                           return a;
                                         },
                                         [](Tensors a) -> Tensors {
                                           for (Tensor i : range(2)) {
                                             if (break_if(a[0])) break;
                                           }
                                           return a;
                                         },
                                         [](Tensors a) -> Tensors {
                                           for (Tensor i : range(2)) {
                                             if (continue_if(a[0])) continue;
                                           }
                                           return a;
                                         },
                                         [](Tensors a) -> Tensors {
                                           for (auto _ : while_([&] { return a[0]; })) print(a[0]);
                                           return a;
                                         },
                                         [](Tensors a) -> Tensors {
                                           return {cond(
                                               a[0], [&] { return a[0]; }, [&] { return a[0]; })};
                                         }};
  for (const Program& program : programs) {
    for (const Tensor& input : {Tensor(1.f), constant({true, false}), constant({true})}) {
      const std::string eager = eager_error(program, {input});
      EXPECT_THAT(eager,
                  AllOf(HasSubstr("is not a bool scalar but "), HasSubstr("errors_test.cc:")));
      EXPECT_THAT(traced_error(program, {input}), HasSubstr(eager));
    }
  }
}

TEST(Errors, TellTheFormToUseForEveryPlainBool) {
  const Variable flag(true, {.name = "flag"});
  const std::vector<Program> programs = {
      [](Tensors a) -> Tensors {
        if (a[0]) return {a[0]};
        return a;
      },
      [](Tensors a) -> Tensors {
        if (!a[0]) return {a[0]};
        return a;
      },
      [](Tensors a) -> Tensors {
        while (a[0]) a[0] = !a[0];
        return a;
      },
      [](Tensors a) -> Tensors {
        do a[0] = !a[0];
        while (a[0]);
        return a;
      },
      [](Tensors a) -> Tensors {
        for (; a[0];) a[0] = !a[0];
        return a;
      },
      [](Tensors a) -> Tensors { return {a[0] ? a[0] : !a[0]}; },
      [](Tensors a) -> Tensors { return {Tensor(a[0] && a[0])}; },
      [](Tensors a) -> Tensors { return {Tensor(a[0] || a[0])}; },
      [](Tensors a) -> Tensors { return {Tensor(static_cast<bool>(a[0]))}; },
      [](Tensors a) -> Tensors {
        if (const Tensor t = a[0] & a[0]; t) return {t};
        return a;
      },
      [](Tensors a) -> Tensors {
        for (Tensor i : range(3)) {
          if (i == 2) continue;
        }
        return a;
      },
      [&](Tensors a) -> Tensors {
        if (const Tensor t = flag) return {t};
        return a;
      },
      [](Tensors a) -> Tensors {
        if (!a[0]) throw std::logic_error("a[0] must hold");  // as an assertion does
        return a;
      }};
  for (const Program& program : programs) {
    EXPECT_THAT(traced_error(program, {true}),
                AllOf(HasSubstr("a symbolic Tensor is used as a C++ bool"),
                      HasSubstr("Use if_, while_, cond or where, and & and | between Tensors"),
                      HasSubstr("addr2line -Cfe "), Not(HasSubstr("unknown place"))));
  }
  EXPECT_THAT(traced_error(programs[0], {true}), HasSubstr("made by the argument 'args_0'"));
  EXPECT_THAT(traced_error(programs[11], {true}), HasSubstr("made by reading the variable 'flag'"));
}

}  // namespace
}  // namespace opscope
