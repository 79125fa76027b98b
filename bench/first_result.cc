// What a process needs from its start to the first results of an eager operation and of a traced
// function; runtime_bench times it from outside.
#include <cstdio>

#include "opscope/runtime.h"

int main() {
  const auto f = opscope::function([](const opscope::Tensor& x) { return opscope::tanh(x) + 1.f; });
  const opscope::Tensor eager = opscope::tanh(opscope::Tensor(0.f)) + 1.f;
  const opscope::Tensor traced = f(opscope::Tensor(0.f));
  std::printf("%g %g\n", static_cast<double>(eager.item<float>()),
              static_cast<double>(traced.item<float>()));
}
