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
    case GraphColors::structure:
      break;
  }
  return "Structure";
}

bool is_amount(GraphColors colors) {
  return colors == GraphColors::compute_time || colors == GraphColors::memory;
}

}  // namespace

GraphColoring::GraphColoring(const GraphModel& model, const GraphLayout& layout, GraphColors colors,
                             const Theme& theme)
    : model_(model), layout_(layout), colors_(colors), theme_(theme) {
  for (const LayoutBox& box : layout_.boxes) ++structures_[model_.node(box.node).structure];
  if (!is_amount(colors_)) {
    choose_category_colors();
    return;
  }
  for (const LayoutBox& box : layout_.boxes) {
    if (!box.is_open) most_ = std::max(most_, amount(box.node));
  }
}

void GraphColoring::choose_category_colors() {
  std::map<std::string, std::size_t> counts;
  for (const LayoutBox& box : layout_.boxes) {
    const std::string key = category(model_.node(box.node));
    const bool has_own = key.empty() || key == kInputs || key == kOutputs || key == kGradients;
    if (!has_own) ++counts[key];
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
}

double GraphColoring::amount(NodeId node) const {
  const NodeStats stats = model_.stats(node);
  if (!stats.has_stats) return -1;
  return static_cast<double>(colors_ == GraphColors::memory ? stats.memory_bytes
                                                            : stats.duration_us);
}

std::string GraphColoring::category(const GraphNode& node) const {
  switch (colors_) {
    case GraphColors::device:
      return std::string(node.device);
    case GraphColors::op_type:
      return std::string(node.op);
    case GraphColors::structure:
      if (is_shared(node)) return std::to_string(node.structure);
      // What has no equal is told apart by its part in the whole.
      if (node.role == NodeRole::input) return kInputs;
      if (node.role == NodeRole::output) return kOutputs;
      return node.is_gradient ? kGradients : std::string();
    default:
      return {};
  }
}

bool GraphColoring::is_shared(const GraphNode& node) const {
  const auto found = structures_.find(node.structure);
  return node.structure != 0 && found != structures_.end() && found->second > 1;
}

Color GraphColoring::fill(NodeId id) const {
  const GraphNode& node = model_.node(id);
  const bool is_dark = theme_.name == ThemeName::dark;
  if (is_amount(colors_)) {
    const double value = amount(id);
    if (value < 0 || most_ <= 0) return theme_.raised;
    return heat_color(theme_, static_cast<float>(value / most_) * (is_dark ? 0.8F : 0.7F));
  }
  const std::string key = category(node);
  const auto found = category_colors_.find(key);
  if (key.empty() || found == category_colors_.end()) return theme_.raised;
  const bool is_part = key == kInputs || key == kOutputs || key == kGradients;
  const float strong = is_dark ? 0.34F : 0.28F;
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
  for (const LayoutBox& box : layout_.boxes) {
    const GraphNode& node = model_.node(box.node);
    const std::string key = category(node);
    if (key.empty()) continue;
    LegendEntry& entry = found[key];
    if (entry.count++ > 0) continue;
    entry.color = fill(box.node);
    const bool is_equal_group = colors_ == GraphColors::structure && is_shared(node);
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
