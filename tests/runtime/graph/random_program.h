// Random programs over everything that can be staged, with mixed data types and unknown dimensions.
// Elementwise arithmetic is exact or rounded once, so that every machine gives the same numbers.
#pragma once

#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "opscope/runtime.h"
#include "random_block.h"

namespace opscope {

class RandomProgram {
 public:
  using Tensors = std::vector<Tensor>;

  RandomProgram(unsigned seed, const RandomProgramContext& context,
                const RandomProgramSize& size = {})
      : context_(context) {
    std::mt19937 random(seed);
    block_ = make_random_block(random, size, false);
    for (int i = 0; i < 3; ++i) inputs_.push_back(Tensor(static_cast<int>(random() % 40) - 10));
    for (int i = 0; i < 3; ++i) inputs_.push_back(Tensor(static_cast<float>(random() % 64) / 8.f));
    inputs_.push_back(Tensor(static_cast<std::int64_t>(random() % 1000)));
    std::vector<float> values(random() % 5);
    for (float& value : values) value = static_cast<float>(random() % 32) / 4.f;
    inputs_.push_back(constant(values));
  }

  [[nodiscard]] const Tensors& inputs() const { return inputs_; }
  // The vector's size is left open.
  [[nodiscard]] std::vector<TensorSpec> specs() const {
    std::vector<TensorSpec> specs;
    for (const Tensor& input : inputs_) specs.push_back({input.shape(), input.dtype(), ""});
    specs.back().shape = {kAnyDim};
    return specs;
  }

  // Gives the ints, floats, the int64, the vector, the string and the array.
  [[nodiscard]] Tensors operator()(const Tensors& inputs) const {
    State state{
        {inputs[0], inputs[1], inputs[2]},
        {inputs[3], inputs[4], inputs[5]},
        inputs[6],
        inputs[7],
        Tensor("s"),
        TensorArray(DType::float32, 4, {.clear_after_read = false, .element_shape = Shape()})};
    (void)run(block_, state);
    return {state.i[0], state.i[1], state.i[2], state.f[0], state.f[1],
            state.f[2], state.l,    state.v,    state.t,    state.array.stack()};
  }

 private:
  struct State {
    std::array<Tensor, 3> i, f;
    Tensor l, v, t;
    TensorArray array;
  };
  using Kind = RandomStatement::Kind;

  static Tensor& at(std::array<Tensor, 3>& values, int i) {
    return values[static_cast<std::size_t>(i)];
  }
  static Tensor as_float(const Tensor& x) { return cast(x, DType::float32); }
  static Tensor condition(const RandomStatement& s, State& state) {
    return ((at(state.i, s.a) > 3 * s.b) | (at(state.f, s.b) > at(state.f, s.c))) &
           (at(state.i, s.c) % 5 != s.a);
  }
  // The vector with x behind it, five elements at most.
  static Tensor appended(const Tensor& v, const Tensor& x) {
    const Tensor longer = concat({reshape(x, {1}), v}, 0);
    return slice(longer, constant({0}), reshape(minimum(size(longer), 5), {1}));
  }

  // The derivative through a loop, a branch or a call.
  Tensor slope(const RandomStatement& s, State& state) const {
    const Tensor x = at(state.f, s.a);
    const Tensor n = at(state.i, s.c);
    GradientTape tape;
    Tensor y = x;
    if (s.b == 0) y = context_.pure(x, n);
    if (s.b == 1) if_(x > at(state.f, s.c), [&] { y = x * 0.25f; });
    if (s.b == 2) {
      for (Tensor k : range(n % 3)) y = y * 0.5f + as_float(k) * x;
    }
    return tape.gradient(y, x);
  }

  // True when the loop around is to be left by `break`.
  bool run(const RandomBlock& block, State& state) const {
    for (const RandomStatement& s : block) {
      if (s.kind == Kind::leave) {
        // check_staging: allow(exit)
        if (break_if(condition(s, state))) return true;
      } else if (s.kind == Kind::skip) {
        // check_staging: allow(exit)
        if (continue_if(at(state.i, s.a) % 3 == s.b)) return false;
      } else if (s.kind < Kind::for_range) {
        run_simple(s, state);
      } else {
        run_staged(s, state);
      }
    }
    return false;
  }

  void run_simple(const RandomStatement& s, State& state) const {
    auto& [i, f, l, v, t, array] = state;
    switch (s.kind) {
      case Kind::ints:
        at(i, s.a) = (at(i, s.b) * 3 + at(i, s.c) + 1) % 97;
        break;
      case Kind::floats:
        at(f, s.a) = (at(f, s.b) + as_float(at(i, s.c)) * 0.25f) * 0.5f;
        break;
      case Kind::wide:
        l = (l * 5 + cast(at(i, s.a), DType::int64)) % 1009;
        at(i, s.b) = cast(l % 50, DType::int32);
        break;
      case Kind::vector:
        if (s.a == 0) v = appended(v, at(f, s.b));
        if (s.a == 1) v = maximum(v * 0.5f, at(f, s.c)) - 0.25f;
        if (s.a == 2) at(f, s.b) = reduce_max(appended(v, at(f, s.c)));
        break;
      case Kind::text:
        t = string_join({as_string(at(i, s.a) % 7), as_string(l)}, "/");
        break;
      case Kind::swap:
        std::swap(at(i, s.a), at(i, s.b));
        std::swap(at(f, s.b), at(f, s.c));
        break;
      case Kind::print:
        print(at(i, s.a), at(f, s.b), l, v, t);
        break;
      case Kind::update:
        context_.count.assign_add(at(i, s.a));
        at(i, s.b) = context_.count % 31;
        if (s.c > 0) context_.level.assign(at(f, s.c) * 0.5f);
        break;
      case Kind::check:
        assert_true(at(i, s.a) % 50 < 50, {at(i, s.b), at(f, s.c), t});
        break;
      case Kind::slope:
        at(f, s.a) = at(f, s.b) * 0.5f + slope(s, state);
        break;
      case Kind::pair:
        std::tie(at(f, s.a), at(i, s.b)) = cond(
            condition(s, state), [&] { return std::pair(at(f, s.c) * 0.5f, at(i, s.a)); },
            [&] { return std::pair(at(f, s.b), at(i, s.c) % 20); });
        break;
      default:
        at(f, s.a) = s.c == 0   ? context_.effectful(at(f, s.b))
                     : s.c == 1 ? context_.pure(at(f, s.b), at(i, s.c))
                                : context_.nested(at(f, s.b), at(i, s.a));
    }
  }

  void run_staged(const RandomStatement& s, State& state) const {
    auto& [i, f, l, v, t, array] = state;
    switch (s.kind) {
      case Kind::for_range:
        for (Tensor k : range(at(i, s.a) % 4)) {
          shape_invariant(v, {kAnyDim});
          at(i, s.b) += k;
          // check_staging: allow(leave)
          if (run(s.x, state)) break;
        }
        break;
      case Kind::for_step:
        for (Tensor k : range(at(i, s.a) % 6, at(i, s.b) % 6, at(i, s.c) % 3 * 2 - 1)) {
          shape_invariant(v, {kAnyDim});
          at(i, s.c) = (at(i, s.c) + k) % 61;
          // check_staging: allow(leave)
          if (run(s.x, state)) break;
        }
        break;
      case Kind::for_rows:
        for (Tensor row : rows(v)) {
          shape_invariant(v, {kAnyDim});
          at(f, s.a) = (at(f, s.a) + row) * 0.5f;
          // check_staging: allow(leave)
          if (run(s.x, state)) break;
        }
        break;
      case Kind::repeat: {
        Tensor n = 0;
        for (auto _ : while_([&] { return (n < s.c + 1) & (at(f, s.b) < 90.f); })) {
          shape_invariant(v, {kAnyDim});
          n += 1;
          // check_staging: allow(leave)
          if (run(s.x, state)) break;
        }
        break;
      }
      case Kind::countdown: {
        // The condition reads a Variable that the body writes.
        Tensor n = 0;
        context_.count.assign(at(i, s.a) % 4);
        for (auto _ : while_([&] { return (context_.count > 0) & (n < 5); })) {
          shape_invariant(v, {kAnyDim});
          n += 1;
          context_.count.assign_add(n % 2 - 1);
          if (break_if(context_.count == at(i, s.c) % 11)) break;
          context_.count.assign_sub(1);
          // check_staging: allow(leave)
          if (run(s.x, state)) break;
        }
        break;
      }
      case Kind::array:
        for (Tensor k : range(s.a + 2)) {
          shape_invariant(v, {kAnyDim});
          array.write(k, (at(f, s.b) + as_float(k)) * 0.5f);
          // check_staging: allow(leave)
          if (run(s.x, state)) break;
        }
        at(f, s.c) = array.read(at(i, s.a) % 4);
        break;
      default:
        run_branches(s, state);
    }
  }

  void run_branches(const RandomStatement& s, State& state) const {
    auto& [i, f, l, v, t, array] = state;
    const auto run_x = [&] { (void)run(s.x, state); };
    const auto run_y = [&] { (void)run(s.y, state); };
    switch (s.kind) {
      case Kind::branch:
        if_(condition(s, state), run_x, else_, run_y);
        break;
      case Kind::chain:
        if_(
            at(i, s.a) > 9, run_x, else_if, [&] { return condition(s, state); }, run_y, else_,
            [&] { l = l + 1; });
        break;
      case Kind::value:
        at(f, s.a) = cond(
            condition(s, state),
            [&] {
              run_x();
              return at(f, s.b) * 0.5f;
            },
            [&] { return at(f, s.c); });
        break;
      case Kind::choice:
        at(i, s.a) = switch_case(at(i, s.b) % 5 - 1, {[&] { return at(i, s.c); },
                                                      [&] {
                                                        run_y();
                                                        return at(i, s.b) + 1;
                                                      },
                                                      [&] { return at(i, s.a) * 2 % 77; }});
        break;
      default: {
        const Tensors r = while_loop(
            [&](const Tensors& p) { return p[0] < at(i, s.a) % 4; },
            [&](const Tensors& p) {
              return Tensors{p[0] + 1, (p[1] + as_float(p[0])) * 0.5f, appended(p[2], p[1])};
            },
            Tensors{Tensor(0), at(f, s.b), v}, {.shape_invariants = {{}, {}, {kAnyDim}}});
        at(f, s.b) = r[1];
        v = r[2];
        run_x();
      }
    }
  }

  const RandomProgramContext& context_;
  RandomBlock block_;
  Tensors inputs_;
};

}  // namespace opscope
