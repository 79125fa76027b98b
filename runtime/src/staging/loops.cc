// Staged loops: LoopGuard, range(), rows(), break_if() and continue_if().
#include <exception>

#include "opscope/error.h"
#include "opscope/runtime/staging.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope {
namespace runtime {

class LoopTrace {
 public:
  explicit LoopTrace(Loc loc)
      : body(ScopeKind::body, "while_body_" + std::to_string(next_function_number()), loc),
        stop(false, loc) {}

  Scope body;
  Tensor stop;  // set by break_if; a loop variable like any other
  int exceptions = 0;
  bool is_open = false;
  bool is_used = false;
};

LoopGuard::LoopGuard(Loc loc)
    : loc_(loc), trace_(is_tracing() ? std::make_unique<LoopTrace>(loc) : nullptr) {}

LoopGuard::~LoopGuard() {
  if (trace_ == nullptr) {
    if (eager_state.pending_is_break) eager_state.pending_exit = {};
    return;
  }
  if (!trace_->is_open) return;
  // The body was left without reaching its end: an exception, or break, return or goto.
  const bool is_unwinding = std::uncaught_exceptions() > trace_->exceptions;
  current_trace->pop(trace_->body);
  if (!is_unwinding) {
    current_trace->stick("break, return or goto leaves the body of the traced loop at " +
                         describe(loc_) + "; write `if (break_if(condition)) break;`");
  }
}

void LoopGuard::begin() {
  if (trace_ == nullptr) return;
  current_trace->check();
  if (trace_->is_used) {
    throw Error(ErrorCode::invalid_argument,
                "the range made at " + describe(loc_) + " serves one loop only");
  }
  trace_->is_used = true;
  trace_->body.loop = this;
  trace_->exceptions = std::uncaught_exceptions();
  current_trace->push(trace_->body);
  trace_->is_open = true;
}

bool LoopGuard::is_open() const noexcept { return trace_->is_open; }

void LoopGuard::finish(const std::function<void()>& step,
                       const std::function<Tensor()>& condition) {
  Trace& trace = *current_trace;
  trace_->is_open = false;
  try {
    trace.close_rests(this, trace_->stop);
    step();
  } catch (...) {
    trace.pop(trace_->body);
    throw;
  }
  trace.pop(trace_->body);
  Scope scope(ScopeKind::condition, "while_cond_" + std::to_string(next_function_number()), loc_);
  trace.push(scope);
  ValueRef predicate;
  try {
    Tensor goes_on = condition();
    const HandleState* stop = trace_->body.find(&trace_->stop);
    if (stop != nullptr && stop->is_assigned) {
      goes_on = logical_and(Operand(goes_on, loc_), logical_not(Operand(trace_->stop, loc_)));
    }
    predicate = as_condition(trace.input(goes_on, loc_), loc_);
  } catch (...) {
    trace.pop(scope);
    throw;
  }
  trace.pop(scope);
  trace.check();
  trace.emit_while(scope, predicate, trace_->body);
}

void LoopGuard::next_eager() {
  if (!eager_state.pending_exit.is_known()) return;
  if (eager_state.pending_is_break) throw_pending_exit();
  eager_state.pending_exit = {};
}

}  // namespace runtime

namespace {

using runtime::is_tracing;

// `if (break_if(c)) break;` gives the truth of c eagerly; traced it is false, and the rest of the
// body becomes an If.
bool leave_if(const Operand& condition, bool is_break) {
  if (!is_tracing()) {
    const bool leaves = runtime::truth(condition);
    if (leaves) {
      runtime::eager_state.pending_exit = condition.loc();
      runtime::eager_state.pending_is_break = is_break;
    }
    return leaves;
  }
  runtime::Trace& trace = *runtime::current_trace;
  const Tensor value = condition.tensor() != nullptr ? *condition.tensor() : identity(condition);
  const runtime::ValueRef predicate =
      runtime::as_condition(trace.input(value, condition.loc()), condition.loc());
  if (trace.scope().loop == nullptr) {
    throw Error(ErrorCode::invalid_argument, std::string(is_break ? "break_if" : "continue_if") +
                                                 " stands in a branch or outside a loop at " +
                                                 describe(condition.loc()) +
                                                 "; put it directly into the loop body");
  }
  trace.open_rest(predicate, is_break, condition.loc());
  return false;
}

Tensor as_tensor(const Operand& operand, DType dtype) {
  if (operand.tensor() != nullptr) return *operand.tensor();
  if (!operand.is_literal()) return Tensor(operand.resolve());
  return Tensor(
      runtime::value_here(runtime::ValueRef::adopt(operand.literal(dtype)), operand.loc()).leak());
}

}  // namespace

bool break_if(const Operand& condition) { return leave_if(condition, true); }
bool continue_if(const Operand& condition) { return leave_if(condition, false); }

void shape_invariant(const Tensor& variable, const Shape& shape, Loc loc) {
  if (is_tracing()) runtime::current_trace->set_shape_invariant(variable, shape, loc);
}

void runtime::apply_shape_invariants(std::span<const Tensor* const> variables,
                                     std::span<const Shape> invariants, Loc loc) {
  if (variables.size() != invariants.size()) {
    throw Error(ErrorCode::invalid_argument,
                "while_loop at " + describe(loc) + ": " + std::to_string(invariants.size()) +
                    " shape invariants for " + std::to_string(variables.size()) +
                    " loop variables");
  }
  for (std::size_t i = 0; i < variables.size(); ++i) {
    shape_invariant(*variables[i], invariants[i], loc);
  }
}

namespace {

// The first of the operands that is no literal decides; else the widest literal.
DType range_dtype(const Operand* start, const Operand& limit, const Operand* delta) {
  for (const Operand* operand : {&limit, start, delta}) {
    if (operand != nullptr && !operand->is_literal()) return operand->dtype();
  }
  return limit.dtype();
}

// The sign of the step; 0 when only the graph will know it.
int known_sign(const Operand* delta, DType dtype) {
  if (delta == nullptr) return 1;
  if (!delta->is_literal() && is_tracing()) return 0;
  const Tensor value(delta->is_literal() ? delta->literal(dtype) : delta->resolve());
  const auto step = value.item<double>();
  if (step == 0) {
    throw Error(ErrorCode::invalid_argument,
                "range: Requires delta != 0: 0 at " + describe(delta->loc()));
  }
  return step > 0 ? 1 : -1;
}

}  // namespace

Range::Range(const Operand* start, const Operand& limit, const Operand* delta)
    : guard_(limit.loc()) {
  const DType dtype = range_dtype(start, limit, delta);
  const Operand zero(0, limit.loc());
  const Operand one(1, limit.loc());
  direction_ = known_sign(delta, dtype);
  start_ = as_tensor(start != nullptr ? *start : zero, dtype);
  limit_ = as_tensor(limit, dtype);
  delta_ = as_tensor(delta != nullptr ? *delta : one, dtype);
  counter_ = start_;
}

// A step that only the graph will know: 0 fails there. The loop must not depend on when that node
// runs, so that it has no trips then.
void Range::check_delta() {
  const Loc loc = guard_.loc();
  const Tensor is_valid = not_equal(Operand(delta_, loc), Operand(0, loc));
  assert_true(Operand(is_valid, loc), {Tensor("range: Requires delta != 0:", loc), delta_});
  limit_ = where(Operand(is_valid, loc), Operand(limit_, loc), Operand(start_, loc));
}

Range::~Range() = default;

runtime::LoopIterator<Range> Range::begin() {
  if (guard_.is_traced() && direction_ == 0) check_delta();
  guard_.begin();
  return runtime::LoopIterator<Range>(this);
}

Tensor Range::condition() const {
  const Loc loc = guard_.loc();
  const Operand counter(counter_, loc);
  const Operand limit(limit_, loc);
  if (direction_ > 0) return less(counter, limit);
  if (direction_ < 0) return greater(counter, limit);
  const Operand delta(delta_, loc);
  const Operand zero(0, loc);
  return where(Operand(greater(delta, zero), loc), Operand(less(counter, limit), loc),
               Operand(greater(counter, limit), loc));
}

bool Range::more() {
  if (guard_.is_traced()) return guard_.is_open();
  return static_cast<bool>(condition());
}

void Range::next() {
  const auto step = [this] {
    const Loc loc = guard_.loc();
    counter_ = add(Operand(counter_, loc), Operand(delta_, loc));
  };
  if (guard_.is_traced()) {
    guard_.finish(step, [this] { return condition(); });
    return;
  }
  guard_.next_eager();
  step();
}

Range::operator Tensor() const {
  return runtime::OpCall(runtime::op<"Range">(), "range", guard_.loc())
      .add(start_)
      .add(limit_)
      .add(delta_)
      .run();
}

Range range(const Operand& limit) { return Range(nullptr, limit, nullptr); }
Range range(const Operand& start, const Operand& limit) { return Range(&start, limit, nullptr); }
Range range(const Operand& start, const Operand& limit, const Operand& delta) {
  return Range(&start, limit, &delta);
}

Rows::Rows(const Operand& x) : guard_(x.loc()) {
  x_ = x.tensor() != nullptr ? *x.tensor() : Tensor(x.resolve());
  if (x_.shape().rank() == 0) {
    throw Error(ErrorCode::invalid_argument, "rows of a scalar at " + describe(x.loc()));
  }
  const Tensor dims = shape(Operand(x_, x.loc()));
  count_ = gather(Operand(dims, x.loc()), Operand(0, x.loc()));
  index_ = Tensor(std::int32_t{0}, x.loc());
}

Rows::~Rows() = default;

Rows rows(const Operand& x) { return Rows(x); }

runtime::LoopIterator<Rows> Rows::begin() {
  guard_.begin();
  return runtime::LoopIterator<Rows>(this);
}

bool Rows::more() {
  if (guard_.is_traced()) return guard_.is_open();
  return static_cast<bool>(less(Operand(index_, guard_.loc()), Operand(count_, guard_.loc())));
}

void Rows::next() {
  const Loc loc = guard_.loc();
  const auto step = [&] { index_ = add(Operand(index_, loc), Operand(1, loc)); };
  if (guard_.is_traced()) {
    guard_.finish(step, [&] { return less(Operand(index_, loc), Operand(count_, loc)); });
    return;
  }
  guard_.next_eager();
  step();
}

Tensor Rows::element() const {
  return gather(Operand(x_, guard_.loc()), Operand(index_, guard_.loc()));
}

}  // namespace opscope
