// function(): traces a C++ callable into a graph once per signature and runs the graph after that.
#pragma once

#include <any>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/runtime/function_core.h"
#include "opscope/runtime/structure.h"
#include "opscope/runtime/tensor.h"
#include "opscope/runtime/tensor_spec.h"

namespace opscope {

struct FunctionOptions {
  std::string name = "function";  // in graphs: "__inference_<name>_<n>"
  // True: a trace for a second shape leaves open the dimensions that differ, as
  // tf.function(reduce_retracing=True). False: every shape is traced. Not said: every shape, until
  // 5 of the last 10 calls were traced; then the log warns once, and traces leave dimensions open
  // where the callable allows it.
  std::optional<bool> reduce_retracing = std::nullopt;
};

// What function() gives. Calling it runs the graph of the arguments' signature: the data types and
// shapes of the Tensors, and the values of all other arguments (numbers, bools, strings, enums,
// Shapes; Variables by identity). A trace whose specs accept the Tensors serves them, the most
// specific first. A signature not seen before is traced: the callable runs once with symbolic
// Tensors, so its plain C++ side effects happen once per trace, and its operations become the
// graph. A first trace that makes Variables is followed by a second one, which must not.
//
// - Captured Tensors become constants that share their memory, Variables are captured as such.
// - Called while another function is traced, it becomes a call node of that graph.
// - Operations with side effects run in program order per Variable, and printing in its own order.
// - Arguments and results are structures of Tensors (structure.h); the result may be void.
//
// A copy shares the traces. Thread rule: calls may come from any thread; traces are made one at a
// time. The callable must stay valid as long as calls may trace.
template <typename Signature>
class Function;

template <typename R, typename... Args>
class Function<R(Args...)> {
 public:
  template <typename F>
  Function(F callable, std::vector<TensorSpec> input_signature, const FunctionOptions& options)
      : core_(runtime::make_function_core(options.name, std::move(input_signature),
                                          options.reduce_retracing)),
        callable_(std::make_shared<Callable<F>>(std::move(callable))) {}

  // Throws invalid_argument, naming the argument, what was given and what the input signature
  // allows; and what tracing or running the graph throws.
  R operator()(const std::decay_t<Args>&... args, Loc loc = Loc::current()) const {
    runtime::ArgumentList list;
    (runtime::append_argument(list, args), ...);
    const auto body = [&](std::span<Tensor> symbols) -> runtime::TraceResult {
      return trace(symbols, args...);
    };
    runtime::CallResult results;
    const auto concrete =
        runtime::call_function(*core_, list, runtime::TraceBody(body), results, loc);
    return runtime::take_result<R>(*concrete, results);
  }

  // The trace for these arguments (made if need be, not run).
  [[nodiscard]] ConcreteFunction get_concrete_function(const std::decay_t<Args>&... args) const
      requires(sizeof...(Args) > 0) {
    runtime::ArgumentList list;
    (runtime::append_argument(list, args), ...);
    const auto body = [&](std::span<Tensor> symbols) { return trace(symbols, args...); };
    return runtime::concrete_for(*core_, list, runtime::TraceBody(body));
  }
  // The trace for these specs, one per Tensor argument; without specs, that of the input signature.
  // Arguments that are not Tensors have their default values; a vector of Tensors that is the only
  // argument takes all specs. Throws invalid_argument when the numbers do not match.
  [[nodiscard]] ConcreteFunction get_concrete_function(const std::vector<TensorSpec>& specs) const {
    std::tuple<std::decay_t<Args>...> defaults{};
    if constexpr (std::is_same_v<std::tuple<std::decay_t<Args>...>,
                                 std::tuple<std::vector<Tensor>>>) {
      std::get<0>(defaults).resize(runtime::count_specs(*core_, specs));
    }
    runtime::ArgumentList list;
    std::apply([&](const auto&... args) { (runtime::append_argument(list, args), ...); }, defaults);
    const auto body = [&](std::span<Tensor> symbols) {
      return std::apply([&](const auto&... args) { return trace(symbols, args...); }, defaults);
    };
    return runtime::concrete_for_specs(*core_, specs, list, runtime::TraceBody(body));
  }
  [[nodiscard]] ConcreteFunction get_concrete_function() const {
    return get_concrete_function(std::vector<TensorSpec>{});
  }

  // All traces that there are, in the order in which they were made; for a function with an input
  // signature that was not called yet, the one that a call would make.
  [[nodiscard]] std::vector<ConcreteFunction> concrete_functions() const {
    if (runtime::lacks_only_trace(*core_)) (void)get_concrete_function();
    return runtime::all_traces(*core_);
  }

  // How often the callable has been traced.
  [[nodiscard]] std::int64_t trace_count() const { return runtime::trace_count(*core_); }

 private:
  struct CallableBase {
    virtual ~CallableBase() = default;
    virtual R run(std::decay_t<Args>&... args) = 0;
  };
  template <typename F>
  struct Callable : CallableBase {
    explicit Callable(F f) : callable(std::move(f)) {}
    R run(std::decay_t<Args>&... args) override { return callable(args...); }
    F callable;
  };

  // Runs the callable on copies of the arguments whose Tensors are replaced by `symbols`.
  runtime::TraceResult trace(std::span<Tensor> symbols, const std::decay_t<Args>&... args) const {
    std::tuple<std::decay_t<Args>...> copies(runtime::without_values(args)...);
    std::size_t next = 0;
    std::apply([&](auto&... copy) { (runtime::fill_structure(copy, symbols, next), ...); }, copies);
    return std::apply(
        [&](auto&... copy) {
          if constexpr (std::is_void_v<R>) {
            callable_->run(copy...);
            return runtime::TraceResult{};
          } else {
            return runtime::result_of_trace(callable_->run(copy...));
          }
        },
        copies);
  }

  std::shared_ptr<runtime::FunctionCore> core_;
  std::shared_ptr<CallableBase> callable_;
};

namespace runtime {
template <typename M>
struct CallSignature;
template <typename C, typename R, typename... Args>
struct CallSignature<R (C::*)(Args...) const> {
  using type = R(Args...);
};
template <typename C, typename R, typename... Args>
struct CallSignature<R (C::*)(Args...)> {
  using type = R(Args...);
};
template <typename F>
struct SignatureOf : CallSignature<decltype(&F::operator())> {};
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...)> {
  using type = R(Args...);
};
}  // namespace runtime

// function([&](const Tensor& x) { return x + 1; }, {{.shape = {kAnyDim}, .dtype = ...}}). The input
// signature has one spec per Tensor argument; with one there is a single trace, and arguments that
// do not fit it are errors. The parameters of a generic lambda cannot be deduced: name their types.
template <typename F>
[[nodiscard]] auto function(F callable, std::vector<TensorSpec> input_signature = {},
                            const FunctionOptions& options = {}) {
  return Function<typename runtime::SignatureOf<F>::type>(std::move(callable),
                                                          std::move(input_signature), options);
}

}  // namespace opscope
