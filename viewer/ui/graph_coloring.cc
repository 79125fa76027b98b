#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "model/units.h"
#include "ui/graph_drawing.h"

namespace opscope::viewer {

namespace {

constexpr std::size_t kMostEntries = 12;
constexpr const char* kInputs = "input";
constexpr const char* kOutputs = "output";
constexpr const char* kGradients = "gradient";
constexpr const char* kForward = "forward";
constexpr const char* kMixed = "mixed";

const char* title_of(GraphColors colors) {
  switch (colors) {
    case GraphColors::device:
      return "Device";
    case GraphColors::op_type:
      return "Op type";
    case GraphColors::compute_time:
      return "Compute time";
    case GraphColors::memory:
      return "Memory";
    case GraphColors::dtype:
      return "Type of the first output";
    case GraphColors::gradient:
      return "Gradient";
    case GraphColors::difference:
      return "Difference";
    case GraphColors::structure:
      break;
  }
  return "Structure";
}

bool is_amount(GraphColors colors) {
  return colors == GraphColors::compute_time || colors == GraphColors::memory;
}

// Whether scopes have the category that everything in them has.
bool is_common(GraphColors colors) {
  return colors == GraphColors::device || colors == GraphColors::dtype ||
         colors == GraphColors::gradient;
}

bool has_fixed_color(const std::string& category) {
  return category.empty() || category == kInputs || category == kOutputs ||
         category == kGradients || category == kForward || category == kMixed ||
         category == diff_state_name(DiffState::added) ||
         category == diff_state_name(DiffState::removed) ||
         category == diff_state_name(DiffState::changed) ||
         category == diff_state_name(DiffState::renamed);
}

}  // namespace

GraphColoring::GraphColoring(const GraphModel& model, const GraphLayout& layout, GraphColors colors,
                             const Theme& theme, const GraphUnion* joined)
    : model_(model), layout_(layout), colors_(colors), theme_(theme), joined_(joined) {
  for (const LayoutBox& box : layout_.boxes) ++structures_[model_.node(box.node).structure];
  if (is_amount(colors_)) {
    for (const LayoutBox& box : layout_.boxes) {
      if (!box.is_open) most_ = std::max(most_, amount(box.node));
    }
  } else {
    for (const LayoutBox& box : layout_.boxes) {
      const bool is_inside_shown = box.is_open && is_common(colors_);
      categories_.push_back(is_inside_shown ? std::string() : category(box.node));
    }
    choose_category_colors();
  }
  for (std::size_t i = 0; i < layout_.boxes.size(); ++i) {
    const NodeId node = layout_.boxes[i].node;
    fills_.emplace(static_cast<std::uint32_t>(node),
                   is_amount(colors_) ? amount_fill(node) : category_fill(categories_[i]));
  }
}

void GraphColoring::choose_category_colors() {
  std::map<std::string, std::size_t> counts;
  for (const std::string& key : categories_) {
    if (!has_fixed_color(key)) ++counts[key];
  }
  std::vector<std::pair<std::string, std::size_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  // The last colour is a grey: it stands for all that are too rare.
  const std::size_t most = theme_.data.size() - 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    category_colors_.emplace(order[i].first, theme_.data[std::min(i, most)]);
  }
  category_colors_.emplace(kInputs, theme_.data[2]);
  category_colors_.emplace(kOutputs, theme_.data[6]);
  category_colors_.emplace(kGradients, theme_.data[5]);
  category_colors_.emplace(kForward, theme_.data[0]);
  category_colors_.emplace(kMixed, theme_.data[most]);
  category_colors_.emplace(diff_state_name(DiffState::added), theme_.data[2]);
  category_colors_.emplace(diff_state_name(DiffState::removed), theme_.data[1]);
  category_colors_.emplace(diff_state_name(DiffState::changed), theme_.data[3]);
  category_colors_.emplace(diff_state_name(DiffState::renamed), theme_.data[0]);
}

double GraphColoring::amount(NodeId node) const {
  const NodeStats stats = model_.stats(node);
  if (!stats.has_stats) return -1;
  return static_cast<double>(colors_ == GraphColors::memory ? stats.memory_bytes
                                                            : stats.duration_us);
}

std::string GraphColoring::category_of_op(NodeId id) const {
  const GraphNode& node = model_.node(id);
  if (colors_ == GraphColors::device) return std::string(node.device);
  if (colors_ == GraphColors::gradient) return node.is_gradient ? kGradients : kForward;
  for (const std::uint32_t e : model_.output_edges(id)) {
    const std::uint8_t dtype = model_.edges()[e].dtype;
    if (dtype != 0) return dtype_name(dtype).substr(3);
  }
  return {};
}

std::string GraphColoring::common_category(NodeId scope) const {
  std::string common;
  std::vector<NodeId> stack{scope};
  while (!stack.empty()) {
    const NodeId at = stack.back();
    stack.pop_back();
    for (const NodeId child : model_.children(at)) stack.push_back(child);
    if (model_.node(at).kind != NodeKind::op || is_note_role(model_.node(at).role)) continue;
    const std::string own = category_of_op(at);
    if (own.empty() || own == common) continue;
    if (!common.empty()) return kMixed;
    common = own;
  }
  return common;
}

std::string GraphColoring::category(NodeId id) const {
  const GraphNode& node = model_.node(id);
  if (colors_ == GraphColors::difference) {
    const bool differs = joined_ != nullptr && joined_->states[index_of(id)] != DiffState::equal;
    return differs ? diff_state_name(joined_->states[index_of(id)]) : std::string();
  }
  if (is_common(colors_)) {
    return node.has_children() ? common_category(id) : category_of_op(id);
  }
  if (colors_ == GraphColors::op_type) return std::string(node.op);
  if (is_shared(node)) return std::to_string(node.structure);
  // What has no equal is told apart by its part in the whole.
  if (node.role == NodeRole::input) return kInputs;
  if (node.role == NodeRole::output) return kOutputs;
  return node.is_gradient ? kGradients : std::string();
}

bool GraphColoring::is_shared(const GraphNode& node) const {
  const auto found = structures_.find(node.structure);
  return node.structure != 0 && found != structures_.end() && found->second > 1;
}

Color GraphColoring::fill(NodeId id) const {
  const auto found = fills_.find(static_cast<std::uint32_t>(id));
  return found == fills_.end() ? theme_.raised : found->second;
}

Color GraphColoring::amount_fill(NodeId id) const {
  const double value = amount(id);
  if (value < 0 || most_ <= 0) return theme_.raised;
  const bool is_dark = theme_.name == ThemeName::dark;
  return heat_color(theme_, static_cast<float>(value / most_) * (is_dark ? 0.8F : 0.7F));
}

Color GraphColoring::category_fill(const std::string& key) const {
  const auto found = category_colors_.find(key);
  if (key.empty() || found == category_colors_.end()) return theme_.raised;
  const bool is_part = colors_ == GraphColors::structure && has_fixed_color(key);
  const bool is_strong = colors_ == GraphColors::difference;
  const float strong = is_strong ? 0.5F : theme_.name == ThemeName::dark ? 0.34F : 0.28F;
  return tint(theme_, found->second, is_part ? strong * 0.65F : strong);
}

GraphLegend GraphColoring::legend() const {
  GraphLegend legend;
  legend.title = title_of(colors_);
  if (is_amount(colors_)) {
    legend.is_scale = true;
    const bool is_dark = theme_.name == ThemeName::dark;
    const std::string most = colors_ == GraphColors::memory
                                 ? format_bytes(std::max(0.0, most_))
                                 : format_duration_ps(static_cast<std::int64_t>(most_ * 1e6));
    if (most_ > 0) {
      legend.entries = {{heat_color(theme_, 0), "0", 0},
                        {heat_color(theme_, is_dark ? 0.8F : 0.7F), most, 0}};
    }
    return legend;
  }
  std::map<std::string, LegendEntry> found;
  for (std::size_t i = 0; i < layout_.boxes.size(); ++i) {
    const LayoutBox& box = layout_.boxes[i];
    const std::string& key = categories_[i];
    if (key.empty()) continue;
    LegendEntry& entry = found[key];
    if (entry.count++ > 0) continue;
    entry.color = fill(box.node);
    const bool is_equal_group =
        colors_ == GraphColors::structure && is_shared(model_.node(box.node));
    entry.label = is_equal_group ? "like " + box.label : key;
  }
  for (auto& [key, entry] : found) {
    legend.entries.push_back(std::move(entry));
  }
  std::stable_sort(legend.entries.begin(), legend.entries.end(),
                   [](const LegendEntry& a, const LegendEntry& b) { return a.count > b.count; });
  if (legend.entries.size() > kMostEntries) {
    LegendEntry rest{theme_.raised, "others", 0};
    for (std::size_t i = kMostEntries - 1; i < legend.entries.size(); ++i) {
      rest.count += legend.entries[i].count;
    }
    legend.entries.resize(kMostEntries - 1);
    legend.entries.push_back(rest);
  }
  return legend;
}

}  // namespace opscope::viewer
