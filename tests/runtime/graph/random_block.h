// The statements of random programs, and what these programs share.
#pragma once

#include <random>
#include <vector>

#include "opscope/runtime.h"

namespace opscope {

struct RandomStatement {
  enum class Kind {
    ints,
    floats,
    wide,
    vector,
    text,
    swap,
    print,
    update,
    call,
    check,
    slope,
    pair,
    leave,
    skip,
    // With blocks of their own:
    for_range,
    for_step,
    for_rows,
    repeat,
    countdown,
    branch,
    chain,
    value,
    choice,
    functional,
    array,
    kinds
  };
  Kind kind;
  int a, b, c;
  std::vector<RandomStatement> x, y;
};
using RandomBlock = std::vector<RandomStatement>;

struct RandomProgramSize {
  int depth = 3;       // of nested loops and branches
  int statements = 4;  // the most of one block
};

inline RandomBlock make_random_block(std::mt19937& random, const RandomProgramSize& size,
                                     bool in_loop) {
  using Kind = RandomStatement::Kind;
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const RandomProgramSize inner{size.depth - 1, size.statements};
  RandomBlock block;
  for (int n = 1 + pick(size.statements); n > 0; --n) {
    const int kinds = static_cast<int>(size.depth > 0 ? Kind::kinds : Kind::for_range);
    RandomStatement s{static_cast<Kind>(pick(kinds)), pick(3), pick(3), pick(3), {}, {}};
    if ((s.kind == Kind::leave || s.kind == Kind::skip) && !in_loop) s.kind = Kind::floats;
    if (s.kind >= Kind::for_range) {
      const bool is_loop = s.kind <= Kind::countdown || s.kind == Kind::array;
      s.x = make_random_block(random, inner, is_loop);
      if (!is_loop) s.y = make_random_block(random, inner, false);
    }
    block.push_back(std::move(s));
  }
  return block;
}

// What programs share: Variables, and functions that they call.
class RandomProgramContext {
 public:
  RandomProgramContext()
      : count(3, {.name = "count"}),
        level(0.5f, {.name = "level"}),
        pure(function([](const Tensor& x, const Tensor& n) {
          Tensor y = x;
          for (Tensor i : range(n % 4)) y = (y + cast(i, DType::float32)) * 0.5f;
          return y;
        })),
        effectful(function([this](const Tensor& x) {
          if_(x > level, [&] { level.assign(x * 0.5f); });
          count.assign_add(1);
          print("call", count);
          return (x + level) * 0.5f;
        })),
        nested(function([this](const Tensor& x, const Tensor& n) {
          Tensor y = x;
          for (Tensor i : range(n % 3)) {
            if (break_if(y > 6.f)) break;
            y = (effectful(y) + pure(y, i)) * 0.5f;
          }
          return y + level;
        })) {}
  RandomProgramContext(const RandomProgramContext&) = delete;
  RandomProgramContext& operator=(const RandomProgramContext&) = delete;

  void reset() const {
    count.assign(3);
    level.assign(0.5f);
  }

  Variable count, level;
  Function<Tensor(const Tensor&, const Tensor&)> pure;
  Function<Tensor(const Tensor&)> effectful;
  Function<Tensor(const Tensor&, const Tensor&)> nested;
};

}  // namespace opscope
