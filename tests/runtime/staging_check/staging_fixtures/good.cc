// Staged code as it should be, and near misses: check_staging must say nothing. Never compiled.
#include <vector>

#include "opscope/runtime.h"

using namespace opscope;

[[nodiscard]] bool break_if(const Operand& condition);

// if (break_if(c)) return; in a comment, and "break_if(c);" in a string.
const char* kText = "for (Tensor i : range(n)) { return; }";
const char* kRaw = R"(if (break_if(i)) return;)";

Tensor exits(Tensor n) {
  Tensor y = 0;
  for (Tensor i : range(n)) {
    if (continue_if(i % 2 == 0)) continue;
    if (break_if((y > 3) & (i > 2))) break;
    if (opscope::break_if(y > 100)) {
      break;
    }
    if (break_if(
            y > 5)) break;  // laid out otherwise
    if_(i > 3, [&] {
      y = y + 1;
      return;
    });
    y = cond(i > 4, [&] { return y; }, [&] { return y + 1; });
    auto helper = [&](int k) {
      for (int j = 0; j < k; ++j) {
        if (j == 2) break;
      }
      return y;
    };
    y = helper(3);
    for (int k = 0; k < 9; ++k) {
      if (k == 3) break;
      if (k == 1) continue;
    }
    switch (3) {
      case 1:
        break;
      default:
        break;
    }
    // check_staging: allow(leave)
    if (kText == nullptr) return y;
  }
  return y;
}

Tensor counters(Tensor n, std::vector<Tensor>& layers) {
  int count = 0;
  Tensor y = 0, total = 0.f;
  for (Tensor& layer : layers) {
    ++count;
    if (count > 3) break;
    y = y + layer;
  }
  for (Tensor i : range(n)) {
    int local = 0;
    ++local;
    const double scale = 2.;
    total = total + scale;
    total += scale;
    bool same = local == count;
    std::vector<Tensor> parts;
    parts.push_back(i);
    for (int k = 0; k < 3; ++k) {
      local += k;
      parts.emplace_back(y);
    }
    y = y + count;
    const auto square = [](const Tensor& t, int power = 2) { return pow(t, power); };
    y = square(y) + (count <= 3 ? 1 : 2);
  }
  count = 5;
  const auto made = function([&](const Tensor& x) {
    ++count;  // once per trace, as it should be
    return x;
  });
  for (auto _ : while_([&] { return y < 9; })) y = y + 1;
  for (auto _ : while_([] { return Tensor(false); })) y = y + 1;
  for (int step = 0; step < 3; ++step) {
    for (Tensor row : rows(y)) total = total + row;
  }
  struct State {
    int count = 0;
  } state;
  std::vector<float> values(4);
  std::memcpy(values.data(), y.values<float>().data(), 16);
  return y;
}
