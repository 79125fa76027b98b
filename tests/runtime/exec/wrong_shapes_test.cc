// Graphs of others may say shapes that their values do not have. Running such a graph gives values
// or an error; under the sanitizers these tests show that it reads nothing else.
#include <array>
#include <map>
#include <string>

#include "plan_runs.h"

namespace opscope::runtime {
namespace {

struct Case {
  Program program;
  std::vector<Shape> shapes;  // said of the inputs
};

std::map<std::string, Case> cases() {
  return {
      {"elementwise",
       {[](Tensors a) -> Tensors {
          return {tanh(a[0] * a[1] + 1.f) - relu(a[0]) * 2.f, -a[1]};
        },
        {{64, 64}, {64, 64}}}},
      {"broadcast",
       {[](Tensors a) -> Tensors { return {sigmoid(a[0] + a[1]) * a[0]}; }, {{64, 64}, {64}}}},
      {"layer",
       {[](Tensors a) -> Tensors { return {relu(bias_add(matmul(a[0], a[1]), a[1][0]))}; },
        {{32, 64}, {64, 64}}}},
      {"reshape",
       {[](Tensors a) -> Tensors {
          return {reshape(a[0], {32, 128}) * 2.f, reshape(a[1], {64, 64}) + 1.f,
                  transpose(reshape(a[0], {16, 16, 16}), Axes{2, 0, 1})};
        },
        {{64, 64}, {64, 64}}}},
      {"parts",
       {[](Tensors a) -> Tensors {
          return {slice(a[0], {8, 8}, {48, 48}), a[0][Slice{.start = 60}],
                  gather(a[0], constant({63})), concat({a[0], a[1]}, 1), split(a[1], 4)[3]};
        },
        {{64, 64}, {64, 64}}}},
      {"sizes",
       {[](Tensors a) -> Tensors {
          const Tensor rows = shape(a[0])[0];
          Tensor sum = 0.f;
          for (Tensor i : range(rows)) sum += reduce_sum(a[0][i]);
          return {sum, broadcast_to(a[1][0], {64, 64}), size(a[0])};
        },
        {{64, 64}, {64, 64}}}},
      {"called",
       {[](Tensors a) -> Tensors {
          const auto inner = function([](const Tensor& x, const Tensor& y) {
            return softmax(x * y + 1.f) / reduce_max(x, {.axes = Axes{1}, .keep_dims = true});
          });
          return {inner(a[0], a[1]),
                  cond(
                      a[0][0][0] > 0.f, [&] { return a[0] * 2.f; }, [&] { return a[1] * 3.f; })};
        },
        {{64, 64}, {64, 64}}}},
      {"gradient",
       {[](Tensors a) -> Tensors {
          GradientTape tape;
          const Tensor y = reduce_mean(square(tanh(matmul(a[0], a[1])) - a[0]));
          return tape.gradient(y, a);
        },
        {{64, 64}, {64, 64}}}},
      {"image",
       {[](Tensors a) -> Tensors {
          const Tensor image = reshape(a[0], {1, 64, 64, 1});
          return {max_pool2d(relu(conv2d(image, reshape(a[1], {8, 8, 1, 64})))),
                  cumsum(a[0], {.axis = 1}), reduce_sum(a[1], {.axes = Axes{0}})};
        },
        {{64, 64}, {64, 64}}}},
  };
}

TEST(WrongShapes, GiveValuesOrErrors) {
  const std::array<Shape, 9> actual = {Shape{},      Shape{0},     Shape{1},
                                       Shape{7},     Shape{64},    Shape{1, 1},
                                       Shape{3, 64}, Shape{64, 2}, Shape{128, 128}};
  int errors = 0, values = 0;
  for (const auto& [name, wrong] : cases()) {
    SCOPED_TRACE(name);
    std::vector<TensorSpec> specs;
    for (const Shape& shape : wrong.shapes) specs.push_back({shape, DType::float32, ""});
    const ConcreteFunction function = trace(wrong.program, specs);
    for (const PassOptions& options : {PassOptions::none(), PassOptions{}}) {
      const Plan plan = compile(function, options);
      for (const Shape& first : actual) {
        for (const Shape& second : actual) {
          try {
            const Tensors results = run(plan, function, {ones(first), ones(second)});
            values += results.empty() ? 0 : 1;
          } catch (const Error&) {
            ++errors;
          }
        }
      }
    }
  }
  EXPECT_GT(errors, 500);
  EXPECT_GT(values, 100);
}

}  // namespace
}  // namespace opscope::runtime
