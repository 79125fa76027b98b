#include <algorithm>
#include <cctype>
#include <regex>
#include <string>

#include "model/graph_data.h"
#include "model/graph_model.h"

namespace opscope::viewer {
namespace {

std::string folded(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// The query, ready to be held against many texts.
class Matcher {
 public:
  Matcher(std::string_view query, const SearchOptions& options)
      : is_regex_(options.is_regex), matches_case_(options.match_case) {
    if (is_regex_) {
      const auto flags = std::regex::ECMAScript | std::regex::optimize;
      regex_.assign(std::string(query), matches_case_ ? flags : flags | std::regex::icase);
    } else {
      text_ = matches_case_ ? std::string(query) : folded(query);
    }
  }

  [[nodiscard]] bool matches(std::string_view text) const {
    if (is_regex_) return std::regex_search(text.begin(), text.end(), regex_);
    if (matches_case_) return text.find(text_) != std::string_view::npos;
    const auto equal = [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == static_cast<unsigned char>(b);
    };
    return std::search(text.begin(), text.end(), text_.begin(), text_.end(), equal) != text.end();
  }

 private:
  bool is_regex_;
  bool matches_case_;
  std::regex regex_;
  std::string text_;
};

bool node_matches(const GraphModel& model, NodeId id, const Matcher& matcher,
                  const SearchOptions& options) {
  const GraphNode& node = model.node(id);
  if (options.match_name && matcher.matches(node.name)) return true;
  if (options.match_op && !node.op.empty() && matcher.matches(node.op)) return true;
  if (options.match_shape) {
    for (const std::uint32_t e : model.output_edges(id)) {
      if (matcher.matches(model.shape_text(model.edges()[e].shape))) return true;
    }
  }
  if (!options.match_attributes) return false;
  for (const GraphAttribute& attribute : model.attributes(id)) {
    if (matcher.matches(attribute.name + "=" + attribute.text)) return true;
  }
  return false;
}

}  // namespace

Result<std::vector<NodeId>> GraphModel::search(std::string_view query,
                                               const SearchOptions& options) const {
  std::vector<NodeId> found;
  if (query.empty()) return found;
  try {
    const Matcher matcher(query, options);
    for (std::uint32_t i = 1; i < size() && found.size() < options.limit; ++i) {
      if (node_matches(*this, NodeId{i}, matcher, options)) found.push_back(NodeId{i});
    }
  } catch (const std::regex_error& error) {
    return Error(ErrorCode::invalid_argument,
                 "\"" + std::string(query) + "\" is no regular expression: " + error.what());
  }
  return found;
}

}  // namespace opscope::viewer
