#include "opscope/runtime/name_scope.h"

#include <utility>

#include "module/name_stack.h"
#include "staging/trace.h"

namespace opscope {

runtime::NameStack& runtime::name_stack() noexcept {
  thread_local NameStack stack;
  return stack;
}

NameScope::NameScope(std::string_view name) {
  runtime::NameStack& stack = runtime::name_stack();
  if (!name.empty() && name.back() == '/') {
    name_ = name;
  } else {
    name_ = stack.prefixed(name);
    if (runtime::is_tracing()) name_ = runtime::current_trace->graph().unique_name(name_);
    name_ += '/';
  }
  outer_ = stack.exchange_prefix(name_);
}

NameScope::~NameScope() { (void)runtime::name_stack().exchange_prefix(std::move(outer_)); }

}  // namespace opscope
