#include "opscope/summary/name_scope.h"

#include "tag_check.h"

namespace opscope::summary {
namespace {

constinit thread_local std::string_view t_prefix;

}  // namespace

NameScope::NameScope(std::string_view name) : outer_(t_prefix) {
  check_tag(name);
  prefix_.append(outer_).append(name).push_back('/');
  t_prefix = prefix_;
}

NameScope::~NameScope() { t_prefix = outer_; }

std::string_view current_name_scope() noexcept { return t_prefix; }

}  // namespace opscope::summary
