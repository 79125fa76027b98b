#include "opscope/runtime/tensor.h"

#include <dlfcn.h>

#include <cstdio>
#include <fstream>
#include <ostream>

#include "core/format.h"
#include "core/tensor_rep.h"
#include "opscope/error.h"
#include "opscope/runtime/tensor_spec.h"
#include "staging/trace.h"
#include "tensor/op_call.h"

namespace opscope {
namespace {

const runtime::TensorRep& require_value(const Tensor& tensor) {
  if (tensor.rep() != nullptr) return *tensor.rep();
  throw Error(ErrorCode::failed_precondition, "a Tensor without a value is read");
}

std::string place_of(const Tensor& tensor) {
  if (!runtime::is_tracing() || tensor.rep() == nullptr) return "";
  const auto value = runtime::ValueRef::share(tensor.rep());
  return " (its value is made " + runtime::current_trace->describe_origin(value) + ")";
}

// Where code was called from, for programs with debug information: a conversion takes no line.
std::string code_place(const void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "";
  char offset[32];
  const auto distance =
      static_cast<const char*>(address) - static_cast<const char*>(info.dli_fbase);
  std::snprintf(offset, sizeof offset, "0x%tx", distance - 1);
  return std::string(". `addr2line -Cfe ") + info.dli_fname + " " + offset + "` names the line";
}

const runtime::TensorRep& require_eager(const Tensor& tensor, std::string_view what) {
  const runtime::TensorRep& rep = require_value(tensor);
  if (rep.is_dense()) return rep;
  throw Error(ErrorCode::failed_precondition,
              std::string(what) +
                  " of a symbolic Tensor: its values are there when the graph runs" +
                  place_of(tensor));
}

const runtime::TensorRep& require_one(const Tensor& tensor) {
  const runtime::TensorRep& rep = require_eager(tensor, "item()");
  if (rep.num_elements() == 1) return rep;
  throw Error(ErrorCode::invalid_argument,
              "item() needs a Tensor of one element, got shape " + rep.shape().to_string());
}

// Calls f with the one element as its C++ type.
template <typename F>
auto visit_number(const runtime::TensorRep& rep, F&& f) {
  switch (rep.dtype()) {
    case DType::boolean:
      return f(*rep.data<bool>());
    case DType::int8:
      return f(*rep.data<std::int8_t>());
    case DType::int16:
      return f(*rep.data<std::int16_t>());
    case DType::int32:
      return f(*rep.data<std::int32_t>());
    case DType::int64:
      return f(*rep.data<std::int64_t>());
    case DType::uint8:
      return f(*rep.data<std::uint8_t>());
    case DType::uint16:
      return f(*rep.data<std::uint16_t>());
    case DType::uint32:
      return f(*rep.data<std::uint32_t>());
    case DType::uint64:
      return f(*rep.data<std::uint64_t>());
    case DType::half:
      return f(static_cast<float>(*rep.data<half>()));
    case DType::bfloat16:
      return f(static_cast<float>(*rep.data<bfloat16>()));
    case DType::float32:
      return f(*rep.data<float>());
    case DType::float64:
      return f(*rep.data<double>());
    default:
      throw Error(ErrorCode::invalid_argument,
                  "a Tensor of " + std::string(dtype_name(rep.dtype())) + " holds no number");
  }
}

}  // namespace

namespace runtime {

void retain(TensorRep* rep) noexcept { rep->add_ref(); }
void release(TensorRep* rep) noexcept { rep->release(); }

const void* eager_data(const Tensor& tensor, DType dtype) {
  const TensorRep& rep = require_eager(tensor, "values()");
  if (rep.dtype() == dtype) return rep.raw_data();
  throw Error(ErrorCode::invalid_argument, "values() of " + std::string(dtype_name(dtype)) +
                                               " asked of a Tensor of " +
                                               std::string(dtype_name(rep.dtype())));
}

double eager_item_as_double(const Tensor& tensor) {
  return visit_number(require_one(tensor), [](auto v) { return static_cast<double>(v); });
}

std::int64_t eager_item_as_int64(const Tensor& tensor) {
  return visit_number(require_one(tensor), [](auto v) { return static_cast<std::int64_t>(v); });
}

std::string eager_item_as_string(const Tensor& tensor) {
  const TensorRep& rep = require_one(tensor);
  if (rep.dtype() == DType::string) return *rep.data<std::string>();
  throw Error(ErrorCode::invalid_argument,
              "item<std::string>() asked of a Tensor of " + std::string(dtype_name(rep.dtype())));
}

}  // namespace runtime

bool Tensor::is_symbolic() const noexcept { return rep_ != nullptr && !rep_->is_dense(); }
DType Tensor::dtype() const { return require_value(*this).dtype(); }
const Shape& Tensor::shape() const { return require_value(*this).shape(); }

// noinline: the return address is the caller's.
[[gnu::noinline]] Tensor::operator bool() const {
  const void* const caller = __builtin_return_address(0);
  if (!runtime::is_tracing() && !is_symbolic()) {
    const runtime::TensorRep& rep = require_one(*this);
    if (rep.dtype() == DType::string) return !rep.data<std::string>()->empty();
    return visit_number(rep, [](auto v) { return v != decltype(v){}; });
  }
  std::string where = place_of(*this);
  if (runtime::is_tracing()) {
    runtime::current_trace->check();
    const Loc last = runtime::current_trace->last_operation();
    where += last.is_known() ? ", after the operation at " + describe(last)
                             : ", before the first operation of the trace";
  }
  throw Error(ErrorCode::failed_precondition,
              "a symbolic Tensor is used as a C++ bool (if, while, ?:, &&, ||)" + where +
                  ". Use if_, while_, cond or where, and & and | between Tensors" +
                  code_place(caller));
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  const runtime::TensorRep& rep = require_value(tensor);
  if (rep.is_dense()) return out << runtime::format_tensor_str(rep);
  std::string name = "?";
  if (runtime::is_tracing() && rep.origin().trace_id == runtime::current_trace->id() &&
      rep.origin().node >= 0) {
    const auto* graph = static_cast<const runtime::FuncGraph*>(rep.origin().graph);
    name = graph->node(rep.origin().node).name + ":" + std::to_string(rep.origin().output);
  }
  return out << "Tensor(\"" << name << "\", shape=" << rep.shape().to_string()
             << ", dtype=" << dtype_name(rep.dtype()) << ")";
}

std::string repr(const Tensor& tensor) {
  const runtime::TensorRep& rep = require_value(tensor);
  if (rep.is_dense()) return runtime::format_tensor_repr(rep);
  return "<tf.Tensor: shape=" + rep.shape().to_string() +
         ", dtype=" + std::string(dtype_name(rep.dtype())) + ", symbolic>";
}

std::string TensorSpec::to_string() const {
  std::string text =
      "TensorSpec(shape=" + shape.to_string() + ", dtype=" + std::string(dtype_name(dtype));
  text += name.empty() ? ", name=None)" : ", name='" + name + "')";
  return text;
}

std::string describe(Loc loc) {
  if (!loc.is_known()) return "an unknown place";
  const std::string_view file = loc.file;
  std::string text(file.substr(file.rfind('/') + 1));
  text += ":" + std::to_string(loc.line);
  std::ifstream in(loc.file);
  std::string line;
  for (unsigned i = 0; i < loc.line; ++i) {
    if (!std::getline(in, line)) return text;
  }
  const std::size_t begin = line.find_first_not_of(" \t");
  constexpr std::size_t kMost = 80;
  if (begin != std::string::npos) text += " `" + line.substr(begin, kMost) + "`";
  return text;
}

}  // namespace opscope
