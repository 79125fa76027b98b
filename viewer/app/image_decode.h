// Encoded pictures of a log to pixels.
#pragma once

#include <string_view>

#include "app/png_file.h"

namespace opscope::viewer {

// PNG, JPEG, GIF (its first frame) or BMP. Fails with data_loss when the bytes are none of these or
// are damaged, and when the picture has more than 100 million pixels. From any thread.
[[nodiscard]] Result<Pixels> decode_image(std::string_view encoded);

}  // namespace opscope::viewer
