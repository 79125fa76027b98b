#include "exec/run_fused.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/pooled_array.h"
#include "ops/kernel_context.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

constexpr std::int64_t kMostInner = 8 * kBlockElements;

// How an input is walked: with the result, standing still, or one row of it for each row of the
// result.
enum class Walk : std::uint8_t { full, whole, rows };

struct Input {
  const TensorRep* value = nullptr;
  DType dtype = DType::invalid;  // the value's own may change when a result is written over it
  Walk walk = Walk::whole;
  Shape block;  // of a row of it: without the first dimension; for `whole`, all of it
  std::int64_t row_bytes = 0;
};

// The result as rows of `inner`; a block is some rows.
struct Layout {
  Shape shape;
  Shape inner;
  std::int64_t row_size = 1;
  std::int64_t rows = 0;
  std::int64_t block_rows = 0;

  [[nodiscard]] std::int64_t num_blocks() const { return (rows + block_rows - 1) / block_rows; }
};

Shape with_rows(std::int64_t rows, const Shape& inner) {
  Shape shape({rows});
  for (int i = 0; i < inner.rank(); ++i) shape.append(inner[i]);
  return shape;
}

Shape tail(const Shape& shape, int rank) {
  return Shape(shape.dims().last(static_cast<std::size_t>(rank)));
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (int i = 1; i <= from.rank(); ++i) {
    const std::int64_t size = from[from.rank() - i];
    if (size != 1 && size != to[to.rank() - i]) return false;
  }
  return true;
}

class Fusion {
 public:
  Fusion(const Plan& plan, const Step& step, Slot* slots)
      : plan_(plan),
        step_(step),
        group_(plan.groups[step.first_plan]),
        slots_(slots),
        inputs_(step.inputs.size) {}

  // False if it cannot be run in blocks.
  bool prepare() {
    const Source* sources = plan_.sources.data() + step_.inputs.begin;
    for (std::uint32_t k = 0; k < step_.inputs.size; ++k) {
      inputs_[k].value = sources[k] >= 0
                             ? slots_[sources[k]].get()
                             : plan_.constants[static_cast<std::size_t>(~sources[k])].get();
    }
    for (Input& input : inputs_.span()) input.dtype = input.value->dtype();
    const TensorRep* largest = inputs_[0].value;
    for (const Input& input : inputs_.span()) {
      if (input.value->num_elements() > largest->num_elements()) largest = input.value;
    }
    if (largest->num_elements() < 2 * kBlockElements) return false;
    layout_.shape = largest->shape();
    for (Input& input : inputs_.span()) {
      if (input.value->shape() == layout_.shape) input.walk = Walk::full;
    }
    return members_fit() && lay_out();
  }

  void run(std::uint64_t forwardable, ThreadPool* pool, std::uint32_t* failed_member);

 private:
  [[nodiscard]] std::span<const std::int32_t> operands_of(const FusedMember& member) const {
    return {group_.operands.data() + member.first_operand, member.num_operands};
  }
  [[nodiscard]] bool is_full(std::int32_t operand) const {
    return operand < 0 || inputs_[static_cast<std::size_t>(operand)].walk == Walk::full;
  }
  [[nodiscard]] const Shape& shape_of(std::int32_t operand) const {
    return inputs_[static_cast<std::size_t>(operand)].value->shape();
  }

  bool members_fit() const {
    return std::all_of(group_.members.begin(), group_.members.end(),
                       [this](const FusedMember& member) { return fits(member); });
  }

  // Whether the member's result has the shape of the whole, without an error.
  bool fits(const FusedMember& member) const {
    const std::span<const std::int32_t> operands = operands_of(member);
    int num_full = 0;
    for (const std::int32_t operand : operands) {
      if (is_full(operand)) {
        ++num_full;
      } else if (!broadcasts_to(shape_of(operand), layout_.shape)) {
        return false;
      }
    }
    switch (member.kind) {
      case ElementwiseKind::broadcasts:
        return num_full > 0;
      case ElementwiseKind::clip:
        return is_full(operands[0]);
      case ElementwiseKind::bias:
        return is_full(operands[0]) && !is_full(operands[1]) && layout_.shape.rank() >= 2 &&
               shape_of(operands[1]).rank() == 1 && shape_of(operands[1])[0] > 1;
      default:
        return num_full == static_cast<int>(operands.size());
    }
  }

  bool lay_out() {
    const int rank = layout_.shape.rank();
    int inner_rank = 0;
    for (const Input& input : inputs_.span()) {
      if (input.walk == Walk::full || input.value->num_elements() == 1) continue;
      inner_rank = std::max(inner_rank, input.value->rank());
    }
    inner_rank = std::min(inner_rank, rank - 1);
    layout_.inner = tail(layout_.shape, inner_rank);
    layout_.row_size = layout_.inner.num_elements();
    if (layout_.row_size > kMostInner) return false;
    layout_.rows = layout_.shape.num_elements() / layout_.row_size;
    layout_.block_rows = std::max<std::int64_t>(1, kBlockElements / layout_.row_size);
    for (Input& input : inputs_.span()) walk(input, rank);
    return layout_.num_blocks() >= 2;
  }

  void walk(Input& input, int rank) const {
    const TensorRep& value = *input.value;
    const auto element = static_cast<std::int64_t>(dtype_size(value.dtype()));
    if (input.walk == Walk::full) {
      input.block = layout_.inner;
      input.row_bytes = layout_.row_size * element;
    } else if (value.num_elements() > 1 && value.rank() == rank && value.shape()[0] > 1) {
      input.walk = Walk::rows;
      input.block = tail(value.shape(), rank - 1);
      input.row_bytes = input.block.num_elements() * element;
    } else if (value.num_elements() > 1) {
      input.block = value.shape();
    }
  }

  // A tensor for the result of member `m`: the memory of an input that nobody reads later, if there
  // is one.
  Slot make_result(std::size_t m, std::uint64_t& forwardable) const;

  class Worker;

  const Plan& plan_;
  const Step& step_;
  const FusedGroup& group_;
  Slot* slots_;
  PooledArray<Input, 8> inputs_;
  Layout layout_;
};

// Runs blocks on one thread.
class Fusion::Worker {
 public:
  Worker(Fusion& fusion, std::span<Slot> results)
      : fusion_(fusion),
        group_(fusion.group_),
        results_(results),
        input_windows_(fusion.inputs_.size()),
        result_windows_(group_.members.size()),
        place_bytes_(static_cast<std::size_t>(fusion.layout_.block_rows * fusion.layout_.row_size) *
                     sizeof(double)),
        scratch_bytes_(std::max<std::size_t>(1, place_bytes_ * group_.num_scratch)),
        scratch_(static_cast<std::byte*>(allocate_block(scratch_bytes_))) {
    for (Slot& window : input_windows_.span()) window = TensorRep::make_window();
    for (Slot& window : result_windows_.span()) window = TensorRep::make_window();
  }
  ~Worker() { free_block(scratch_, scratch_bytes_); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run_block(std::int64_t block, std::uint32_t* member) {
    const Layout& layout = fusion_.layout_;
    const std::int64_t first = block * layout.block_rows;
    const std::int64_t rows = std::min(layout.block_rows, layout.rows - first);
    for (std::size_t k = 0; k < input_windows_.size(); ++k) {
      place_input(fusion_.inputs_[k], *input_windows_[k], first, rows);
    }
    const Shape shape = with_rows(rows, layout.inner);
    for (*member = 0; *member < group_.members.size(); ++*member) {
      place_result(*member, first, shape);
      run_member(*member);
    }
  }

 private:
  static void place_input(const Input& input, TensorRep& window, std::int64_t first,
                          std::int64_t rows) {
    auto* data = static_cast<std::byte*>(const_cast<void*>(input.value->raw_data()));
    if (input.walk == Walk::whole) {
      window.move_window(input.dtype, input.block, data);
      return;
    }
    window.move_window(input.dtype, with_rows(rows, input.block), data + first * input.row_bytes);
  }

  void place_result(std::size_t m, std::int64_t first, const Shape& shape) {
    const FusedMember& member = group_.members[m];
    std::byte* data = scratch_ + member.scratch * place_bytes_;
    if (member.is_exported) {
      const std::int64_t skip =
          first * fusion_.layout_.row_size * static_cast<std::int64_t>(dtype_size(member.dtype));
      data = static_cast<std::byte*>(results_[m]->mutable_raw_data()) + skip;
    }
    result_windows_[m]->move_window(member.dtype, shape, data);
  }

  void run_member(std::size_t m) {
    const FusedMember& member = group_.members[m];
    PooledArray<const TensorRep*, 8> operands(member.num_operands);
    for (std::uint32_t k = 0; k < member.num_operands; ++k) {
      const std::int32_t operand = group_.operands[member.first_operand + k];
      operands[k] = operand < 0 ? result_windows_[static_cast<std::size_t>(~operand)].get()
                                : input_windows_[static_cast<std::size_t>(operand)].get();
    }
    const Step& step = *(&fusion_.step_ + 1 + m);
    TensorRep* const place = result_windows_[m].get();
    Slot output;
    KernelContext context({.spec = step.node->spec,
                           .inputs = operands.span(),
                           .attrs = &step.node->attrs,
                           .outputs = {&output, 1},
                           .destination = place,
                           .node_name = step.node->name});
    step.kernel(context);
    if (output.get() != place) {
      std::memcpy(place->mutable_raw_data(), output->raw_data(), place->size_bytes());
    }
  }

  Fusion& fusion_;
  const FusedGroup& group_;
  std::span<Slot> results_;
  PooledArray<Slot, 8> input_windows_;
  PooledArray<Slot, 8> result_windows_;
  std::size_t place_bytes_;
  std::size_t scratch_bytes_;
  std::byte* scratch_;
};

Slot Fusion::make_result(std::size_t m, std::uint64_t& forwardable) const {
  const DType dtype = group_.members[m].dtype;
  for (std::size_t k = 0; k < std::min<std::size_t>(64, inputs_.size()); ++k) {
    const FusedGroup::Reuse& reuse = group_.reuse[k];
    const Input& input = inputs_[k];
    const auto reader = static_cast<std::size_t>(reuse.last_reader);
    if (((forwardable >> k) & 1u) == 0 || input.walk != Walk::full || reader > m ||
        (reader == m && !reuse.may_overwrite) || dtype_size(input.dtype) != dtype_size(dtype) ||
        !input.value->is_exclusive()) {
      continue;
    }
    forwardable &= ~(std::uint64_t{1} << k);
    auto* value = const_cast<TensorRep*>(input.value);
    value->reinterpret(dtype, layout_.shape);
    return Slot::share(value);
  }
  return TensorRep::make(dtype, layout_.shape);
}

void Fusion::run(std::uint64_t forwardable, ThreadPool* pool, std::uint32_t* failed_member) {
  PooledArray<Slot, 8> results(group_.members.size());
  for (std::size_t m = 0; m < results.size(); ++m) {
    if (group_.members[m].is_exported) results[m] = make_result(m, forwardable);
  }
  std::atomic<std::uint32_t> failed{0};
  const double block_cost =
      group_.cost * static_cast<double>(layout_.block_rows) * static_cast<double>(layout_.row_size);
  try {
    parallel_for(pool, layout_.num_blocks(), block_cost, [&](std::int64_t begin, std::int64_t end) {
      std::uint32_t member = 0;
      try {
        Worker worker(*this, results.span());
        for (std::int64_t b = begin; b < end; ++b) worker.run_block(b, &member);
      } catch (const Error&) {
        failed = member;
        throw;
      }
    });
  } catch (const Error&) {
    *failed_member = failed;
    throw;
  }
  for (std::size_t m = 0; m < results.size(); ++m) {
    if (results[m]) slots_[step_.outputs.begin + m] = std::move(results[m]);
  }
}

}  // namespace

bool run_fused(const Plan& plan, const Step& step, Slot* slots, std::uint64_t forwardable,
               ThreadPool* pool, std::uint32_t* failed_member) {
  Fusion fusion(plan, step, slots);
  if (!fusion.prepare()) return false;
  fusion.run(forwardable, pool, failed_member);
  return true;
}

}  // namespace opscope::runtime
