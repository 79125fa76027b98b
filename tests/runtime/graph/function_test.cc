#include "opscope/runtime/function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "graph/concrete.h"
#include "opscope/proto/function.pb.h"
#include "opscope/proto/graph.pb.h"
#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> ops_of(const proto::GraphDef& graph) {
  std::vector<std::string> ops;
  for (const auto& node : graph.node()) ops.push_back(node.name() + "=" + node.op());
  return ops;
}

TEST(Function, TracesOncePerSignature) {
  int traces = 0;
  const auto f = function([&](const Tensor& x) {
    ++traces;
    return x + 1;
  });
  EXPECT_EQ(f(1.f).item(), 2);
  EXPECT_EQ(f(5.f).item(), 6);
  EXPECT_EQ(traces, 1);
  EXPECT_EQ(f(5).item(), 6);
  EXPECT_EQ(f(constant({1.f, 2.f})).values<float>()[1], 3);
  EXPECT_EQ(f(constant({4.f, 2.f})).values<float>()[0], 5);
  EXPECT_EQ(traces, 3);
  EXPECT_EQ(f.trace_count(), 3);
}

TEST(Function, KeysOnTheValuesOfOtherArguments) {
  const auto f = function([](const Tensor& x, int n, bool twice) {
    Tensor y = x * n;
    return twice ? y * 2 : y;
  });
  EXPECT_EQ(f(1.f, 3, false).item(), 3);
  EXPECT_EQ(f(1.f, 4, true).item(), 8);
  EXPECT_EQ(f(2.f, 3, false).item(), 6);
  EXPECT_EQ(f.trace_count(), 2);
}

TEST(Function, ChecksItsInputSignature) {
  const auto f = function([](const Tensor& x) { return x * 2; },
                          {{.shape = {kAnyDim, 2}, .dtype = DType::float32, .name = "x"}});
  EXPECT_EQ(f(constant({{1.f, 2.f}})).values<float>()[1], 4);
  EXPECT_EQ(f(constant({{1.f, 2.f}, {3.f, 4.f}})).values<float>()[3], 8);
  EXPECT_EQ(f.trace_count(), 1);
  try {
    (void)f(constant({1, 2}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    EXPECT_THAT(
        error.what(),
        AllOf(HasSubstr("argument 'x'"), HasSubstr("TensorSpec(shape=(2,), dtype=int32, name='x')"),
              HasSubstr("TensorSpec(shape=(None, 2), dtype=float32, name='x')")));
  }
}

struct Pair {
  Tensor sum;
  std::vector<Tensor> parts;
};

TEST(Function, NamesTheArgumentsWhenTheirNumberIsWrong) {
  const auto f = function([](std::vector<Tensor> x) { return x[0]; },
                          {{.shape = {}, .name = "x"}, {.shape = {2}, .name = "y"}});
  const int line = __LINE__ + 2;
  try {
    (void)f({constant(1.f)});
    FAIL() << "one argument was taken for two";
  } catch (const Error& error) {
    EXPECT_THAT(
        error.what(),
        testing::StartsWith("function: got 1 Tensor arguments, but the input signature has 2: "
                            "TensorSpec(shape=(), dtype=float32, name='x'), "
                            "TensorSpec(shape=(2,), dtype=float32, name='y')\n"
                            "  in the call of the function 'function' at " +
                            at_line(__FILE__, line)));
  }
}

TEST(Operations, TakeShapesInBraces) {
  const Tensor x = constant({{1, 2}, {3, 4}});
  EXPECT_EQ(reshape(x, {kAnyDim}).shape(), Shape({4}));
  EXPECT_EQ(reshape(x, {4}).shape(), Shape({4}));
  EXPECT_EQ(broadcast_to(Tensor(1), {3}).shape(), Shape({3}));
  EXPECT_EQ(slice(constant({1, 2, 3}), {1}, {1}).values<std::int32_t>()[0], 2);
}

TEST(Function, GivesStructures) {
  const auto f = function([](const Tensor& x, const Tensor& y) { return Pair{x + y, {x, y}}; });
  const Pair p = f(1.f, 2.f);
  EXPECT_EQ(p.sum.item(), 3);
  EXPECT_EQ(p.parts[1].item(), 2);
  const auto nothing = function([](const Tensor& x) { print(x); });
  PrintCapture printed;
  nothing(3.f);
  EXPECT_EQ(printed.take(), "3\n");
}

TEST(Function, UsesTensorFlowsNames) {
  const auto f = function([](const Tensor& x) {
    const NameScope scope("model");
    const Tensor y = x * 2.f + x;
    return y + 1.f;
  });
  const ConcreteFunction concrete = f.get_concrete_function(3.f);
  EXPECT_THAT(
      ops_of(concrete.graph_def()),
      ElementsAre("args_0=Placeholder", "model/mul/y=Const", "model/mul=Mul", "model/add=AddV2",
                  "model/add_1/y=Const", "model/add_1=AddV2", "Identity=Identity"));
  EXPECT_THAT(concrete.output_names(), ElementsAre("Identity:0"));
  EXPECT_THAT(concrete.name(), HasSubstr("__inference_function_"));
}

TEST(Function, PutsLoopsIntoTheLibrary) {
  const auto f = function([](const Tensor& n) {
    Tensor s = 0;
    for (Tensor i : range(n)) s += i;
    return s;
  });
  const proto::GraphDef graph = f.get_concrete_function(3).graph_def();
  ASSERT_EQ(graph.library().function_size(), 2);
  EXPECT_THAT(graph.library().function(0).signature().name(), HasSubstr("while_cond_"));
  EXPECT_THAT(graph.library().function(1).signature().name(), HasSubstr("while_body_"));
  EXPECT_THAT(ops_of(graph), testing::Contains("while=StatelessWhile"));
}

TEST(Function, CallsOthersByNodes) {
  const auto inner = function([](const Tensor& x) { return x * x; });
  const auto outer = function([&](const Tensor& x) { return inner(x) + inner(x + 1); });
  EXPECT_EQ(outer(3.f).item(), 25);
  EXPECT_EQ(inner.trace_count(), 1);
  EXPECT_THAT(ops_of(outer.get_concrete_function(3.f).graph_def()),
              AllOf(testing::Contains("PartitionedCall=PartitionedCall"),
                    testing::Contains("PartitionedCall_1=PartitionedCall")));
}

TEST(Function, PassesOuterSymbolsToInnerTraces) {
  const auto outer = function([](const Tensor& x) {
    const Tensor twice = x * 2;
    const auto inner = function([&](const Tensor& y) { return y + twice; });
    return inner(x);
  });
  EXPECT_EQ(outer(3.f).item(), 9);
  EXPECT_EQ(outer(4.f).item(), 12);
}

TEST(Function, SeesVariablesByReference) {
  Variable v(1.f);
  const auto f = function([&](const Tensor& x) {
    v.assign_add(x);
    return v * 2.f;
  });
  EXPECT_EQ(f(2.f).item(), 6);
  v.assign(10.f);
  EXPECT_EQ(f(2.f).item(), 24);
  EXPECT_EQ(v.read().item(), 12);
}

TEST(Function, KeepsSideEffectsInProgramOrder) {
  Variable v(0.f);
  run_both(
      [&](Tensors a) -> Tensors {
        v.assign(1.f);
        print(a[0]);
        for (Tensor i : range(a[1])) {
          print(i);
          if_(i % 2 == 0, [&] {
            v.assign_add(a[0]);
            print(v);
          });
          print(v);
        }
        Tensor unused = a[0] * 3;
        print(v + 1.f);
        return {a[0]};
      },
      {2.f, 4});
}

TEST(Function, MakesVariablesInItsFirstTraceOnly) {
  std::optional<Variable> v;
  const auto f = function([&](const Tensor& x) {
    if (!v) v.emplace(full({}, 3.f) * 2.f);
    return x + *v;
  });
  EXPECT_EQ(f(1.f).item(), 7);
  EXPECT_EQ(f(2.f).item(), 8);
  const auto dependent = function([&](const Tensor& x) { return x + Variable(x); });
  EXPECT_THROW((void)dependent(1.f), Error);
}

TEST(Function, SaysWhereAFailingNodeWasMade) {
  const auto f = function([](const Tensor& x, const Tensor& i) { return gather(x, i); });
  try {
    (void)f(constant({1.f, 2.f}), 5);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("in node 'GatherV2' (GatherV2)"), HasSubstr("function_test.cc:")));
  }
}

TEST(Function, SharesTheMemoryOfCapturedTensors) {
  const Tensor large = zeros({1000, 1000});
  const auto f = function([large](const Tensor& x) { return x + large; });
  for (const Tensor& x : {Tensor(1.f), constant({1.f})}) {
    const ConcreteFunction concrete = f.get_concrete_function(x);
    int shared = 0;
    for (const runtime::Node& node : concrete.core()->graph().nodes()) {
      shared += node.constant.get() == large.rep() ? 1 : 0;
    }
    EXPECT_EQ(shared, 1);
  }
  EXPECT_EQ(f.trace_count(), 2);
}

// An inlined call is over when its control outputs are: else a write behind it comes too early.
TEST(Function, GivesItsReadsOfVariablesAsControlOutputs) {
  const Variable level(2.f, {.name = "level"});
  const auto reads = function([&](const Tensor& x) { return x * level; });
  const auto f = function([&](const Tensor& x) {
    const Tensor y = reads(x);
    level.assign(0.f);
    return y;
  });
  EXPECT_EQ(f(3.f).item(), 6);
  const proto::GraphDef graph = f.get_concrete_function(Tensor(3.f)).graph_def();
  ASSERT_EQ(graph.library().function_size(), 1);
  const auto& controls = graph.library().function(0).control_ret();
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_EQ(controls.begin()->second, "ReadVariableOp");
}

TEST(Function, RunsOnManyThreadsAtOnce) {
  Variable count(0);
  const auto f = function([&](const Tensor& x) {
    Tensor s = x;
    for (Tensor i : range(10)) s += i;
    count.assign_add(1);
    return s;
  });
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      for (int r = 0; r < 50; ++r) good += f(k).item<int>() == k + 45 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
  EXPECT_EQ(count.read().item<int>(), 200);
  EXPECT_EQ(f.trace_count(), 1);
}

}  // namespace
}  // namespace opscope
