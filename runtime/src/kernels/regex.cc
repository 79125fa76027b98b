// Regular expressions, by RE2 as TensorFlow.
#include <re2/re2.h>

#include <memory>
#include <string>

#include "kernels/always.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
// The pattern compiled; each thread keeps its last one.
const RE2& compiled(const KernelContext& context, std::string_view pattern) {
  thread_local std::unique_ptr<RE2> last;
  if (last == nullptr || last->pattern() != pattern) {
    auto fresh =
        std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), RE2::Quiet);
    if (!fresh->ok()) {
      context.invalid("Invalid pattern: " + std::string(pattern) + ", error: " + fresh->error());
    }
    last = std::move(fresh);
  }
  return *last;
}

void replace(KernelContext& context, std::string_view pattern, const std::string& rewrite) {
  const RE2& regex = compiled(context, pattern);
  const bool everywhere = context.attr_bool("replace_global");
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, DType::string, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    std::string text = in.data<std::string>()[i];
    if (everywhere) {
      RE2::GlobalReplace(&text, regex, rewrite);
    } else {
      RE2::Replace(&text, regex, rewrite);
    }
    out.mutable_data<std::string>()[i] = std::move(text);
  }
}

void match(KernelContext& context, std::string_view pattern) {
  const RE2& regex = compiled(context, pattern);
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, DType::boolean, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    out.mutable_data<bool>()[i] = RE2::FullMatch(in.data<std::string>()[i], regex);
  }
}

const std::string& text_input(const KernelContext& context, std::size_t i, const char* name) {
  if (context.input(i).rank() != 0) {
    context.invalid(std::string(name) + " must be scalar, but received " +
                    context.input(i).shape().to_bracket_string());
  }
  return *context.input(i).data<std::string>();
}

void regex_replace(KernelContext& context) {
  replace(context, text_input(context, 1, "Pattern"), text_input(context, 2, "Rewrite"));
}
void static_regex_replace(KernelContext& context) {
  replace(context, context.attr_string("pattern"), std::string(context.attr_string("rewrite")));
}
void regex_full_match(KernelContext& context) { match(context, text_input(context, 1, "Pattern")); }
void static_regex_full_match(KernelContext& context) {
  match(context, context.attr_string("pattern"));
}

constexpr KernelBinding kBindings[] = {
    {"RegexReplace", always<regex_replace>},
    {"StaticRegexReplace", always<static_regex_replace>},
    {"RegexFullMatch", always<regex_full_match>},
    {"StaticRegexFullMatch", always<static_regex_full_match>},
};
}  // namespace

KernelBindings regex_kernels() { return kBindings; }

}  // namespace opscope::runtime
