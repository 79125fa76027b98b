// The cache of traces behind a Function<>.
#include "opscope/runtime/function_core.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>

#include "core/small_vector.h"
#include "graph/function_trace.h"
#include "opscope/error.h"
#include "opscope/log.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

struct Entry {
  std::vector<TensorSpec> specs;
  std::string static_key;
  std::vector<std::shared_ptr<const void>> kept;
  std::shared_ptr<const ConcreteCore> concrete;
};

bool same_specs(const std::vector<TensorSpec>& a, const std::vector<TensorSpec>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const TensorSpec& x, const TensorSpec& y) {
                      return x.dtype == y.dtype && x.shape == y.shape;
                    });
}

// True if every value described by `inner` is described by `outer`.
bool describes(const Shape& outer, const Shape& inner) { return outer.relax_with(inner) == outer; }

// "...\n  in the call of the function 'step' at main.cc:7 `step(x);`"
Error called_at(const Error& error, const std::string& name, Loc loc) {
  return Error(error.code(), std::string(error.what()) + "\n  in the call of the function '" +
                                 name + "' at " + describe(loc));
}

enum class Fit { none, accepts, exact };

Fit fit(const Entry& entry, const ArgumentList& arguments) {
  if (entry.specs.size() != arguments.count || entry.static_key != arguments.static_key) {
    return Fit::none;
  }
  Fit result = Fit::exact;
  for (std::size_t i = 0; i < arguments.count; ++i) {
    const TensorRep* rep = arguments[i].rep();
    if (rep->dtype() != entry.specs[i].dtype) return Fit::none;
    if (rep->shape() == entry.specs[i].shape) continue;
    if (!describes(entry.specs[i].shape, rep->shape())) return Fit::none;
    result = Fit::accepts;
  }
  return result;
}

bool is_more_specific(const Entry& a, const Entry& b) {
  for (std::size_t i = 0; i < a.specs.size(); ++i) {
    if (!describes(b.specs[i].shape, a.specs[i].shape)) return false;
  }
  return true;
}

}  // namespace

// Notices that most calls of a function are traced.
class RetraceWatch {
 public:
  // Calls from many threads at once may be missed: this only feeds a warning.
  void count_call() noexcept {
    calls_.store(calls_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  // The last call was traced. Warns the first time that this happens too often.
  void note_trace(const std::string& function_name) {
    const std::int64_t now = calls_.load(std::memory_order_relaxed);
    traced_calls_.push_back(now);
    while (traced_calls_.front() <= now - kHistory) traced_calls_.pop_front();
    if (is_frequent_ || traced_calls_.size() < kMostTraces) return;
    is_frequent_ = true;
    log_message(LogLevel::warning,
                std::to_string(traced_calls_.size()) + " out of the last " +
                    std::to_string(std::min(now, kHistory)) + " calls to " + function_name +
                    " triggered retracing, which is expensive. Causes: (1) a function() made anew "
                    "in a loop, (2) Tensors of different shapes, for which there is "
                    "FunctionOptions::reduce_retracing, (3) C++ values passed where Tensors would "
                    "serve: every new value is a new trace.");
  }

  [[nodiscard]] bool is_frequent() const noexcept { return is_frequent_; }

 private:
  static constexpr std::int64_t kHistory = 10;   // calls that are looked at
  static constexpr std::size_t kMostTraces = 5;  // TensorFlow's numbers
  std::atomic<std::int64_t> calls_{0};
  std::deque<std::int64_t> traced_calls_;
  bool is_frequent_ = false;
};

// Entries are only added: readers walk a snapshot without a lock.
class FunctionCore {
 public:
  FunctionCore(std::string name, std::vector<TensorSpec> input_signature,
               std::optional<bool> reduce_retracing)
      : name_(std::move(name)),
        signature_(std::move(input_signature)),
        reduce_retracing_(reduce_retracing) {}

  struct Found {
    std::shared_ptr<const ConcreteCore> concrete;
    bool is_new = false;  // traced by this very call, not by a thread it waited for
  };

  // The trace for these arguments; made if there is none. `outer_values` gets what a trace that
  // cannot be kept needs besides its arguments.
  Found find_or_trace(const ArgumentList& arguments, const TraceBody& body,
                      std::vector<Ref<TensorRep>>* outer_values) {
    check_arguments(arguments);
    if (auto found = find(arguments)) return {std::move(found)};
    const std::lock_guard lock(tracing_);
    if (auto found = find(arguments)) return {std::move(found)};
    std::vector<TensorSpec> specs = signature_;
    for (std::size_t i = specs.size(); i < arguments.count; ++i) {
      specs.push_back({arguments[i].shape(), arguments[i].dtype(), ""});
    }
    Entry entry{std::move(specs), arguments.static_key, arguments.kept, nullptr};
    if (reduce_retracing_.value_or(retraces_.is_frequent())) {
      std::vector<TensorSpec> relaxed = relax(entry);
      if (!same_specs(relaxed, entry.specs)) {
        return {trace_relaxed(entry, relaxed, body, outer_values), true};
      }
    }
    return {trace(std::move(entry), body, outer_values), true};
  }

  // As above for a call, which counts among those that are looked at for frequent retracing.
  std::shared_ptr<const ConcreteCore> find_for_call(const ArgumentList& arguments,
                                                    const TraceBody& body,
                                                    std::vector<Ref<TensorRep>>* outer_values,
                                                    Loc loc) {
    retraces_.count_call();
    Found found;
    try {
      found = find_or_trace(arguments, body, outer_values);
    } catch (const Error& error) {
      throw called_at(error, name_, loc);
    }
    if (found.is_new) {
      const std::lock_guard lock(tracing_);
      retraces_.note_trace(name_);
    }
    return found.concrete;
  }

  std::shared_ptr<const ConcreteCore> for_specs(std::vector<TensorSpec> specs,
                                                const ArgumentList& defaults,
                                                const TraceBody& body) {
    if (specs.empty()) specs = signature_;
    if (specs.size() != defaults.count) {
      throw Error(ErrorCode::invalid_argument, name_ + ": got " + std::to_string(specs.size()) +
                                                   " specs for " + std::to_string(defaults.count) +
                                                   " Tensor arguments");
    }
    const std::lock_guard lock(tracing_);
    for (const Entry& entry : entries()) {
      if (same_specs(entry.specs, specs) && entry.static_key == defaults.static_key) {
        return entry.concrete;
      }
    }
    return trace({std::move(specs), defaults.static_key, defaults.kept, nullptr}, body, nullptr);
  }

  [[nodiscard]] std::int64_t trace_count() const noexcept { return trace_count_.load(); }

  [[nodiscard]] const std::vector<TensorSpec>& signature() const noexcept { return signature_; }

  [[nodiscard]] std::vector<ConcreteFunction> traces() const {
    std::vector<ConcreteFunction> traces;
    for (const Entry& entry : entries()) traces.emplace_back(entry.concrete);
    return traces;
  }

 private:
  using Entries = std::vector<Entry>;

  [[nodiscard]] const Entries& entries() const {
    const Entries* current = entries_.load(std::memory_order_acquire);
    static const Entries kNone;
    return current != nullptr ? *current : kNone;
  }

  void check_arguments(const ArgumentList& arguments) const {
    if (!signature_.empty() && arguments.count != signature_.size()) {
      std::string message = name_ + ": got " + std::to_string(arguments.count) +
                            " Tensor arguments, but the input signature has " +
                            std::to_string(signature_.size());
      const char* separator = ": ";
      for (const TensorSpec& spec : signature_) {
        message += std::exchange(separator, ", ") + spec.to_string();
      }
      throw Error(ErrorCode::invalid_argument, message);
    }
    for (std::size_t i = 0; i < arguments.count; ++i) {
      if (!signature_.empty()) {
        require_fits(signature_[i], arguments[i], i, name_);
      } else if (!arguments[i].has_value()) {
        require_fits({}, arguments[i], i, name_);
      }
    }
  }

  [[nodiscard]] std::shared_ptr<const ConcreteCore> find(const ArgumentList& arguments) const {
    const Entry* best = nullptr;
    for (const Entry& entry : entries()) {
      if (!signature_.empty()) {
        if (entry.static_key == arguments.static_key) return entry.concrete;
        continue;
      }
      const Fit how = fit(entry, arguments);
      if (how == Fit::exact) return entry.concrete;
      if (how == Fit::none) continue;
      if (best == nullptr || is_more_specific(entry, *best)) best = &entry;
    }
    return best != nullptr ? best->concrete : nullptr;
  }

  // What the specs have in common with those of the traces that differ in shapes only.
  [[nodiscard]] std::vector<TensorSpec> relax(const Entry& wanted) const {
    std::vector<TensorSpec> specs = wanted.specs;
    for (const Entry& entry : entries()) {
      const bool is_alike =
          entry.static_key == wanted.static_key &&
          std::equal(specs.begin(), specs.end(), entry.specs.begin(), entry.specs.end(),
                     [](const TensorSpec& a, const TensorSpec& b) { return a.dtype == b.dtype; });
      if (!is_alike) continue;
      for (std::size_t i = 0; i < specs.size(); ++i) {
        specs[i].shape = specs[i].shape.relax_with(entry.specs[i].shape);
      }
    }
    return specs;
  }

  std::shared_ptr<const ConcreteCore> trace_relaxed(const Entry& exact,
                                                    const std::vector<TensorSpec>& relaxed,
                                                    const TraceBody& body,
                                                    std::vector<Ref<TensorRep>>* outer_values) {
    Entry entry = exact;
    entry.specs = relaxed;
    if (reduce_retracing_.has_value()) return trace(std::move(entry), body, outer_values);
    try {
      return trace(std::move(entry), body, outer_values);
    } catch (const Error&) {
      // Nobody asked for open dimensions: a callable that needs its shapes known goes on with them.
      return trace(exact, body, outer_values);
    }
  }

  std::shared_ptr<const ConcreteCore> trace(Entry entry, const TraceBody& body,
                                            std::vector<Ref<TensorRep>>* outer_values) {
    if (is_tracing_) {
      throw Error(ErrorCode::failed_precondition,
                  name_ + " calls itself while it is traced: a graph cannot recurse");
    }
    is_tracing_ = true;
    const auto reset = std::shared_ptr<void>(nullptr, [this](void*) { is_tracing_ = false; });
    TracedFunction traced = trace_function(name_, entry.specs, body, trace_count_.load() == 0);
    trace_count_.fetch_add(1);
    if (traced.made_variables) {
      traced = trace_function(name_, entry.specs, body, false);
      trace_count_.fetch_add(1);
    }
    if (!traced.outer_values.empty()) {
      if (outer_values != nullptr) *outer_values = std::move(traced.outer_values);
      return traced.concrete;
    }
    auto grown = std::make_unique<Entries>(entries());
    entry.concrete = traced.concrete;
    grown->push_back(std::move(entry));
    entries_.store(grown.get(), std::memory_order_release);
    history_.push_back(std::move(grown));
    return traced.concrete;
  }

  std::string name_;
  std::vector<TensorSpec> signature_;
  std::optional<bool> reduce_retracing_;
  RetraceWatch retraces_;
  std::recursive_mutex tracing_;
  bool is_tracing_ = false;
  std::atomic<const Entries*> entries_{nullptr};
  std::vector<std::unique_ptr<Entries>> history_;  // readers may still walk older ones
  std::atomic<std::int64_t> trace_count_{0};
};

std::shared_ptr<FunctionCore> make_function_core(std::string name,
                                                 std::vector<TensorSpec> input_signature,
                                                 std::optional<bool> reduce_retracing) {
  return std::make_shared<FunctionCore>(std::move(name), std::move(input_signature),
                                        reduce_retracing);
}

std::shared_ptr<const ConcreteCore> call_function(FunctionCore& core, const ArgumentList& arguments,
                                                  const TraceBody& body, CallResult& results,
                                                  Loc loc) {
  if (is_tracing()) {
    current_trace->check();
    current_trace->note_operation(loc);
    std::vector<Ref<TensorRep>> outer_values;
    auto concrete = core.find_for_call(arguments, body, &outer_values, loc);
    current_trace->note_operation(loc);
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < arguments.count; ++i) inputs.push_back(arguments[i]);
    const std::vector<Tensor> outputs = append_call(*concrete, inputs, outer_values);
    TensorRep** out = results.reset(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      out[i] = Ref<TensorRep>::share(outputs[i].rep()).leak();
    }
    return concrete;
  }
  if (eager_state.pending_exit.is_known()) [[unlikely]]
    throw_pending_exit();
  auto concrete = core.find_for_call(arguments, body, nullptr, loc);
  SmallVector<const TensorRep*, 8> reps;
  for (std::size_t i = 0; i < arguments.count; ++i) {
    const TensorRep* rep = arguments[i].rep();
    if (!rep->is_dense()) (void)eager_value(arguments[i], Loc{});
    reps.push_back(rep);
  }
  try {
    concrete->run(reps.span(), results.reset(concrete->outputs().size()));
  } catch (const Error& error) {
    throw called_at(error, concrete->graph().name(), loc);
  }
  return concrete;
}

ConcreteFunction concrete_for(FunctionCore& core, const ArgumentList& arguments,
                              const TraceBody& body) {
  return ConcreteFunction(core.find_or_trace(arguments, body, nullptr).concrete);
}

ConcreteFunction concrete_for_specs(FunctionCore& core, const std::vector<TensorSpec>& specs,
                                    const ArgumentList& defaults, const TraceBody& body) {
  return ConcreteFunction(core.for_specs(specs, defaults, body));
}

std::size_t count_specs(const FunctionCore& core, const std::vector<TensorSpec>& specs) {
  return specs.empty() ? core.signature().size() : specs.size();
}

std::int64_t trace_count(const FunctionCore& core) { return core.trace_count(); }

std::vector<ConcreteFunction> all_traces(const FunctionCore& core) { return core.traces(); }

bool lacks_only_trace(const FunctionCore& core) {
  return !core.signature().empty() && core.traces().empty();
}

void append_size(ArgumentList& list, std::size_t count) {
  list.static_key += "n" + std::to_string(count) + ";";
}
void append_static(ArgumentList& list, bool value) { list.static_key += value ? "b1;" : "b0;"; }
void append_static(ArgumentList& list, std::int64_t value) {
  list.static_key += "i" + std::to_string(value) + ";";
}
void append_static(ArgumentList& list, double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  list.static_key += "f" + std::to_string(bits) + ";";
}
void append_static(ArgumentList& list, std::string_view value) {
  list.static_key += "s" + std::to_string(value.size()) + ":";
  list.static_key += value;
  list.static_key += ';';
}

}  // namespace opscope::runtime
