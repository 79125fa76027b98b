// Keys as numbers of ImGuiIO::KeysDown. They are those of GLFW: letters, digits and punctuation by
// their upper-case ASCII code.
#pragma once

namespace opscope::viewer {

inline constexpr int kKeyComma = ',';
inline constexpr int kKeyPeriod = '.';
inline constexpr int kKeySlash = '/';
inline constexpr int kKeyEscape = 256;
inline constexpr int kKeyEnter = 257;
inline constexpr int kKeyTab = 258;
inline constexpr int kKeyRight = 262;
inline constexpr int kKeyLeft = 263;
inline constexpr int kKeyDown = 264;
inline constexpr int kKeyUp = 265;
inline constexpr int kKeyF1 = 290;

// True in the frame in which `key` goes down (or repeats), unless somebody is typing text.
[[nodiscard]] bool is_key_pressed(int key);

// The same with Ctrl held, also while typing.
[[nodiscard]] bool is_shortcut_pressed(int key);

// True while `key` is down and nobody is typing text.
[[nodiscard]] bool is_key_held(int key);

}  // namespace opscope::viewer
