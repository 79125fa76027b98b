// Rows of variables: ResourceGather, ResourceScatterAdd, ResourceScatterSub, ResourceScatterUpdate.
#include <algorithm>
#include <string>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "kernels/strided_copy.h"
#include "kernels/variable_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// The values of input 1, each checked to be in [0, limit).
IntList checked_rows(const KernelContext& context, std::int64_t limit) {
  const IntList indices = read_ints(context, 1);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= 0 && indices[i] < limit) continue;
    context.invalid("indices[" + std::to_string(i) + "] = " + std::to_string(indices[i]) +
                    " is not in [0, " + std::to_string(limit) + ")");
  }
  return indices;
}

void gather(KernelContext& context) {
  const Ref<TensorRep> params = variable_input(context, 0).read();
  if (!params) context.fail(ErrorCode::failed_precondition, "the variable has no value yet");
  context.require(params->dtype() == context.attr_type("dtype"),
                  "the variable holds another data type");
  const Shape& whole = params->shape();
  const Shape& indices = context.input(1).shape();
  std::int64_t batch_dims = context.attr_int("batch_dims");
  if (batch_dims < 0) batch_dims += indices.rank();
  context.require(whole.rank() >= 1, "params must be at least 1 dimensional");
  context.require(batch_dims >= 0 && batch_dims <= indices.rank() && batch_dims < whole.rank(),
                  "batch_dims must be at most the rank of indices and below that of params");
  const int axis = static_cast<int>(batch_dims);
  for (int d = 0; d < axis; ++d) {
    context.require(whole[d] == indices[d],
                    "params and indices must agree in the batch dimensions");
  }
  Shape shape = indices;
  for (int d = axis + 1; d < whole.rank(); ++d) shape.append(whole[d]);
  const std::int64_t each = count_elements(indices, axis, indices.rank());
  const std::int64_t width = count_elements(whole, axis + 1, whole.rank());
  const IntList rows = checked_rows(context, whole[axis]);
  TensorRep& out = context.allocate_output(0, params->dtype(), shape);
  const CopyDim run{.size = width, .in_stride = 1, .out_stride = 1};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t from = at / each * whole[axis] + rows[i];
    strided_copy(params->dtype(), element_at(params->raw_data(), params->dtype(), from * width),
                 element_at(out.mutable_raw_data(), params->dtype(), at * width), {&run, 1},
                 nullptr);
  }
}

// Calls body(value, rows, width) with the variable's value, after all checks.
template <typename Body>
void scatter(const KernelContext& context, Body&& body) {
  const TensorRep& updates = context.input(2);
  with_op_errors(context, [&] {
    variable_input(context, 0).update([&](TensorRep& value) {
      const Shape& indices = context.input(1).shape();
      context.require(value.dtype() == updates.dtype(), "the variable holds another data type");
      context.require(value.rank() >= 1, "the variable must be at least a vector");
      Shape expected = indices;
      for (int d = 1; d < value.rank(); ++d) expected.append(value.shape()[d]);
      if (updates.rank() != 0 && updates.shape() != expected) {
        context.invalid(
            "Must have updates.shape = indices.shape + params.shape[1:] or "
            "updates.shape = [], got updates.shape " +
            updates.shape().to_bracket_string() + ", indices.shape " + indices.to_bracket_string() +
            ", params.shape " + value.shape().to_bracket_string());
      }
      const IntList rows = checked_rows(context, value.shape()[0]);
      body(value, rows, count_elements(value.shape(), 1, value.rank()));
    });
  });
}

void scatter_update(KernelContext& context) {
  const TensorRep& updates = context.input(2);
  scatter(context, [&](TensorRep& value, const IntList& rows, std::int64_t width) {
    const bool is_scalar = updates.rank() == 0;
    const CopyDim run{.size = width, .in_stride = is_scalar ? 0 : 1, .out_stride = 1};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::int64_t from = is_scalar ? 0 : static_cast<std::int64_t>(i) * width;
      strided_copy(value.dtype(), element_at(updates.raw_data(), value.dtype(), from),
                   element_at(value.mutable_raw_data(), value.dtype(), rows[i] * width), {&run, 1},
                   nullptr);
    }
  });
}

template <typename T, bool kAdd>
void scatter_add(KernelContext& context) {
  const TensorRep& updates = context.input(2);
  scatter(context, [&](TensorRep& value, const IntList& rows, std::int64_t width) {
    const T* from = updates.data<T>();
    const std::int64_t step = updates.rank() == 0 ? 0 : 1;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      T* row = value.mutable_data<T>() + rows[i] * width;
      for (std::int64_t j = 0; j < width; ++j) {
        const auto a = load(row[j]);
        const auto b = load(from[(static_cast<std::int64_t>(i) * width + j) * step]);
        row[j] = static_cast<T>(kAdd ? add_wrapping(a, b) : sub_wrapping(a, b));
      }
    }
  });
}

template <bool kAdd>
Kernel select_scatter_add(const KernelKey& key) {
  return pick(Numbers{}, key.inputs[2],
              []<typename T>() -> Kernel { return scatter_add<T, kAdd>; });
}

constexpr KernelBinding kBindings[] = {
    {"ResourceGather", always<gather>},
    {"ResourceScatterAdd", select_scatter_add<true>},
    {"ResourceScatterSub", select_scatter_add<false>},
    {"ResourceScatterUpdate", always<scatter_update>},
};
}  // namespace

KernelBindings variable_row_kernels() { return kBindings; }

}  // namespace opscope::runtime
