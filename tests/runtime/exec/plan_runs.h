// Helpers for tests of passes: trace a program, compile it with some passes, run it, and compare
// bit for bit.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exec/execute.h"
#include "graph/concrete.h"
#include "module/variable_state.h"
#include "opscope/runtime.h"

namespace opscope::runtime {

using Tensors = std::vector<Tensor>;
using Program = std::function<Tensors(Tensors)>;

// The trace of a program for inputs of these shapes; dimensions may be unknown.
inline ConcreteFunction trace(const Program& program, const std::vector<TensorSpec>& specs) {
  const auto traced = function([program](Tensors inputs) { return program(std::move(inputs)); });
  return traced.get_concrete_function(specs);
}

inline std::vector<TensorSpec> specs_of(const Tensors& inputs) {
  std::vector<TensorSpec> specs;
  for (const Tensor& input : inputs) specs.push_back({input.shape(), input.dtype(), ""});
  return specs;
}

inline Tensors run(const Plan& plan, const ConcreteFunction& function, const Tensors& inputs) {
  std::vector<const TensorRep*> arguments;
  for (const Tensor& input : inputs) arguments.push_back(input.rep());
  for (const VariableCapture& capture : function.core()->graph().captures()) {
    arguments.push_back(capture.variable->handle());
  }
  std::vector<Ref<TensorRep>> outputs(function.core()->graph().results().size());
  run_plan(plan, arguments, outputs);
  Tensors results;
  for (Ref<TensorRep>& output : outputs) results.push_back(Tensor(output.leak()));
  return results;
}

inline Plan compile(const ConcreteFunction& function, const PassOptions& options) {
  return Plan(function.core()->shared_graph(), ArgumentMode::borrowed, {}, options);
}

// How many kernels of that op the plan runs, outside of inner graphs; of all ops for "".
inline int count_steps(const Plan& plan, std::string_view op = "") {
  return static_cast<int>(
      std::count_if(plan.steps.begin(), plan.steps.end(), [op](const Step& step) {
        return step.kind != StepKind::fused && (op.empty() || step.node->spec->name == op);
      }));
}

// Of two NaNs x86 hands on the first operand, and compilers exchange operands: neither the sign nor
// the payload of a NaN means anything.
inline bool have_same_bits(float a, float b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0 || (std::isnan(a) && std::isnan(b));
}

inline bool have_same_bits(const Tensor& a, const Tensor& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const std::int64_t count = a.rep()->num_elements();
  if (count == 0) return true;
  if (a.dtype() == DType::float32) {
    const float* values = a.rep()->data<float>();
    return std::equal(values, values + count, b.rep()->data<float>(),
                      [](float x, float y) { return have_same_bits(x, y); });
  }
  return std::memcmp(a.rep()->raw_data(), b.rep()->raw_data(), a.rep()->size_bytes()) == 0;
}

// Runs with and without the passes; both must give the same bits. Returns the results.
inline Tensors expect_same_with_passes(const Program& program, const Tensors& inputs,
                                       const PassOptions& options = {}) {
  const ConcreteFunction function = trace(program, specs_of(inputs));
  const Plan plain = compile(function, PassOptions::none());
  const Plan passed = compile(function, options);
  const Tensors expected = run(plain, function, inputs);
  const Tensors results = run(passed, function, inputs);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(have_same_bits(results[i], expected[i])) << "result " << i;
  }
  return results;
}

// Values that arithmetic treats specially, among ordinary ones.
inline Tensor awkward_values(const Shape& shape, unsigned seed) {
  Tensor values = random_normal(shape, {.seed = seed});
  auto* data = const_cast<float*>(values.values<float>().data());
  constexpr float kSpecial[] = {-0.f, 0.f, 1.f, -1.f, 1e-42f, 3e38f, -3e38f, 0.5f};
  const auto count = static_cast<std::size_t>(shape.num_elements());
  for (std::size_t i = seed % 5; i < count; i += 7) data[i] = kSpecial[(i / 7) % 8];
  for (std::size_t i = 3; i < count; i += 101) data[i] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 5; i < count; i += 103) data[i] = -std::numeric_limits<float>::infinity();
  return values;
}

}  // namespace opscope::runtime
