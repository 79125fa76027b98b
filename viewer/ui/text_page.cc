#include "ui/text_page.h"

#include <imgui.h>

#include "model/units.h"
#include "model/values.h"
#include "ui/imgui_style.h"
#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

// Texts are small, and only those on screen are asked for.
void draw_value(UiContext& ui, const Run& run, const ValueRef& value) {
  const std::string when =
      "step " + std::to_string(value.step) + "   " + format_wall_time(value.wall_time);
  ImGui::TextDisabled("%s", when.c_str());
  const auto strings = load_strings(run, value);
  ImGui::PushTextWrapPos(0);
  if (!strings) {
    ImGui::TextColored(to_vec4(ui.theme.error), "%s", strings.error().what());
  } else {
    for (const std::string& text : strings->values) ImGui::TextUnformatted(text.c_str());
  }
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, 4});
}

}  // namespace

void draw_text_page(UiContext& ui) {
  constexpr std::size_t kShown = 20;
  ImGui::BeginChild("texts");
  for (const auto& run : ui.workspace.model().runs) {
    if (!is_run_shown(ui, run->name)) continue;
    for (const auto& tag : run->tags) {
      if (tag->plugin != "text" || tag->values.empty()) continue;
      ImGui::TextColored(to_vec4(run_color(ui, run->name)), "%s", run->name.c_str());
      ImGui::SameLine();
      heading(ui, tag->name);
      const std::size_t count = tag->values.size();
      for (std::size_t i = 0; i < count && i < kShown; ++i) {
        draw_value(ui, *run, tag->values[count - 1 - i]);
      }
      if (count > kShown) ImGui::TextDisabled("and %zu older", count - kShown);
      ImGui::Separator();
    }
  }
  ImGui::EndChild();
}

}  // namespace opscope::viewer
