#include "opscope/runtime/tensor_array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "opscope/proto/graph.pb.h"
#include "staged.h"

namespace opscope {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string eager_error(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(TensorArray, CollectsValuesOfALoop) {
  const Program program = [](Tensors a) -> Tensors {
    TensorArray squares(DType::int32, a[0]), last(DType::int32, 1);
    for (Tensor i : range(a[0])) {
      squares.write(i, i * i);
      last = last.write(0, i);
    }
    return {squares.stack(), last.read(0), squares.size()};
  };
  EXPECT_THAT(run_both(program, {4})[0].values<std::int32_t>(), ElementsAre(0, 1, 4, 9));
  run_both(program, {1});
}

TEST(TensorArray, CarriesThroughNestedLoopsBranchesAndExits) {
  const Program program = [](Tensors a) -> Tensors {
    TensorArray out(DType::float32, 0, {.dynamic_size = true, .element_shape = Shape{2}});
    Tensor count = 0;
    for (Tensor row : rows(a[0])) {
      if (continue_if(reduce_sum(row) < 0.f)) continue;
      if (break_if(reduce_sum(row) > 100.f)) break;
      for (Tensor i : range(2)) {
        if_(
            i == 0, [&] { out.write(count, row); }, else_,
            [&] { out.write(count, row * cast(i + 1, DType::float32)); });
        count += 1;
      }
    }
    return {out.stack(), out.size(), out.concat()};
  };
  run_both(program, {constant({{1.f, 2.f}, {-3.f, 1.f}, {5.f, 6.f}, {99.f, 9.f}, {1.f, 1.f}})});
  run_both(program, {constant({{-1.f, -2.f}})});
}

TEST(TensorArray, UnstacksGathersScattersAndConcatenates) {
  const Program program = [](Tensors a) -> Tensors {
    TensorArray in(DType::float32, 3, {.clear_after_read = false});
    in.unstack(a[0]);
    TensorArray out(DType::float32, 5);
    out.scatter(constant({4, 0, 2}), a[0]);
    for (Tensor i : range(3)) out.write(3 - i % 2 * 2, in.read(i) * 10);
    return {in.read(1),  in.read(1),   in.stack(), in.gather(constant({2, 0})),
            out.stack(), out.concat(), in.size()};
  };
  run_both(program, {constant({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}})});
}

TEST(TensorArray, ConcatenatesElementsOfDifferentLengths) {
  const Program program = [](Tensors a) -> Tensors {
    TensorArray parts(DType::int32, 3, {.infer_shape = false});
    for (Tensor i : range(3)) parts.write(i, slice(a[0], stack({i}), stack({i + 1})));
    return {parts.concat()};
  };
  EXPECT_THAT(run_both(program, {constant({0, 1, 2, 3, 4})})[0].values<std::int32_t>(),
              ElementsAre(0, 1, 2, 2, 3, 4));
}

TEST(TensorArray, IsAValue) {
  const Program program = [](Tensors a) -> Tensors {
    TensorArray first(DType::float32, 2, {.clear_after_read = false});
    first.write(0, a[0]).write(1, 2.f);
    const TensorArray copy = first;
    first.write(0, 7.f);
    return {first.stack(), copy.stack()};
  };
  const Tensors r = run_both(program, {1.f});
  EXPECT_EQ(r[0].values<float>()[0], 7);
  EXPECT_EQ(r[1].values<float>()[0], 1);
}

TEST(TensorArray, IsPartOfStructures) {
  using Pair = std::pair<TensorArray, Tensor>;
  const Program program = [](Tensors a) -> Tensors {
    Pair state{TensorArray(DType::float32, 3), a[0]};
    state = while_loop([](const Pair& s) { return s.second < 3.f; },
                       [](Pair s) {
                         s.first.write(cast(s.second, DType::int32), s.second * 2.f);
                         s.second = s.second + 1.f;
                         return s;
                       },
                       state);
    const TensorArray chosen = cond(
        a[0] > 1.f, [&] { return state.first; },
        [&] {
          TensorArray other = state.first;
          other.write(0, 9.f);
          return other;
        });
    return {state.first.stack(), chosen.stack(), state.second};
  };
  run_both(program, {0.f});
  run_both(program, {2.f});
}

TEST(TensorArray, CrossesFunctions) {
  const auto fill = function([](TensorArray array, const Tensor& x) {
    for (Tensor i : range(3)) array.write(i, x * cast(i, DType::float32));
    return array;
  });
  TensorArray array(DType::float32, 3);
  EXPECT_THAT(fill(array, 2.f).stack().values<float>(), ElementsAre(0, 2, 4));
  EXPECT_THAT(fill(array, 3.f).stack().values<float>(), ElementsAre(0, 3, 6));
  EXPECT_EQ(fill.trace_count(), 1);
  const auto outer =
      function([&](const Tensor& x) { return fill(TensorArray(DType::float32, 3), x).stack(); });
  EXPECT_THAT(outer(5.f).values<float>(), ElementsAre(0, 5, 10));
}

TEST(TensorArray, ReadsZerosWhereNothingWasWritten) {
  run_both(
      [](Tensors a) -> Tensors {
        TensorArray known(DType::float32, 2, {.element_shape = Shape{2}});
        known.write(1, a[0]);
        return {known.stack(), known.read(0)};
      },
      {constant({1.f, 2.f})});
}

TEST(TensorArray, LetsGradientsThrough) {
  const Program program = [](Tensors a) -> Tensors {
    GradientTape tape;
    tape.watch(a[0]);
    tape.watch(a[1]);
    TensorArray in(DType::float32, 3, {.clear_after_read = false}), out(DType::float32, 3);
    in.unstack(a[1]);
    for (Tensor i : range(3)) out.write(i, a[0] * in.read(i) * cast(i, DType::float32));
    const Tensor loss = reduce_sum(square(out.stack()));
    return tape.gradient(loss, std::vector<Tensor>{a[0], a[1]});
  };
  const Tensors r = run_both(program, {2.f, constant({1.f, 2.f, 3.f})});
  EXPECT_EQ(r[0].item(), 2 * 2 * (4 + 36));
  EXPECT_THAT(r[1].values<float>(), ElementsAre(0, 2 * 4 * 2, 2 * 4 * 3 * 4));
}

TEST(TensorArray, UsesTensorFlowsNodes) {
  const auto f = function([](const Tensor& x) {
    TensorArray array(DType::float32, 2);
    array.write(0, x).write(1, array.read(0));
    return array.stack();
  });
  std::vector<std::string> nodes;
  const proto::GraphDef graph = f.get_concrete_function(1.f).graph_def();
  for (const auto& node : graph.node()) {
    if (node.op() != "Const") nodes.push_back(node.name() + "=" + node.op());
  }
  EXPECT_THAT(nodes, ElementsAre("args_0=Placeholder", "TensorArrayV2=TensorListReserve",
                                 "TensorArrayV2Write/TensorListSetItem=TensorListSetItem",
                                 "TensorArrayV2Read/TensorListGetItem=TensorListGetItem",
                                 "TensorArrayV2Write_1/TensorListSetItem=TensorListSetItem",
                                 "TensorArrayV2Stack/TensorListStack=TensorListStack",
                                 "Identity=Identity"));
}

TEST(TensorArray, KnowsTheShapeOfWhatItStacks) {
  const auto f = function([](const Tensor& n, const Tensor& x) {
    TensorArray sized(DType::float32, 4), open(DType::float32, n);
    for (Tensor i : range(n)) {
      sized.write(i, x);
      open.write(i, x);
    }
    return std::pair<Tensor, Tensor>(sized.stack(), open.stack());
  });
  const ConcreteFunction concrete = f.get_concrete_function(4, ones({2, 3}));
  EXPECT_EQ(concrete.outputs()[0].shape, Shape({4, 2, 3}));
  EXPECT_EQ(concrete.outputs()[1].shape, Shape({kAnyDim, 2, 3}));
}

TEST(TensorArray, IsReadOnceUnlessToldOtherwise) {
  TensorArray array(DType::float32, 2);
  array.write(0, 1.f);
  EXPECT_EQ(array.read(0).item(), 1);
  EXPECT_THAT(
      eager_error([&] { (void)array.read(0); }),
      AllOf(HasSubstr("Could not read index 0 twice because it was cleared after a previous "
                      "read"),
            HasSubstr("clear_after_read = false"), HasSubstr("tensor_array_test.cc:")));
  array.write(0, 3.f);
  EXPECT_EQ(array.read(0).item(), 3);
}

TEST(TensorArray, RefusesWhatDoesNotFit) {
  const auto both = [](const Program& program, const std::string& text) {
    EXPECT_THAT(eager_error([&] { (void)program({1.f}); }), HasSubstr(text));
    EXPECT_THAT(traced_error(program, {1.f}), HasSubstr(text));
  };
  both(
      [](Tensors a) -> Tensors {
        TensorArray array(DType::float32, 2);
        array.write(0, a[0]).write(1, ones({2}));
        return a;
      },
      "TensorArray: Inconsistent shapes: saw (2,) but expected () at tensor_array_test.cc:");
  both(
      [](Tensors a) -> Tensors {
        TensorArray array(DType::int32, 2);
        array.write(0, a[0]);
        return a;
      },
      "TensorArray: dtype is int32 but the value written has dtype float32 at");
  both(
      [](Tensors a) -> Tensors {
        TensorArray array(DType::float32, 2);
        array.unstack(a[0]);
        return a;
      },
      "a scalar cannot be unstacked");
  both(
      [](Tensors a) -> Tensors {
        TensorArray array(DType::float32, 2);
        array.unstack(ones({3}));
        return a;
      },
      "Cannot unstack 3 tensors into one of static size 2");
  both([](Tensors) -> Tensors { return {TensorArray(DType::float32, -1).stack()}; },
       "size -1 is negative");
  both(
      [](Tensors a) -> Tensors {
        TensorArray none;
        none.write(0, a[0]);
        return a;
      },
      "without a value");
  for (const int index : {-1, 2, 99}) {
    both(
        [index](Tensors a) -> Tensors {
          TensorArray array(DType::float32, 2);
          array.write(index, a[0]);
          return {array.stack()};
        },
        "TensorListSetItem");
    both(
        [index](Tensors) -> Tensors {
          return {TensorArray(DType::float32, 2, {.element_shape = Shape()}).read(index)};
        },
        "TensorListGetItem");
  }
}

}  // namespace
}  // namespace opscope
