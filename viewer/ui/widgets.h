// Small ImGui pieces that several pages share.
#pragma once

#include <string>
#include <vector>

#include "ui/canvas.h"
#include "ui/ui_context.h"

namespace opscope::viewer {

// A vertical edge at the cursor that a drag moves; `width` is that of the pane it belongs to,
// which lies left of it or right of it.
void splitter(const char* id, float& width, float lowest, float highest, bool pane_is_left);

// Takes the rest of the current window as a drawing that sees the mouse. `is_hovered` and
// `is_active` are of the item itself.
struct DrawingItem {
  Area area;
  bool is_hovered = false;
  bool is_active = false;
};
[[nodiscard]] DrawingItem drawing_item(const char* id, float width, float height);

// A choice among `items`; true when it changed.
bool picker(const char* id, int& index, const std::vector<std::string>& items, float width);

// A field with a hint; true when its text changed.
bool text_field(const char* id, const char* hint, std::string& text, float width);

// A line of a fact: name muted at the left, value beside it, wrapped.
void fact(const UiContext& ui, const char* name, const std::string& value);

// Text in the accent colour that acts like a link; true when it was clicked.
[[nodiscard]] bool link(const UiContext& ui, const std::string& text);

// A sentence in the middle of the page, where there is nothing else: `title` and what to do.
void empty_page(const UiContext& ui, const std::string& title, const std::string& advice);

// Small medium-weight heading.
void heading(const UiContext& ui, const std::string& text);

// A button that stays pressed in the accent colour while `is_on`; true when clicked.
bool toggle(const UiContext& ui, const char* label, bool is_on);

}  // namespace opscope::viewer
