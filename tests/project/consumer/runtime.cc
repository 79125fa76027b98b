// Runs a traced function.
#include "opscope/runtime.h"

#include <cstdio>

int main() try {
  const auto twice = opscope::function([](const opscope::Tensor& x) { return x + x; });
  const opscope::Tensor sum = twice(opscope::Tensor(3.0f));
  return sum.item<float>() == 6.0f ? 0 : 1;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
