// StringFormat, PrintV2, Print, Assert, CheckNumerics, Timestamp.
#include <chrono>
#include <cmath>
#include <memory>
#include <string>

#include "core/format.h"
#include "kernels/always.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
void string_format(KernelContext& context) {
  const std::string_view pattern = context.attr_string("template");
  const std::string_view placeholder = context.attr_string("placeholder");
  const std::int64_t summarize = context.attr_int("summarize");
  std::string out;
  std::size_t at = 0;
  std::size_t next = 0;
  while (!placeholder.empty() && next < context.num_inputs()) {
    const std::size_t found = pattern.find(placeholder, at);
    if (found == std::string_view::npos) break;
    out.append(pattern.substr(at, found - at));
    out += format_tensor_print(context.input(next++), summarize);
    at = found + placeholder.size();
  }
  const bool has_more =
      !placeholder.empty() && pattern.find(placeholder, at) != std::string_view::npos;
  if (next != context.num_inputs() || has_more) {
    context.invalid(
        "num placeholders in template and num inputs must match: " + std::to_string(next) +
        (has_more ? " or more" : "") + " vs. " + std::to_string(context.num_inputs()));
  }
  out.append(pattern.substr(at));
  *context.allocate_output(0, DType::string, Shape()).mutable_data<std::string>() = std::move(out);
}

void print_v2(KernelContext& context) {
  context.require(context.input(0).num_elements() == 1, "the input must be a scalar string");
  std::string text = *context.input(0).data<std::string>();
  text.append(context.attr_string("end"));
  print_text(context.attr_string("output_stream"), text);
}

struct PrintState final : NodeState {
  std::int64_t count = 0;
};

void print_v1(KernelContext& context) {
  context.set_output(0, context.input_ref(0));
  const std::int64_t first_n = context.attr_int("first_n");
  if (auto* state = context.state(); state != nullptr && first_n >= 0) {
    if (!*state) *state = std::make_unique<PrintState>();
    if (static_cast<PrintState*>(state->get())->count++ >= first_n) return;
  }
  std::string text(context.attr_string("message"));
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    const std::string values =
        format_tensor_print(context.input(i), context.attr_int("summarize"), false);
    text += context.input(i).rank() == 0 ? "[" + values + "]" : values;
  }
  print_text("stderr", text + "\n");
}

void assert_op(KernelContext& context) {
  context.require(context.input(0).num_elements() == 1, "the condition must be a scalar");
  if (*context.input(0).data<bool>()) return;
  std::string text = "assertion failed:";
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    const std::string values =
        format_tensor_print(context.input(i), context.attr_int("summarize"), false);
    text += context.input(i).rank() == 0 ? " [" + values + "]" : " " + values;
  }
  context.invalid(text);
}

template <typename T>
void check_numerics(KernelContext& context) {
  bool has_nan = false;
  bool has_inf = false;
  for (const T value : context.input(0).flat<T>()) {
    has_nan = has_nan || std::isnan(load(value));
    has_inf = has_inf || std::isinf(load(value));
  }
  if (has_nan || has_inf) {
    context.invalid(std::string(context.attr_string("message")) + " : Tensor had " +
                    (has_nan && has_inf ? "Inf and NaN"
                     : has_nan          ? "NaN"
                                        : "Inf") +
                    " values");
  }
  context.set_output(0, context.input_ref(0));
}

void timestamp(KernelContext& context) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  *context.allocate_output(0, DType::float64, Shape()).mutable_data<double>() = now.count();
}

Kernel select_check(const KernelKey& key) {
  return pick(Floats{}, key.inputs[0], []<typename T>() -> Kernel { return check_numerics<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"StringFormat", always<string_format>},
    {"PrintV2", always<print_v2>},
    {"Print", always<print_v1>},
    {"Assert", always<assert_op>},
    {"CheckNumerics", select_check},
    {"CheckNumericsV2", select_check},
    {"Timestamp", always<timestamp>},
};
}  // namespace

KernelBindings printing_kernels() { return kBindings; }

}  // namespace opscope::runtime
