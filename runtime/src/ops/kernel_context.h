// What a kernel sees of the node it runs for.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/attrs.h"
#include "core/tensor_rep.h"
#include "core/thread_pool.h"
#include "ops/op_spec.h"
#include "opscope/error.h"

namespace opscope::runtime {

class ResourceManager;

// State a kernel keeps for its node between runs (a random generator, packed weights).
struct NodeState {
  NodeState() = default;
  NodeState(const NodeState&) = delete;
  NodeState& operator=(const NodeState&) = delete;
  virtual ~NodeState() = default;
};

// What whoever runs a kernel gives it. Everything is borrowed for the call.
struct KernelArgs {
  const OpSpec* spec = nullptr;
  std::span<const TensorRep* const> inputs = {};
  const Attrs* attrs = nullptr;            // never null; may be without attrs that have defaults
  std::span<Ref<TensorRep>> outputs = {};  // null Refs before the call
  TensorRep* destination = nullptr;        // where to compute output 0, if the type and shape are
                                           // its; may lie exactly over an input of an elementwise
                                           // kernel
  std::uint64_t overwritable = 0;          // as forwardable, of inputs that output 0 may be written
                                           // over whichever way it is allocated
  std::uint64_t forwardable = 0;           // bit i: the caller holds the last reference to input
                                           // i and gives it up: its memory may be reused
  ThreadPool* pool = nullptr;              // null: single-threaded
  std::string_view node_name = {};         // empty: an eager op
  std::unique_ptr<NodeState>* state = nullptr;  // null: nothing is kept between runs
  ResourceManager* resources = nullptr;         // null: the process's own
};

class KernelContext {
 public:
  explicit KernelContext(const KernelArgs& args) noexcept : args_(args) {}

  [[nodiscard]] const OpSpec& spec() const noexcept { return *args_.spec; }
  [[nodiscard]] std::string_view node_name() const noexcept { return args_.node_name; }
  [[nodiscard]] std::size_t num_inputs() const noexcept { return args_.inputs.size(); }
  [[nodiscard]] std::size_t num_outputs() const noexcept { return args_.outputs.size(); }
  [[nodiscard]] const TensorRep& input(std::size_t i) const noexcept { return *args_.inputs[i]; }
  // Shares input i.
  [[nodiscard]] Ref<TensorRep> input_ref(std::size_t i) const noexcept {
    return Ref<TensorRep>::share(const_cast<TensorRep*>(args_.inputs[i]));
  }

  // A new tensor as output i; the reference is valid until the kernel returns. An elementwise
  // kernel may get the memory of an input of the same type and shape, so it must read each element
  // before it writes the same place.
  TensorRep& allocate_output(std::size_t i, DType dtype, const Shape& shape);
  // As allocate_output, but reuses the memory of input `from` if it is given up, nobody else sees
  // it, and it has as many bytes. The old values are then still there: only for kernels that read
  // each element before they write the same place.
  TensorRep& forward_or_allocate(std::size_t from, std::size_t i, DType dtype, const Shape& shape);
  // True if input i is given up and nobody else sees it: the kernel may change it and give it on.
  [[nodiscard]] bool may_change(std::size_t i) const noexcept {
    return ((args_.forwardable >> i) & 1u) != 0 && args_.inputs[i]->is_exclusive();
  }
  void set_output(std::size_t i, Ref<TensorRep> value) noexcept {
    args_.outputs[i] = std::move(value);
  }

  [[nodiscard]] const Attrs& attrs() const noexcept { return *args_.attrs; }
  // The attr, or its default from the spec. Throws invalid_argument if there is neither, or it has
  // another type.
  [[nodiscard]] std::int64_t attr_int(std::string_view name) const;
  [[nodiscard]] float attr_float(std::string_view name) const;
  [[nodiscard]] bool attr_bool(std::string_view name) const;
  [[nodiscard]] std::string_view attr_string(std::string_view name) const;
  [[nodiscard]] DType attr_type(std::string_view name) const;
  [[nodiscard]] Shape attr_shape(std::string_view name) const;
  [[nodiscard]] std::span<const std::int64_t> attr_ints(std::string_view name) const;

  [[nodiscard]] ThreadPool* pool() const noexcept { return args_.pool; }
  // Null if the caller keeps nothing for this node.
  [[nodiscard]] std::unique_ptr<NodeState>* state() const noexcept { return args_.state; }
  [[nodiscard]] ResourceManager& resources() const noexcept;

  // Throws Error with the message, the op, the node's name, and the inputs' dtypes and shapes.
  [[noreturn]] void fail(ErrorCode code, const std::string& message) const;
  [[noreturn]] void invalid(const std::string& message) const {
    fail(ErrorCode::invalid_argument, message);
  }
  void require(bool holds, const char* message) const {
    if (!holds) [[unlikely]]
      invalid(message);
  }

 private:
  [[nodiscard]] bool overwrite_input(DType dtype, const Shape& shape);

  KernelArgs args_;
};

// Calls body(begin, end) over [0, total), in parallel if the pool is there and the work is worth
// it. `cost` is a rough number of nanoseconds for each item.
void parallel_for(ThreadPool* pool, std::int64_t total, double cost,
                  FunctionRef<void(std::int64_t, std::int64_t)> body);

}  // namespace opscope::runtime
