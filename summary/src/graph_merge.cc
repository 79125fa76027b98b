#include "graph_merge.h"

#include <set>
#include <string_view>

#include "function_rename.h"

namespace opscope::summary {
namespace {

constexpr std::string_view kColocationMark = "loc:@";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The key as a name scope: node names allow few characters, fewer at their beginning.
std::string scope_from_key(std::string_view key) {
  std::string scope;
  for (const char c : key) {
    const bool is_allowed = is_letter_or_digit(c) || c == '.' || (c == '_' && !scope.empty());
    if (is_allowed) scope.push_back(c);
    if (!is_allowed && !scope.empty() && scope.back() != '_') scope.push_back('_');
  }
  while (!scope.empty() && scope.back() == '_') scope.pop_back();
  return scope.empty() ? "graph" : scope;
}

// The first component of every node name.
std::set<std::string, std::less<>> top_level_names(const proto::GraphDef& graph) {
  std::set<std::string, std::less<>> names;
  for (const proto::NodeDef& node : graph.node()) {
    names.insert(node.name().substr(0, node.name().find('/')));
  }
  return names;
}

std::string unused_prefix(const std::string& key, const proto::GraphDef& graph) {
  const std::set<std::string, std::less<>> used = top_level_names(graph);
  const std::string scope = scope_from_key(key);
  std::string candidate = scope;
  for (int i = 1; used.contains(candidate); ++i) candidate = scope + "_" + std::to_string(i);
  return candidate + "/";
}

void put_below(const std::string& prefix, proto::NodeDef& node) {
  node.set_name(prefix + node.name());
  for (std::string& input : *node.mutable_input()) {
    input.insert(input.starts_with('^') ? 1 : 0, prefix);
  }
  const auto colocation = node.mutable_attr()->find("_class");
  if (colocation == node.mutable_attr()->end() || !colocation->second.has_list()) return;
  for (std::string& location : *colocation->second.mutable_list()->mutable_s()) {
    if (location.starts_with(kColocationMark)) location.insert(kColocationMark.size(), prefix);
  }
}

}  // namespace

MergedGraph merge_graphs(std::span<const NamedGraph> graphs) {
  MergedGraph merged;
  if (graphs.empty()) return merged;
  merged.graph = graphs.front().graph;
  merged.prefixes.emplace_back();
  for (const NamedGraph& named : graphs.subspan(1)) {
    const std::string prefix = unused_prefix(named.key, merged.graph);
    const FunctionRenames renames = find_renames(named.graph.library(), merged.graph.library());
    for (proto::NodeDef node : named.graph.node()) {
      put_below(prefix, node);
      rename_functions(renames, node);
      *merged.graph.add_node() = std::move(node);
    }
    if (named.graph.has_library()) {
      add_library(named.graph.library(), renames, *merged.graph.mutable_library());
    }
    merged.prefixes.push_back(prefix);
  }
  return merged;
}

}  // namespace opscope::summary
