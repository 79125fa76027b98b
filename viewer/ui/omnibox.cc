#include "ui/omnibox.h"

#include <imgui.h>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>

#include "ui/graph_page.h"
#include "ui/imgui_style.h"
#include "ui/keys.h"

namespace opscope::viewer {

namespace {

constexpr std::size_t kMostOfAKind = 12;

class Finder {
 public:
  Finder(UiContext& ui, const std::string& query) : ui_(ui), query_(query) {}

  std::vector<OmniboxHit> find() {
    find_commands();
    find_nodes();
    find_operations();
    find_tags();
    find_runs();
    return std::move(hits_);
  }

 private:
  bool matches(const std::string& text) const { return contains_text(text, query_); }

  void add(const char* kind, std::string label, std::function<void(UiContext&)> go) {
    if (kind != kind_) {
      kind_ = kind;
      of_kind_ = 0;
    }
    if (++of_kind_ <= kMostOfAKind) hits_.push_back({kind, std::move(label), std::move(go)});
  }

  void find_commands() {
    const auto command = [this](const char* name, std::function<void(UiContext&)> go) {
      if (matches(name)) add("command", name, std::move(go));
    };
    command("Fit the drawing", [](UiContext& ui) { ui.requests.fit = true; });
    command("Dark theme", [](UiContext& ui) { ui.state.theme = ThemeName::dark; });
    command("Light theme", [](UiContext& ui) { ui.state.theme = ThemeName::light; });
    command("Show or hide sources",
            [](UiContext& ui) { ui.state.sources_shown = !ui.state.sources_shown; });
    command("Show or hide inspector",
            [](UiContext& ui) { ui.state.inspector_shown = !ui.state.inspector_shown; });
    command("Clear the selection", [](UiContext& ui) { ui.state.selection = {}; });
    command("Quit", [](UiContext& ui) { ui.requests.quit = true; });
  }

  void find_nodes() {
    const std::shared_ptr<const GraphModel> model = shown_graph(ui_);
    if (!model) return;
    SearchOptions options;
    options.limit = 2000;
    auto found = model->search(query_, options);
    if (!found) return;
    // Scopes say most, then operations, then arguments and constants.
    const auto rank = [&model](NodeId id) {
      const GraphNode& node = model->node(id);
      return node.has_children() ? 0 : is_note_role(node.role) ? 3 : node.is_gradient ? 2 : 1;
    };
    std::stable_sort(found->begin(), found->end(), [&](NodeId a, NodeId b) {
      const int first = rank(a);
      const int second = rank(b);
      return first != second ? first < second : model->node(a).depth < model->node(b).depth;
    });
    for (const NodeId id : *found) {
      const std::string name(model->node(id).name);
      add("node", name, [name](UiContext& ui) {
        select_operation(ui, name);
        ui.requests.reveal_in_graph = true;
        go_to_page(ui, Page::graph);
      });
    }
  }

  void find_operations() {
    const std::shared_ptr<const Profile> profile = shown_profile(ui_);
    if (!profile) return;
    for (const ProfileName& name : profile->names) {
      const std::string operation = operation_name(name.text);
      if (!matches(operation)) continue;
      add("event", operation, [operation](UiContext& ui) {
        select_operation(ui, operation);
        ui.requests.reveal_in_timeline = true;
        go_to_page(ui, Page::timeline);
      });
    }
    for (const ProfileLine& line : profile->lines) {
      if (!matches(line.display_name)) continue;
      add("thread", line.display_name, [thread = line.display_name](UiContext& ui) {
        ui.state.timeline.view.filter = thread;
        go_to_page(ui, Page::timeline);
      });
    }
  }

  void find_tags() {
    for (const TagGroup& group : scalar_tag_groups(ui_.workspace.model())) {
      for (const std::string& tag : group.tags) {
        if (!matches(tag)) continue;
        add("tag", tag, [tag](UiContext& ui) {
          ui.state.selection.scalar_tag = tag;
          ui.state.scalars.tag_filter.clear();
          ui.requests.scroll_to_tag = tag;
          go_to_page(ui, Page::scalars);
        });
      }
    }
  }

  void find_runs() {
    for (const auto& run : ui_.workspace.model().runs) {
      if (!matches(run->name)) continue;
      add("run", run->name,
          [name = run->name](UiContext& ui) { ui.state.hidden_runs.erase(name); });
    }
  }

  UiContext& ui_;
  const std::string& query_;
  std::vector<OmniboxHit> hits_;
  const char* kind_ = "";
  std::size_t of_kind_ = 0;
};

void draw_hits(UiContext& ui, Omnibox& omnibox, ImVec2 below, float width) {
  ImGui::SetNextWindowPos({below.x, below.y + 4});
  ImGui::SetNextWindowSize({width, 0});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, to_vec4(ui.theme.raised));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 4);
  ImGui::Begin("##hits", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                   ImGuiWindowFlags_NoNav);
  ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
  if (omnibox.hits.empty()) ImGui::TextDisabled("Nothing is called so.");
  for (std::size_t i = 0; i < omnibox.hits.size() && i < 24; ++i) {
    const OmniboxHit& hit = omnibox.hits[i];
    ImGui::PushID(static_cast<int>(i));
    const bool clicked = ImGui::Selectable("##hit", static_cast<int>(i) == omnibox.chosen);
    ImGui::SameLine(8);
    ImGui::TextDisabled("%s", hit.kind);
    ImGui::SameLine(90);
    ImGui::TextUnformatted(hit.label.c_str());
    ImGui::PopID();
    if (!clicked) continue;
    hit.go(ui);
    omnibox.is_open = false;
    break;
  }
  ImGui::End();
  ImGui::PopStyleVar(2);
  ImGui::PopStyleColor();
}

void handle_keys(UiContext& ui, Omnibox& omnibox, bool entered) {
  const int last = std::min(23, static_cast<int>(omnibox.hits.size()) - 1);
  if (ImGui::IsKeyPressed(kKeyDown)) ++omnibox.chosen;
  if (ImGui::IsKeyPressed(kKeyUp)) --omnibox.chosen;
  omnibox.chosen = std::clamp(omnibox.chosen, 0, std::max(0, last));
  if (entered && last >= 0) {
    omnibox.hits[static_cast<std::size_t>(omnibox.chosen)].go(ui);
    omnibox.is_open = false;
  }
}

}  // namespace

std::vector<OmniboxHit> find_everything(UiContext& ui, const std::string& query) {
  return Finder(ui, query).find();
}

void draw_omnibox(UiContext& ui, Omnibox& omnibox, float width) {
  if (ui.requests.focus_omnibox) ImGui::SetKeyboardFocusHere();
  ui.requests.focus_omnibox = false;
  ImGui::SetNextItemWidth(width);
  const bool entered = ImGui::InputTextWithHint(
      "##omnibox", "Find a node, op, tag, run, thread, command   ( / )", &omnibox.query,
      ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  const bool has_focus = ImGui::IsItemActive() || entered;
  if (has_focus && (ImGui::IsItemActivated() || omnibox.query != omnibox.hits_of)) {
    omnibox.is_open = true;
  }
  if (ImGui::IsKeyPressed(kKeyEscape) || omnibox.query.empty()) omnibox.is_open = false;
  if (!omnibox.is_open) return;
  if (omnibox.query != omnibox.hits_of) {
    omnibox.hits = find_everything(ui, omnibox.query);
    omnibox.hits_of = omnibox.query;
    omnibox.chosen = 0;
  }
  if (has_focus) handle_keys(ui, omnibox, entered);
  if (omnibox.is_open) draw_hits(ui, omnibox, {low.x, high.y}, std::max(width, 420.0F));
  const bool clicked_away = ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !has_focus &&
                            !ImGui::IsWindowHovered(ImGuiHoveredFlags_AnyWindow);
  if (clicked_away) omnibox.is_open = false;
}

}  // namespace opscope::viewer
