// The viewer's window on a bare ImGui context: no backend, no display. Feeds mouse and keys, runs
// frames, and lets tests look at the state.
#pragma once

#include <gtest/gtest.h>
#include <imgui.h>

#include <memory>
#include <string>

#include "ui/executor.h"
#include "ui/imgui_session.h"
#include "ui/viewer_window.h"
#include "ui/workspace.h"

namespace opscope::testing {

class UiFixture : public ::testing::Test {
 protected:
  UiFixture() : session_(1), workspace_(executor_) {
    ImGui::GetIO().DisplaySize = {1280, 800};
    window_ = std::make_unique<viewer::ViewerWindow>(workspace_, state_, session_.fonts());
  }

  // Opens a folder of the corpus and lets the window settle.
  void open(const std::string& folder) {
    workspace_.open(std::string(OPSCOPE_SHARED "/corpus/") + folder);
    frames(6);
  }

  void frames(int count) {
    for (int i = 0; i < count; ++i) {
      ImGui::GetIO().DeltaTime = 1.0F / 60;
      workspace_.poll();
      session_.fonts().update(1);
      ImGui::GetIO().FontDefault = session_.fonts().body();
      ImGui::NewFrame();
      window_->draw();
      ImGui::Render();
    }
  }

  void move_to(viewer::Pos p) {
    ImGui::GetIO().MousePos = {p.x, p.y};
    frames(2);
  }

  void click(viewer::Pos p) {
    move_to(p);
    ImGui::GetIO().MouseDown[0] = true;
    frames(1);
    ImGui::GetIO().MouseDown[0] = false;
    frames(2);
  }

  void double_click(viewer::Pos p) {
    click(p);
    click(p);
    frames(20);  // the animation ends
  }

  void drag(viewer::Pos from, viewer::Pos to) {
    move_to(from);
    ImGui::GetIO().MouseDown[0] = true;
    frames(1);
    move_to(to);
    ImGui::GetIO().MouseDown[0] = false;
    frames(2);
  }

  void wheel(viewer::Pos p, float notches) {
    move_to(p);
    ImGui::GetIO().MouseWheel = notches;
    frames(1);
    ImGui::GetIO().MouseWheel = 0;
  }

  void press(int key) {
    ImGui::GetIO().KeysDown[key] = true;
    frames(1);
    ImGui::GetIO().KeysDown[key] = false;
    frames(2);
  }

  void click_right(viewer::Pos p) {
    move_to(p);
    ImGui::GetIO().MouseDown[1] = true;
    frames(1);
    ImGui::GetIO().MouseDown[1] = false;
    frames(2);
  }

  void press_shift(int key) {
    ImGui::GetIO().KeyShift = true;
    press(key);
    ImGui::GetIO().KeyShift = false;
    frames(1);
  }

  void press_ctrl(int key) {
    ImGui::GetIO().KeyCtrl = true;
    press(key);
    ImGui::GetIO().KeyCtrl = false;
    frames(1);
  }

  void type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    frames(2);
  }

  viewer::ImGuiSession session_;
  viewer::InlineExecutor executor_;
  viewer::Workspace workspace_;
  viewer::ViewerState state_;
  std::unique_ptr<viewer::ViewerWindow> window_;
};

}  // namespace opscope::testing
