// The cache of traces behind a Function<>.
#include "opscope/runtime/function_core.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>

#include "core/small_vector.h"
#include "graph/function_trace.h"
#include "opscope/error.h"
#include "staging/trace.h"
#include "tensor/eager_state.h"
#include "tensor/op_call.h"

namespace opscope::runtime {
namespace {

struct Entry {
  std::vector<TensorSpec> specs;
  std::string static_key;
  std::shared_ptr<const ConcreteCore> concrete;
};

bool matches(const Entry& entry, const ArgumentList& arguments) {
  if (entry.specs.size() != arguments.count || entry.static_key != arguments.static_key) {
    return false;
  }
  for (std::size_t i = 0; i < arguments.count; ++i) {
    const TensorRep* rep = arguments[i].rep();
    if (rep->dtype() != entry.specs[i].dtype || !(rep->shape() == entry.specs[i].shape)) {
      return false;
    }
  }
  return true;
}

}  // namespace

// Entries are only added: readers walk a snapshot without a lock.
class FunctionCore {
 public:
  FunctionCore(std::string name, std::vector<TensorSpec> input_signature)
      : name_(std::move(name)), signature_(std::move(input_signature)) {}

  // The trace for these arguments; made if there is none. `outer_values` gets what a trace that
  // cannot be kept needs besides its arguments.
  std::shared_ptr<const ConcreteCore> find_or_trace(const ArgumentList& arguments,
                                                    const TraceBody& body,
                                                    std::vector<Ref<TensorRep>>* outer_values) {
    check_arguments(arguments);
    if (auto found = find(arguments)) return found;
    const std::lock_guard lock(tracing_);
    if (auto found = find(arguments)) return found;
    std::vector<TensorSpec> specs = signature_;
    for (std::size_t i = specs.size(); i < arguments.count; ++i) {
      specs.push_back({arguments[i].shape(), arguments[i].dtype(), ""});
    }
    return trace(std::move(specs), arguments.static_key, body, outer_values);
  }

  std::shared_ptr<const ConcreteCore> for_specs(std::vector<TensorSpec> specs,
                                                const TraceBody& body) {
    if (specs.empty()) specs = signature_;
    const std::lock_guard lock(tracing_);
    for (const Entry& entry : entries()) {
      if (same_specs(entry.specs, specs)) return entry.concrete;
    }
    return trace(std::move(specs), "", body, nullptr);
  }

  [[nodiscard]] std::int64_t trace_count() const noexcept { return trace_count_.load(); }

  [[nodiscard]] const std::vector<TensorSpec>& signature() const noexcept { return signature_; }

 private:
  using Entries = std::vector<Entry>;

  static bool same_specs(const std::vector<TensorSpec>& a, const std::vector<TensorSpec>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const TensorSpec& x, const TensorSpec& y) {
                        return x.dtype == y.dtype && x.shape == y.shape;
                      });
  }

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
    for (const Entry& entry : entries()) {
      const bool is_match =
          signature_.empty() ? matches(entry, arguments) : entry.static_key == arguments.static_key;
      if (is_match) return entry.concrete;
    }
    return nullptr;
  }

  std::shared_ptr<const ConcreteCore> trace(std::vector<TensorSpec> specs, std::string static_key,
                                            const TraceBody& body,
                                            std::vector<Ref<TensorRep>>* outer_values) {
    if (is_tracing_) {
      throw Error(ErrorCode::failed_precondition,
                  name_ + " calls itself while it is traced: a graph cannot recurse");
    }
    is_tracing_ = true;
    const auto reset = std::shared_ptr<void>(nullptr, [this](void*) { is_tracing_ = false; });
    TracedFunction traced = trace_function(name_, specs, body, trace_count_.load() == 0);
    trace_count_.fetch_add(1);
    if (!traced.outer_values.empty()) {
      if (outer_values != nullptr) *outer_values = std::move(traced.outer_values);
      return traced.concrete;
    }
    auto grown = std::make_unique<Entries>(entries());
    grown->push_back({std::move(specs), std::move(static_key), traced.concrete});
    entries_.store(grown.get(), std::memory_order_release);
    history_.push_back(std::move(grown));
    return traced.concrete;
  }

  std::string name_;
  std::vector<TensorSpec> signature_;
  std::recursive_mutex tracing_;
  bool is_tracing_ = false;
  std::atomic<const Entries*> entries_{nullptr};
  std::vector<std::unique_ptr<Entries>> history_;  // readers may still walk older ones
  std::atomic<std::int64_t> trace_count_{0};
};

std::shared_ptr<FunctionCore> make_function_core(std::string name,
                                                 std::vector<TensorSpec> input_signature) {
  return std::make_shared<FunctionCore>(std::move(name), std::move(input_signature));
}

std::shared_ptr<const ConcreteCore> call_function(FunctionCore& core, const ArgumentList& arguments,
                                                  const TraceBody& body, CallResult& results) {
  if (is_tracing()) {
    current_trace->check();
    std::vector<Ref<TensorRep>> outer_values;
    auto concrete = core.find_or_trace(arguments, body, &outer_values);
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
  auto concrete = core.find_or_trace(arguments, body, nullptr);
  SmallVector<const TensorRep*, 8> reps;
  for (std::size_t i = 0; i < arguments.count; ++i) {
    const TensorRep* rep = arguments[i].rep();
    if (!rep->is_dense()) (void)eager_value(arguments[i], Loc{});
    reps.push_back(rep);
  }
  concrete->run(reps.span(), results.reset(concrete->outputs().size()));
  return concrete;
}

ConcreteFunction concrete_for(FunctionCore& core, const ArgumentList& arguments,
                              const TraceBody& body) {
  return ConcreteFunction(core.find_or_trace(arguments, body, nullptr));
}

ConcreteFunction concrete_for_specs(FunctionCore& core, const std::vector<TensorSpec>& specs,
                                    const TraceBody& body) {
  return ConcreteFunction(core.for_specs(specs, body));
}

std::int64_t trace_count(const FunctionCore& core) { return core.trace_count(); }

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
