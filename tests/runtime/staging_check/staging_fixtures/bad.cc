// Misuse of staged code, line by line: `expect: rule` names what check_staging must say there.
// Never compiled.
#include <iostream>
#include <vector>

#include "opscope/runtime.h"

using namespace opscope;

Tensor exits(Tensor n) {
  Tensor y = 0;
  for (Tensor i : range(n)) {
    if (break_if(i > 2)) {  // expect: exit
      y = y + 1;
      break;
    }
    if (break_if(i > 3)) return y;          // expect: exit
    if (continue_if(i > 4)) y = y + 1;      // expect: exit
    (void)break_if(i > 5);                  // expect: exit
    if (break_if(i > 6) || n > 1) break;    // expect: exit
    if (continue_if(i % 2 == 0)) break;     // expect: exit
    const bool leave = break_if(i > 7);     // expect: exit
    if (opscope::break_if(i > 8)) {         // expect: exit
      break;
      y = 1;
    }
    if (break_if(i > 9)) break; else y = 2;  // expect: exit
    while (break_if(i > 10)) break;          // expect: exit
  }
  return y;
}

Tensor leaves(Tensor n, int k) {
  Tensor y = 0;
  for (Tensor i : range(n)) {
    if (k == 1) return y;  // expect: leave
    if (k == 2) break;     // expect: leave
    if (k == 3) goto out;  // expect: leave
    for (int j = 0; j < 3; ++j) {
      if (j == 2) return y;  // expect: leave
    }
  }
  for (Tensor row : rows(y))
    if (k == 4) return row;  // expect: leave
  for (auto _ : while_([&] { return y < 3; })) {
    y = y + 1;
    if (k == 5) {
      break;  // expect: leave
    }
  }
  auto loop = range(n);
  for (Tensor i : loop) {
    if (k == 6) break;  // expect: leave
  }
out:
  return y;
}

Tensor counters(Tensor n) {
  int count = 0;
  std::int64_t total = 0, other = 1;
  double weight{1};
  bool seen = false;
  auto steps = 0;
  unsigned long long bits = 0;
  std::string text;
  Tensor y = 0;
  for (Tensor i : range(n)) {
    ++count;       // expect: host-state
    total += 2;    // expect: host-state
    other = 3;     // expect: host-state
    weight *= 2.;  // expect: host-state
    seen = true;   // expect: host-state
    steps--;       // expect: host-state
    bits <<= 1;    // expect: host-state
    text += "x";   // expect: host-state
    y = y + count;
    for (int k = 0; k < 3; ++k) count = k;  // expect: host-state
    auto bump = [&] { ++count; };           // expect: host-state
    bump();
  }
  if_(
      y > 2, [&] { ++count; },              // expect: host-state
      else_if, [&] { return y < 0; },
      [&] { seen = true; },                 // expect: host-state
      else_, [&] { total = 1; });           // expect: host-state
  y = cond(
      y > 3,
      [&] {
        count++;  // expect: host-state
        return y;
      },
      [&] { return y; });
  const Tensors v = while_loop([](const Tensors& s) { return s[0] < 4; },
                               [&](const Tensors& s) {
                                 count += 1;  // expect: host-state
                                 return s;
                               },
                               Tensors{y});
  return y;
}

Tensor containers(Tensor n) {
  std::vector<Tensor> seen;
  std::vector<int> numbers;
  Tensors list;
  for (Tensor i : range(n)) {
    seen.push_back(i);        // expect: container
    numbers.emplace_back(1);  // expect: container
    if_(i > 2, [&] {
      list.clear();  // expect: container
    });
  }
  return stack(seen);
}

void outputs(Tensor n) {
  for (Tensor i : range(n)) {
    std::cout << "step\n";                 // expect: output
    std::printf("step\n");                 // expect: output
    if_(i > 2, [&] { std::puts("big"); });  // expect: output
  }
}

Tensor conditions(Tensor x) {
  for (auto _ : while_([=] { return x < 9; })) x = x + 1;  // expect: condition
  for (auto _ : while_([x] { return x < 9; })) x = x + 1;  // expect: condition
  return x;
}

void bytes(Tensor a, Tensor b) {
  std::memcpy(&a, &b, sizeof(Tensor));                     // expect: bytes
  void* grown = std::realloc(nullptr, 4 * sizeof(Tensor));  // expect: bytes
  std::memmove(&a, &b, 8);                                 // expect: bytes
}
