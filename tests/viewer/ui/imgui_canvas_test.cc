#include "ui/imgui_canvas.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <array>

#include "ui/imgui_session.h"

namespace opscope::viewer {
namespace {

TEST(ImGuiCanvas, DrawsPeaksNoHigherThanTheirPoints) {
  ImGuiSession session(1);
  ImDrawList list(ImGui::GetDrawListSharedData());
  list._ResetForNewFrame();
  list.Flags |= ImDrawListFlags_AntiAliasedLines;
  list.PushClipRectFullScreen();
  list.PushTextureID(ImGui::GetIO().Fonts->TexID);
  ImGuiCanvas canvas(list, session.fonts());
  const std::array<Pos, 5> spikes = {Pos{0, 100}, {10, 100}, {18, 20}, {26, 100}, {40, 100}};
  canvas.polyline(spikes, {Color{255, 255, 255, 255}, 2});
  ASSERT_GT(list.VtxBuffer.Size, 0);
  const auto highest =
      std::min_element(list.VtxBuffer.begin(), list.VtxBuffer.end(),
                       [](const ImDrawVert& a, const ImDrawVert& b) { return a.pos.y < b.pos.y; });
  EXPECT_GE(highest->pos.y, 18);  // half the width and the smoothed border
}

}  // namespace
}  // namespace opscope::viewer
