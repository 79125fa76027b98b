// Shapes and types of what an operation gives, from its attributes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/graph_data.h"

namespace opscope::viewer {

struct OutputInfo {
  std::uint32_t first_shape = 0;  // in the list that read_outputs() fills
  std::uint16_t shape_count = 0;
  std::uint8_t dtype = 0;  // of the first output; 0: unknown
};

// Appends the shapes of attribute `_output_shapes` to `list`.
[[nodiscard]] OutputInfo read_outputs(std::string_view op, std::string_view node_def,
                                      ShapeTable& shapes, std::vector<std::uint32_t>& list);

// "[32,128]", "[?,10]", "scalar", "?", of a serialized TensorShapeProto; its elements, 0 when they
// are not known.
struct ShapeText {
  std::string text;
  double elements = 0;
};
[[nodiscard]] ShapeText shape_text_of(std::string_view shape);

}  // namespace opscope::viewer
