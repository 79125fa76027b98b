#include "ui/imgui_session.h"

#include <imgui.h>

#include "ui/keys.h"

namespace opscope::viewer {

namespace {

void map_keys(ImGuiIO& io) {
  constexpr int kBackspace = 259;
  constexpr int kInsert = 260;
  constexpr int kDelete = 261;
  constexpr int kPageUp = 266;
  constexpr int kPageDown = 267;
  constexpr int kHome = 268;
  constexpr int kEnd = 269;
  io.KeyMap[ImGuiKey_Tab] = kKeyTab;
  io.KeyMap[ImGuiKey_LeftArrow] = kKeyLeft;
  io.KeyMap[ImGuiKey_RightArrow] = kKeyRight;
  io.KeyMap[ImGuiKey_UpArrow] = kKeyUp;
  io.KeyMap[ImGuiKey_DownArrow] = kKeyDown;
  io.KeyMap[ImGuiKey_PageUp] = kPageUp;
  io.KeyMap[ImGuiKey_PageDown] = kPageDown;
  io.KeyMap[ImGuiKey_Home] = kHome;
  io.KeyMap[ImGuiKey_End] = kEnd;
  io.KeyMap[ImGuiKey_Insert] = kInsert;
  io.KeyMap[ImGuiKey_Delete] = kDelete;
  io.KeyMap[ImGuiKey_Backspace] = kBackspace;
  io.KeyMap[ImGuiKey_Space] = ' ';
  io.KeyMap[ImGuiKey_Enter] = kKeyEnter;
  io.KeyMap[ImGuiKey_Escape] = kKeyEscape;
  io.KeyMap[ImGuiKey_A] = 'A';
  io.KeyMap[ImGuiKey_C] = 'C';
  io.KeyMap[ImGuiKey_V] = 'V';
  io.KeyMap[ImGuiKey_X] = 'X';
  io.KeyMap[ImGuiKey_Y] = 'Y';
  io.KeyMap[ImGuiKey_Z] = 'Z';
}

}  // namespace

ImGuiSession::ImGuiSession(float density) : context_(ImGui::CreateContext()) {
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  // A blinking cursor would keep an idle window busy.
  io.ConfigInputTextCursorBlink = false;
  io.MouseDoubleClickTime = 0.35F;
  map_keys(io);
  fonts_ = std::make_unique<Fonts>(*io.Fonts, density);
  io.FontDefault = fonts_->body();
}

ImGuiSession::~ImGuiSession() { ImGui::DestroyContext(context_); }

}  // namespace opscope::viewer
