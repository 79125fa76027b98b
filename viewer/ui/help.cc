#include "ui/help.h"

#include <imgui.h>

#include <array>
#include <span>

#include "ui/widgets.h"

namespace opscope::viewer {

namespace {

struct KeyLine {
  const char* keys;
  const char* what;
};

constexpr std::array<KeyLine, 8> kEverywhere{{{"/", "find anything"},
                                              {"Ctrl+1 … 9", "go to a page"},
                                              {"Ctrl+B", "show or hide the sources"},
                                              {"Ctrl+I", "show or hide the inspector"},
                                              {"Ctrl+R", "look for new data"},
                                              {"T", "dark or light"},
                                              {"Ctrl+Q", "quit"},
                                              {"?", "these keys"}}};
constexpr std::array<KeyLine, 15> kGraph{{{"double-click, Enter", "open or close a scope"},
                                          {"right click", "what can be done to a node"},
                                          {"arrows", "select the neighbour"},
                                          {"P", "select what is around"},
                                          {"W S, wheel, + -", "zoom"},
                                          {"A D, drag", "move"},
                                          {"F", "fit"},
                                          {"I  O", "highlight inputs, outputs"},
                                          {"L", "follow all inputs, outputs, both"},
                                          {"Shift+click", "the path from the selected node"},
                                          {"X", "take a node out, or back in"},
                                          {"G", "draw only this scope, or all"},
                                          {"Ctrl+F, N, Shift+N", "search; next, previous hit"},
                                          {"Ctrl+C", "copy the name"},
                                          {"Esc", "no path, then nothing selected"}}};
constexpr std::array<KeyLine, 9> kTimeline{{{"W S, wheel", "zoom at the pointer"},
                                            {"A D, right drag", "move"},
                                            {"drag", "select a range: its statistics appear"},
                                            {"F", "fit the selection"},
                                            {"0", "show all"},
                                            {"M", "mark the selection"},
                                            {". ,", "next, previous slice of the name"},
                                            {"Shift+wheel", "scroll the threads"},
                                            {"click on a thread", "fold it"}}};

void draw_lines(const UiContext& ui, const char* title, std::span<const KeyLine> lines) {
  ImGui::TableNextColumn();
  heading(ui, title);
  for (const KeyLine& line : lines) {
    ImGui::TextUnformatted(line.keys);
    ImGui::SameLine(138);  // from where the column begins
    ImGui::TextDisabled("%s", line.what);
  }
}

}  // namespace

void draw_key_list(UiContext& ui, bool& is_shown) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({display.x / 2, display.y / 2}, ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {20, 16});
  ImGui::Begin("Keys", &is_shown,
               ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_AlwaysAutoResize |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoMove);
  if (ImGui::BeginTable("keys", 3, ImGuiTableFlags_SizingFixedFit)) {
    ImGui::TableNextRow();
    draw_lines(ui, "Everywhere", kEverywhere);
    draw_lines(ui, "Graph", kGraph);
    draw_lines(ui, "Timeline", kTimeline);
    ImGui::EndTable();
  }
  if (ImGui::Button("Close")) is_shown = false;
  ImGui::End();
  ImGui::PopStyleVar(3);
}

}  // namespace opscope::viewer
