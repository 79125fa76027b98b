#include "exec/run_descent.h"

#include "core/resources.h"
#include "kernels/gemm.h"
#include "ops/attr_access.h"

namespace opscope::runtime {
namespace {

const TensorRep& input_of(const Plan& plan, const Step& step, const Slot* slots, std::uint32_t k) {
  const Source source = plan.sources[step.inputs.begin + k];
  return source >= 0 ? *slots[source] : *plan.constants[static_cast<std::size_t>(~source)];
}

struct Operand {
  MatrixView<float> view;
  std::int64_t rows;
  std::int64_t columns;

  Operand(const TensorRep& value, bool is_transposed)
      : view{value.data<float>(), value.shape()[1], 1},
        rows(value.shape()[0]),
        columns(value.shape()[1]) {
    if (!is_transposed) return;
    view = view.transposed();
    std::swap(rows, columns);
  }
};

bool is_float_matrix(const TensorRep& value) {
  return value.dtype() == DType::float32 && value.rank() == 2;
}

VariableResource* variable_of(const TensorRep& handle) {
  if (handle.dtype() != DType::resource || handle.num_elements() != 1) return nullptr;
  return dynamic_cast<VariableResource*>(handle.data<Ref<Resource>>()->get());
}

}  // namespace

bool run_descent(const Plan& plan, const Step& step, Slot* slots, ThreadPool* pool) {
  const Step& product = *(&step + 1);
  const Step& descent = *(&step + 2);
  const TensorRep& left = input_of(plan, product, slots, 0);
  const TensorRep& right = input_of(plan, product, slots, 1);
  const TensorRep& rate = input_of(plan, descent, slots, 1);
  if (!is_float_matrix(left) || !is_float_matrix(right) || rate.num_elements() != 1 ||
      rate.dtype() != DType::float32) {
    return false;
  }
  const Node& node = *product.node;
  const Operand a(left, read_bool(*node.spec, node.attrs, "transpose_a"));
  const Operand b(right, read_bool(*node.spec, node.attrs, "transpose_b"));
  VariableResource* variable = variable_of(input_of(plan, descent, slots, 0));
  if (a.columns != b.rows || variable == nullptr || !variable->read()) return false;
  bool is_done = false;
  variable->update([&](TensorRep& value) {
    if (!is_float_matrix(value) || value.shape() != Shape({a.rows, b.columns})) return;
    is_done = gemm_descend(a.rows, b.columns, a.columns, a.view, b.view, *rate.data<float>(),
                           value.mutable_data<float>(), b.columns, pool);
  });
  return is_done;
}

}  // namespace opscope::runtime
