// Operations on strings, printing and checking.
#include "core/format.h"
#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {

using runtime::op;
using runtime::OpCall;

namespace {
constexpr std::string_view kPlaceholder = "{}";
constexpr std::int64_t kSummarize = 3;
}  // namespace

Tensor as_string(const Operand& x) { return runtime::unary(op<"AsString">(), "AsString", x); }
Tensor string_length(const Operand& x) {
  return runtime::unary(op<"StringLength">(), "StringLength", x);
}

Tensor string_join(const std::vector<Tensor>& inputs, std::string_view separator, Loc loc) {
  OpCall call(op<"StringJoin">(), "StringJoin", loc);
  for (const Tensor& input : inputs) call.add(input);
  return call.attr("separator", separator).run();
}

Tensor string_format(std::string_view pattern, const std::vector<Tensor>& inputs, Loc loc) {
  OpCall call(op<"StringFormat">(), "StringFormat", loc);
  for (const Tensor& input : inputs) call.add(input);
  return call.attr("template", pattern)
      .attr("placeholder", kPlaceholder)
      .attr("summarize", kSummarize)
      .run();
}

namespace runtime {
namespace {

// The text of a C++ literal as Python's print writes it.
std::string literal_text(const Operand& part) {
  const auto value = Ref<TensorRep>::adopt(part.literal(part.dtype()));
  if (part.dtype() == DType::string) return *value->data<std::string>();
  if (part.dtype() == DType::boolean) return *value->data<bool>() ? "True" : "False";
  return format_tensor_numpy(*value);
}

bool is_string_scalar(const Operand& part) {
  return !part.is_literal() && part.dtype() == DType::string && part.tensor() != nullptr &&
         part.tensor()->shape() == Shape();
}

Tensor formatted(const PrintOptions& options, std::span<const Operand* const> parts) {
  const Loc loc = parts[0]->loc();
  if (parts.size() == 1 && is_string_scalar(*parts[0])) return *parts[0]->tensor();
  OpCall call(op<"StringFormat">(), "StringFormat", loc);
  std::string pattern;
  for (const Operand* part : parts) {
    if (part != parts[0]) pattern += ' ';
    if (part->is_literal()) {
      pattern += literal_text(*part);
    } else {
      pattern += kPlaceholder;
      call.add(*part);
    }
  }
  return call.attr("template", pattern)
      .attr("placeholder", kPlaceholder)
      .attr("summarize", options.summarize)
      .run();
}

}  // namespace

void print_parts(const PrintOptions& options, std::span<const Operand* const> parts) {
  const Tensor text = formatted(options, parts);
  OpCall(op<"PrintV2">(), "PrintV2", parts[0]->loc())
      .add(text)
      .attr("output_stream", options.output_stream)
      .attr("end", options.end)
      .run_without_result();
}

}  // namespace runtime

void assert_true(const Operand& condition, const std::vector<Tensor>& data) {
  OpCall call(op<"Assert">(), "Assert", condition.loc());
  call.add(condition);
  if (data.empty()) {
    call.add_constant(runtime::make_scalar(std::string("the condition does not hold")), "data");
  }
  for (const Tensor& part : data) call.add(part);
  call.attr("summarize", kSummarize).run_without_result();
}

}  // namespace opscope
