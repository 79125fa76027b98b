// What Function<> needs that does not depend on the callable's types, and ConcreteFunction.
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
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/runtime/loc.h"
#include "opscope/runtime/shape.h"
#include "opscope/runtime/structure.h"
#include "opscope/runtime/tensor.h"
#include "opscope/runtime/tensor_spec.h"

namespace opscope::proto {
class FunctionDef;
class GraphDef;
}  // namespace opscope::proto

namespace opscope {

namespace runtime {
class ConcreteCore;
class FunctionCore;
}  // namespace runtime

// One trace of a function: a graph with its inputs and outputs. A cheap handle; thread-safe.
class ConcreteFunction {
 public:
  // "__inference_step_12"
  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] const std::vector<TensorSpec>& inputs() const noexcept;
  [[nodiscard]] const std::vector<TensorSpec>& outputs() const noexcept;

  // Runs the graph on Tensors in the order of inputs().
  [[nodiscard]] std::vector<Tensor> operator()(const std::vector<Tensor>& arguments) const;

  // The graph with its nodes at top level, as TensorFlow's graph.as_graph_def(): arguments are
  // Placeholder nodes named like inputs(), captured Variables VarHandleOp nodes, and functions that
  // it calls (loop bodies, branches) are in its library. tf.graph_util.import_graph_def takes it.
  // The nodes that give outputs() are output_names(), "Identity:0".
  [[nodiscard]] proto::GraphDef graph_def() const;
  [[nodiscard]] std::vector<std::string> output_names() const;
  // The nodes to run for the side effects that no output depends on.
  [[nodiscard]] std::vector<std::string> control_output_names() const;

  // The function as an entry of a library: arguments in the order of inputs(), then the captured
  // Variables' resources.
  [[nodiscard]] proto::FunctionDef function_def() const;

  // For the runtime's own code.
  explicit ConcreteFunction(std::shared_ptr<const runtime::ConcreteCore> core) noexcept;
  [[nodiscard]] const std::shared_ptr<const runtime::ConcreteCore>& core() const noexcept {
    return core_;
  }

 private:
  std::shared_ptr<const runtime::ConcreteCore> core_;
};

namespace runtime {

// The Tensors of a call in order, and a text that encodes all other arguments and the sizes of what
// holds the Tensors.
struct ArgumentList {
  static constexpr std::size_t kInline = 8;
  std::array<const Tensor*, kInline> first;
  std::vector<const Tensor*> rest;
  std::size_t count = 0;
  std::string static_key;
  std::vector<std::shared_ptr<const void>> kept;  // what static_key names by address

  void push(const Tensor& tensor) {
    if (count < kInline) {
      first[count] = &tensor;
    } else {
      rest.push_back(&tensor);
    }
    ++count;
  }
  [[nodiscard]] const Tensor& operator[](std::size_t i) const {
    return i < kInline ? *first[i] : *rest[i - kInline];
  }
};

void append_static(ArgumentList& list, bool value);
void append_static(ArgumentList& list, std::int64_t value);
void append_static(ArgumentList& list, double value);
void append_static(ArgumentList& list, std::string_view value);

void append_size(ArgumentList& list, std::size_t count);

// What stands for a Python value: numbers, bools, strings, enums and Shapes by value, Variables by
// identity.
struct ArgumentVisitor {
  ArgumentList& list;

  void tensor(const Tensor& value) const { list.push(value); }
  void array(const auto& value) const {
    list.push(value.flow());
    append_static(list, std::string_view(value.signature()));
  }
  void size(std::size_t count) const { append_size(list, count); }
  template <typename V>
  void other(const V& value) const {
    if constexpr (std::is_enum_v<V>) {
      append_static(list, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<V, bool>) {
      append_static(list, value);
    } else if constexpr (std::is_integral_v<V>) {
      append_static(list, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<V>) {
      append_static(list, static_cast<double>(value));
    } else if constexpr (std::is_same_v<V, Shape>) {
      append_static(list, std::string_view(value.to_string()));
    } else if constexpr (requires { value.state(); }) {
      list.kept.push_back(value.state());
      append_static(list, reinterpret_cast<std::intptr_t>(value.state().get()));
    } else {
      append_static(list, std::string_view(value));
    }
  }
};

template <typename T>
void append_argument(ArgumentList& list, const T& argument) {
  walk_structure(argument, ArgumentVisitor{list});
}

// A copy whose Tensors have no value.
template <typename T>
[[nodiscard]] T without_values(const T& argument) {
  if constexpr (std::is_same_v<T, Tensor>) {
    return Tensor();
  } else {
    T copy = argument;
    visit_structure(
        copy, [](Tensor& tensor) { tensor.exchange_rep(nullptr); }, [](auto&) {});
    return copy;
  }
}

template <typename T>
void fill_structure(T& structure, std::span<Tensor> tensors, std::size_t& next) {
  visit_structure(
      structure, [&](Tensor& tensor) { tensor = tensors[next++]; }, [](auto&) {});
}

// What a traced callable gave: its Tensors in order, and the structure to fill for each call.
struct TraceResult {
  std::vector<Tensor> tensors;
  std::any structure;
};

template <typename R>
[[nodiscard]] TraceResult result_of_trace(R result) {
  TraceResult traced;
  visit_tensors(result, [&](Tensor& tensor) { traced.tensors.push_back(tensor); });
  if constexpr (!std::is_same_v<R, Tensor>) {
    visit_tensors(result, [](Tensor& tensor) { tensor.exchange_rep(nullptr); });
    traced.structure = std::move(result);
  }
  return traced;
}

// A borrowed callable, for the length of one call.
class TraceBody {
 public:
  template <typename F>
  explicit TraceBody(const F& body) noexcept
      : body_(&body), run_([](const void* f, std::span<Tensor> symbols) {
          return (*static_cast<const F*>(f))(symbols);
        }) {}
  TraceResult operator()(std::span<Tensor> symbols) const { return run_(body_, symbols); }

 private:
  const void* body_;
  TraceResult (*run_)(const void*, std::span<Tensor>);
};

// The values a call gives: owned references.
class CallResult {
 public:
  static constexpr std::size_t kInline = 4;
  CallResult() = default;
  CallResult(const CallResult&) = delete;
  CallResult& operator=(const CallResult&) = delete;
  ~CallResult() {
    for (std::size_t i = 0; i < count_; ++i) {
      if (data()[i] != nullptr) release(data()[i]);
    }
  }
  // Room for `count` references, all null.
  [[nodiscard]] TensorRep** reset(std::size_t count) {
    count_ = count;
    if (count > kInline) many_.assign(count, nullptr);
    return data();
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] TensorRep* take(std::size_t i) noexcept {
    return std::exchange(data()[i], nullptr);
  }

 private:
  [[nodiscard]] TensorRep** data() noexcept {
    return count_ > kInline ? many_.data() : few_.data();
  }
  std::array<TensorRep*, kInline> few_{};
  std::vector<TensorRep*> many_;
  std::size_t count_ = 0;
};

// `reduce_retracing` as in FunctionOptions.
[[nodiscard]] std::shared_ptr<FunctionCore> make_function_core(
    std::string name, std::vector<TensorSpec> input_signature,
    std::optional<bool> reduce_retracing);
[[nodiscard]] std::shared_ptr<const ConcreteCore> call_function(FunctionCore& core,
                                                                const ArgumentList& arguments,
                                                                const TraceBody& body,
                                                                CallResult& results, Loc loc);
[[nodiscard]] ConcreteFunction concrete_for(FunctionCore& core, const ArgumentList& arguments,
                                            const TraceBody& body);
[[nodiscard]] ConcreteFunction concrete_for_specs(FunctionCore& core,
                                                  const std::vector<TensorSpec>& specs,
                                                  const ArgumentList& defaults,
                                                  const TraceBody& body);
// The number of these specs; of those of the input signature if there are none.
[[nodiscard]] std::size_t count_specs(const FunctionCore& core,
                                      const std::vector<TensorSpec>& specs);
[[nodiscard]] std::int64_t trace_count(const FunctionCore& core);
[[nodiscard]] std::vector<ConcreteFunction> all_traces(const FunctionCore& core);
// True for a function that has an input signature and no trace yet.
[[nodiscard]] bool lacks_only_trace(const FunctionCore& core);
[[nodiscard]] const std::any& result_structure(const ConcreteCore& core);

template <typename R>
[[nodiscard]] R take_result(const ConcreteCore& core, CallResult& results) {
  if constexpr (std::is_void_v<R>) {
    (void)core;
    (void)results;
  } else if constexpr (std::is_same_v<R, Tensor>) {
    (void)core;
    return Tensor(results.take(0));
  } else {
    R structure = std::any_cast<const R&>(result_structure(core));
    std::size_t next = 0;
    visit_tensors(structure, [&](Tensor& tensor) { tensor.exchange_rep(results.take(next++)); });
    return structure;
  }
}

}  // namespace runtime
}  // namespace opscope
