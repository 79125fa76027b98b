#include "ops/kernel_context.h"

#include <algorithm>

#include "core/resources.h"
#include "ops/attr_access.h"

namespace opscope::runtime {

TensorRep& KernelContext::allocate_output(std::size_t i, DType dtype, const Shape& shape) {
  TensorRep* const given = args_.destination;
  if (given != nullptr && i == 0 && given->dtype() == dtype && given->shape() == shape) {
    args_.outputs[0] = Ref<TensorRep>::share(given);
    return *given;
  }
  if (args_.overwritable != 0 && i == 0 && overwrite_input(dtype, shape)) return *args_.outputs[0];
  args_.outputs[i] = TensorRep::make(dtype, shape);
  return *args_.outputs[i];
}

bool KernelContext::overwrite_input(DType dtype, const Shape& shape) {
  for (std::size_t k = 0; k < std::min<std::size_t>(64, num_inputs()); ++k) {
    if (((args_.overwritable >> k) & 1u) == 0) continue;
    auto* candidate = const_cast<TensorRep*>(args_.inputs[k]);
    if (candidate->dtype() != dtype || candidate->shape() != shape || !candidate->is_exclusive()) {
      continue;
    }
    args_.outputs[0] = Ref<TensorRep>::share(candidate);
    return true;
  }
  return false;
}

TensorRep& KernelContext::forward_or_allocate(std::size_t from, std::size_t i, DType dtype,
                                              const Shape& shape) {
  if (((args_.forwardable >> from) & 1u) != 0) {
    auto* candidate = const_cast<TensorRep*>(args_.inputs[from]);
    if (candidate->is_exclusive() && dtype_size(dtype) > 0 &&
        dtype_size(candidate->dtype()) == dtype_size(dtype) &&
        candidate->num_elements() == shape.num_elements()) {
      candidate->reinterpret(dtype, shape);
      args_.outputs[i] = Ref<TensorRep>::share(candidate);
      return *candidate;
    }
  }
  return allocate_output(i, dtype, shape);
}

std::int64_t KernelContext::attr_int(std::string_view name) const {
  return read_int(spec(), attrs(), name);
}
float KernelContext::attr_float(std::string_view name) const {
  return read_float(spec(), attrs(), name);
}
bool KernelContext::attr_bool(std::string_view name) const {
  return read_bool(spec(), attrs(), name);
}
std::string_view KernelContext::attr_string(std::string_view name) const {
  return read_string(spec(), attrs(), name);
}
DType KernelContext::attr_type(std::string_view name) const {
  return read_type(spec(), attrs(), name);
}
Shape KernelContext::attr_shape(std::string_view name) const {
  return read_shape(spec(), attrs(), name);
}
std::span<const std::int64_t> KernelContext::attr_ints(std::string_view name) const {
  return read_ints(spec(), attrs(), name);
}

ResourceManager& KernelContext::resources() const noexcept {
  return args_.resources != nullptr ? *args_.resources : default_resources();
}

void KernelContext::fail(ErrorCode code, const std::string& message) const {
  std::string text = describe_node(spec(), node_name()) + ": " + message;
  if (num_inputs() > 0) text += " (inputs:";
  for (std::size_t i = 0; i < num_inputs(); ++i) {
    text += i == 0 ? " " : ", ";
    text.append(dtype_name(input(i).dtype())).append(input(i).shape().to_bracket_string());
  }
  if (num_inputs() > 0) text += ")";
  throw Error(code, text);
}

void parallel_for(ThreadPool* pool, std::int64_t total, double cost,
                  FunctionRef<void(std::int64_t, std::int64_t)> body) {
  constexpr double kMinPartNs = 20000;  // waking a worker costs a few microseconds
  if (total <= 0) return;
  const double work = static_cast<double>(total) * cost;
  if (pool == nullptr || pool->num_threads() == 1 || work < 2 * kMinPartNs) {
    body(0, total);
    return;
  }
  const auto most_parts = static_cast<std::int64_t>(work / kMinPartNs);
  const std::int64_t parts = std::min<std::int64_t>(most_parts, pool->num_threads() * 4);
  pool->parallel_for(total, (total + parts - 1) / parts, body);
}

}  // namespace opscope::runtime
