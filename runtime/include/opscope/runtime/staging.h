// Control flow that runs step by step eagerly and becomes While, If and Case nodes in a traced
// function. The same source serves both:
//
//   Tensor total = 0.f, prev = 0, next = 1;     // values before the loop: it may run zero times
//   for (Tensor i : range(n)) {                 // traced once, becomes one While
//     if (continue_if(i % 3 == 1)) continue;    // traced: the rest of the body becomes an If
//     if (break_if(total > 100.f)) break;
//     std::swap(prev, next);
//     next = prev + next;
//     if_(x > 0.f, [&] {
//       total += x;
//     }, else_if, [&] { return x < -5.f; }, [&] {
//       total -= x;
//     }, else_, [&] {
//       total += 1.f;
//     });
//   }
//   for (auto _ : while_([&] { return total > 1.f; })) total = total * 0.5f;
//   return cond(total > x, [&] { return total; }, [&] { return x; });
//
// Any Tensor handle that lived before a loop and is assigned in its body becomes a loop variable;
// handles that are only read are passed through. A handle without a value before the loop (or
// assigned in one branch only) has none afterwards: reading it is an error that says why. A loop
// variable keeps its data type and shape. Errors are opscope::Error with the lines involved.
//
// Not staged, and thus baked in as they are while tracing: `if` and `continue` on plain C++ values
// (right when the same for each iteration). `break`, `return` and `goto` out of a staged loop
// without break_if are errors. Nothing else may stand between break_if and its `break`.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/runtime/ops.h"
#include "opscope/runtime/structure.h"
#include "opscope/runtime/tensor.h"

namespace opscope {

namespace runtime {

class LoopTrace;  // one loop being traced

// Owns the tracing state of one loop, if a function is traced; else empty and free of cost. Must be
// the last member of a range: its destructor closes the loop before the range's Tensors die.
class LoopGuard {
 public:
  explicit LoopGuard(Loc loc);
  ~LoopGuard();
  LoopGuard(const LoopGuard&) = delete;
  LoopGuard& operator=(const LoopGuard&) = delete;

  [[nodiscard]] bool is_traced() const noexcept { return trace_ != nullptr; }
  [[nodiscard]] Loc loc() const noexcept { return loc_; }

  // Traced: opens the body.
  void begin();
  [[nodiscard]] bool is_open() const noexcept;
  // Traced: closes the body after `step`, traces `condition` and emits the While.
  void finish(const std::function<void()>& step, const std::function<Tensor()>& condition);
  // Eager: the body ended normally.
  void next_eager();

 private:
  Loc loc_;
  std::unique_ptr<LoopTrace> trace_;
};

struct LoopEnd {};

// The value of an eager condition; throws invalid_argument unless it is a bool scalar.
[[nodiscard]] bool truth(const Operand& condition);

// The iterator of a staged loop over a Range type with element(), step(), condition() and
// has_next().
template <typename R>
class LoopIterator {
 public:
  explicit LoopIterator(R* range) noexcept : range_(range) {}
  bool operator!=(LoopEnd) const { return range_->more(); }
  LoopIterator& operator++() {
    range_->next();
    return *this;
  }
  auto operator*() const { return range_->element(); }

 private:
  R* range_;
};

struct Iteration {
  ~Iteration() {}  // NOLINT: not trivial, so that `auto _` is no unused variable
};

}  // namespace runtime

// What range() gives: a loop to stage, or (converted) a Tensor with all its values.
class Range {
 public:
  Range(const Operand* start, const Operand& limit, const Operand* delta);
  ~Range();
  Range(const Range&) = delete;
  Range& operator=(const Range&) = delete;

  [[nodiscard]] runtime::LoopIterator<Range> begin();
  [[nodiscard]] runtime::LoopEnd end() const noexcept { return {}; }
  operator Tensor() const;  // NOLINT(google-explicit-constructor)

  // For LoopIterator.
  [[nodiscard]] bool more();
  void next();
  [[nodiscard]] Tensor element() const { return counter_; }

 private:
  [[nodiscard]] Tensor condition() const;
  void check_delta();

  Tensor start_, limit_, delta_, counter_;
  int direction_ = 0;  // the sign of delta when it is known
  runtime::LoopGuard guard_;
};

// for (Tensor i : range(n)): 0, 1, ... n - 1, of n's data type (int32 for a plain int). Also
// range(start, limit) and range(start, limit, delta); a delta of 0 is
// invalid_argument, at once or when the graph runs.
[[nodiscard]] Range range(const Operand& limit);
[[nodiscard]] Range range(const Operand& start, const Operand& limit);
[[nodiscard]] Range range(const Operand& start, const Operand& limit, const Operand& delta);

class Rows {
 public:
  explicit Rows(const Operand& x);
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  [[nodiscard]] runtime::LoopIterator<Rows> begin();
  [[nodiscard]] runtime::LoopEnd end() const noexcept { return {}; }

  // For LoopIterator.
  [[nodiscard]] bool more();
  void next();
  [[nodiscard]] Tensor element() const;

 private:
  Tensor x_, count_, index_;
  runtime::LoopGuard guard_;
};

// for (Tensor row : rows(x)): the slices of x along its first dimension. Throws invalid_argument
// for a scalar.
[[nodiscard]] Rows rows(const Operand& x);

template <std::invocable C>
class While {
 public:
  While(C condition, Loc loc) : condition_(std::move(condition)), guard_(loc) {}
  While(const While&) = delete;
  While& operator=(const While&) = delete;

  [[nodiscard]] runtime::LoopIterator<While> begin() {
    guard_.begin();
    return runtime::LoopIterator<While>(this);
  }
  [[nodiscard]] runtime::LoopEnd end() const noexcept { return {}; }

  // For LoopIterator.
  [[nodiscard]] bool more() {
    if (guard_.is_traced()) return guard_.is_open();
    return runtime::truth(Operand(Tensor(condition_()), guard_.loc()));
  }
  void next() {
    if (guard_.is_traced()) {
      guard_.finish([] {}, [this] { return Tensor(condition_()); });
    } else {
      guard_.next_eager();
    }
  }
  [[nodiscard]] runtime::Iteration element() const noexcept { return {}; }

 private:
  C condition_;
  runtime::LoopGuard guard_;
};

// for (auto _ : while_([&] { return x < 9.f; })) x += 1.f; The condition gives a bool scalar. It
// may run operations but not assign Tensors that live outside it.
template <std::invocable C>
[[nodiscard]] While<C> while_(C condition, Loc loc = Loc::current()) {
  return While<C>(std::move(condition), loc);
}

// if (break_if(c)) break; and if (continue_if(c)) continue; directly in the body of a staged loop.
[[nodiscard]] bool break_if(const Operand& condition);
[[nodiscard]] bool continue_if(const Operand& condition);

// At the start of the body of a staged loop, before `variable` is used there: its shape may differ
// from trip to trip as far as `shape` leaves it open, while without this a loop variable keeps the
// shape it enters with.
//
//   for (Tensor i : range(n)) {
//     shape_invariant(list, {kAnyDim});
//     list = concat({list, reshape(i, {1})}, 0);
//   }
//
// Eagerly it does nothing. Throws invalid_argument if the variable enters the loop with a shape
// that does not conform, or has been used in the body.
void shape_invariant(const Tensor& variable, const Shape& shape, Loc loc = Loc::current());

struct WhileLoopOptions {
  // One for each Tensor of the variables, in order; none: every variable keeps its shape.
  std::vector<Shape> shape_invariants = {};
};

namespace runtime {
void apply_shape_invariants(std::span<const Tensor* const> variables,
                            std::span<const Shape> invariants, Loc loc);
}  // namespace runtime

// tf.while_loop: repeats variables = body(variables) while condition(variables). V is a structure
// of Tensors.
template <typename C, typename B, typename V>
[[nodiscard]] V while_loop(C condition, B body, V variables, const WhileLoopOptions& options = {},
                           Loc loc = Loc::current()) {
  for ([[maybe_unused]] auto _ : while_([&] { return condition(variables); }, loc)) {
    if (!options.shape_invariants.empty()) {
      std::vector<const Tensor*> handles;
      runtime::visit_tensors(variables, [&](Tensor& handle) { handles.push_back(&handle); });
      runtime::apply_shape_invariants(handles, options.shape_invariants, loc);
    }
    V next = body(variables);
    std::vector<Tensor*> values;
    runtime::visit_tensors(next, [&](Tensor& value) { values.push_back(&value); });
    std::size_t i = 0;
    runtime::visit_tensors(variables, [&](Tensor& variable) { variable = *values.at(i++); });
  }
  return variables;
}

inline constexpr struct ElseTag {
} else_{};
inline constexpr struct ElseIfTag {
} else_if{};

namespace runtime {

class Branches {  // the branches of one If or Case being traced
 public:
  // For an If, `index` is the predicate.
  Branches(const Operand& index, bool is_case);
  ~Branches();
  Branches(const Branches&) = delete;
  Branches& operator=(const Branches&) = delete;
  void trace(const std::function<void()>& branch);
  void emit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::size_t case_index(const Operand& index, std::size_t count);

template <typename Condition, typename Then, typename... Rest>
void if_at(const Condition& condition, Loc loc, Then&& then, Rest&&... rest);

inline void else_part(Loc) {}
template <typename Else>
void else_part(Loc, ElseTag, Else&& otherwise) {
  static_assert(std::is_void_v<std::invoke_result_t<Else&>>,
                "a branch of if_ returns nothing: assign to Tensors, or use cond(p, f, g)");
  otherwise();
}
template <typename Condition, typename Then, typename... Rest>
void else_part(Loc loc, ElseIfTag, Condition&& condition, Then&& then, Rest&&... rest) {
  const Tensor value = condition();
  if_at(value, loc, then, rest...);
}

template <typename Condition, typename Then, typename... Rest>
void if_at(const Condition& condition, Loc loc, Then&& then, Rest&&... rest) {
  static_assert(std::is_void_v<std::invoke_result_t<Then&>>,
                "a branch of if_ returns nothing: assign to Tensors, or use cond(p, f, g)");
  const Operand predicate(condition, loc);
  if (!is_tracing()) {
    if (truth(predicate)) {
      then();
    } else {
      else_part(loc, rest...);
    }
    return;
  }
  Branches branches(predicate, false);
  branches.trace([&] { then(); });
  branches.trace([&] { else_part(loc, rest...); });
  branches.emit();
}

}  // namespace runtime

// if_(c, [&] {...}), if_(c, [&] {...}, else_, [&] {...}) and, with conditions that are evaluated
// only when those before are false, if_(c, [&] {...}, else_if, [&] { return d; }, [&] {...}, ...).
// The branches return nothing; they assign to Tensors that live outside.
template <typename Then, typename... Rest>
void if_(const Operand& condition, Then&& then, Rest&&... rest) {
  if (condition.tensor() != nullptr) {
    runtime::if_at(*condition.tensor(), condition.loc(), then, rest...);
  } else {
    runtime::if_at(identity(condition), condition.loc(), then, rest...);
  }
}

// The value form: f() if the predicate holds, else g(). Both give the same structure of Tensors.
template <typename F, typename G>
[[nodiscard]] auto cond(const Operand& predicate, F f, G g) {
  std::invoke_result_t<F&> result{};
  if_(
      predicate, [&] { result = f(); }, else_, [&] { result = g(); });
  return result;
}

// branches[index](), the last one for every other index: a Case node.
template <typename T>
[[nodiscard]] T switch_case_of(const Operand& index,
                               const std::vector<std::function<T()>>& branches) {
  T result{};
  if (!runtime::is_tracing()) return branches[runtime::case_index(index, branches.size())]();
  runtime::Branches cases(index, true);
  for (const std::function<T()>& branch : branches) cases.trace([&] { result = branch(); });
  cases.emit();
  return result;
}
[[nodiscard]] inline Tensor switch_case(const Operand& index,
                                        const std::vector<std::function<Tensor()>>& branches) {
  return switch_case_of<Tensor>(index, branches);
}

}  // namespace opscope
