#include "exec/node_error.h"

#include "opscope/runtime/loc.h"

namespace opscope::runtime {
namespace {

void add_node(std::string& text, const Node& node) {
  text += "\n  in node '" + node.name + "' (" + std::string(node.spec->name) + ")";
  if (node.loc.is_known()) text += ", made at " + describe(node.loc);
}

}  // namespace

void rethrow_with_node(const Error& error, const Step& step) {
  std::string text = error.what();
  add_node(text, *step.node);
  for (const CallSite* site = step.site; site != nullptr; site = site->outer) {
    add_node(text, *site->call);
  }
  throw Error(error.code(), text);
}

}  // namespace opscope::runtime
