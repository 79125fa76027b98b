// Random programs of loops, branches, exits, swaps, prints and variables: eager, traced, traced and
// run in random legal orders, and a plain C++ interpreter must agree.
#include <gtest/gtest.h>

#include <random>

#include "random_order.h"
#include "staged.h"

namespace opscope {
namespace {

constexpr int kModulus = 1009;

struct Statement {
  int kind, a, b, c;
  std::vector<Statement> x, y;
};
using Block = std::vector<Statement>;

enum Kind {
  do_add,
  do_copy,
  do_multiply,
  do_swap,
  do_print,
  do_update,
  do_break,
  do_continue,
  do_for,
  do_while,
  do_if,
  do_else_if,
  kinds
};

Block make_block(std::mt19937& random, int depth, bool in_loop) {
  Block block;
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int n = 1 + pick(4); n > 0; --n) {
    Statement s{pick(depth > 0 ? kinds : do_for), pick(5), pick(5), pick(5), {}, {}};
    if ((s.kind == do_break || s.kind == do_continue) && !in_loop) s.kind = do_add;
    if (s.kind >= do_for) {
      const bool is_loop = s.kind == do_for || s.kind == do_while;
      s.x = make_block(random, depth - 1, is_loop);
      if (!is_loop) s.y = make_block(random, depth - 1, false);
    }
    block.push_back(std::move(s));
  }
  return block;
}

class Staged {
 public:
  Staged(Tensors values, const Variable& variable)
      : values_(std::move(values)), variable_(variable) {}

  // True when the loop around is to be left by `break`.
  bool run(const Block& block) {
    for (const Statement& s : block) {
      if (s.kind == do_break) {
        // check_staging: allow(exit)
        if (break_if(at(s.a) > at(s.b))) return true;
      } else if (s.kind == do_continue) {
        // check_staging: allow(exit)
        if (continue_if(at(s.a) > 20 + s.b)) return false;
      } else {
        run(s);
      }
    }
    return false;
  }

  [[nodiscard]] const Tensors& values() const { return values_; }

 private:
  Tensor& at(int i) { return values_[static_cast<std::size_t>(i)]; }

  void run(const Statement& s) {
    switch (s.kind) {
      case do_add:
        at(s.a) = (at(s.b) + at(s.c)) % kModulus;
        break;
      case do_copy:
        at(s.a) = at(s.b);
        break;
      case do_multiply:
        at(s.a) = (at(s.b) * at(s.c) - 3) % kModulus;
        break;
      case do_swap:
        std::swap(at(s.a), at(s.b));
        break;
      case do_print:
        print(at(s.a));
        break;
      case do_update:
        variable_.assign_add(at(s.b));
        at(s.a) = variable_ % kModulus;
        break;
      case do_for:
        for (Tensor i : range(Tensor(s.c))) {
          at(s.a) += i;
          // check_staging: allow(leave)
          if (run(s.x)) break;
        }
        break;
      case do_while: {
        Tensor n = 0;
        for (auto _ : while_([&] { return (n < s.c) & (at(s.a) < 900); })) {
          n += 1;
          // check_staging: allow(leave)
          if (run(s.x)) break;
        }
        break;
      }
      case do_if:
        if_(
            at(s.a) > at(s.b), [&] { run(s.x); }, else_, [&] { run(s.y); });
        break;
      default:
        if_(
            at(s.a) > 5, [&] { run(s.x); }, else_if, [&] { return at(s.b) > 2; },
            [&] { run(s.y); });
    }
  }

  Tensors values_;
  const Variable& variable_;
};

struct Oracle {
  std::vector<int> v;
  int variable = 0;
  std::string printed;

  static int mod(int x) { return ((x % kModulus) + kModulus) % kModulus; }

  bool run(const Block& block) {
    for (const Statement& s : block) {
      if (s.kind == do_break && at(s.a) > at(s.b)) return true;
      if (s.kind == do_continue && at(s.a) > 20 + s.b) return false;
      run(s);
    }
    return false;
  }

  int& at(int i) { return v[static_cast<std::size_t>(i)]; }

  void run(const Statement& s) {
    switch (s.kind) {
      case do_add:
        at(s.a) = mod(at(s.b) + at(s.c));
        break;
      case do_copy:
        at(s.a) = at(s.b);
        break;
      case do_multiply:
        at(s.a) = mod(at(s.b) * at(s.c) - 3);
        break;
      case do_swap:
        std::swap(at(s.a), at(s.b));
        break;
      case do_print:
        printed += std::to_string(at(s.a)) + "\n";
        break;
      case do_update:
        variable += at(s.b);
        at(s.a) = mod(variable);
        break;
      case do_break:
      case do_continue:
        break;
      case do_for:
        for (int i = 0; i < s.c; ++i) {
          at(s.a) += i;
          if (run(s.x)) break;
        }
        break;
      case do_while:
        for (int n = 0; n < s.c && at(s.a) < 900;) {
          ++n;
          if (run(s.x)) break;
        }
        break;
      case do_if:
        run(at(s.a) > at(s.b) ? s.x : s.y);
        break;
      default:
        if (at(s.a) > 5) {
          run(s.x);
        } else if (at(s.b) > 2) {
          run(s.y);
        }
    }
  }
};

std::vector<int> numbers(const Tensors& tensors) {
  std::vector<int> result;
  for (const Tensor& tensor : tensors) result.push_back(tensor.item<int>());
  return result;
}

class RandomPrograms : public testing::TestWithParam<unsigned> {};

TEST_P(RandomPrograms, AgreeInEveryMode) {
  for (unsigned seed = GetParam() * 25; seed < GetParam() * 25 + 25; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const Block program = make_block(random, 3, false);
    Tensors inputs;
    Oracle oracle;
    for (int i = 0; i < 5; ++i) {
      oracle.v.push_back(static_cast<int>(random() % 30) - 5);
      inputs.push_back(Tensor(oracle.v.back()));
    }
    oracle.run(program);

    PrintCapture printed;
    const Variable variable(0);
    const auto run = [&](Tensors arguments) {
      variable.assign(0);
      Staged staged(std::move(arguments), variable);
      staged.run(program);
      return staged.values();
    };
    const auto check = [&](const Tensors& values) {
      EXPECT_EQ(numbers(values), oracle.v);
      EXPECT_EQ(variable.read().item<int>(), oracle.variable);
      EXPECT_EQ(printed.take(), oracle.printed);
    };
    check(run(inputs));
    const auto traced = function(run);
    const ConcreteFunction concrete = traced.get_concrete_function(inputs);
    EXPECT_EQ(printed.take(), "") << "printed while tracing";
    check(concrete(inputs));
    for (unsigned order = 0; order < 2; ++order) {
      check(runtime::RandomOrderRunner(order).run(concrete, inputs));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0u, 8u));

}  // namespace
}  // namespace opscope
