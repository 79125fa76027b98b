// What is in the files of the Projector page.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "opscope/error.h"
#include "projector_files.h"
#include "tag_check.h"

namespace opscope::summary {
namespace {

Error bad_embedding(std::string_view name, const std::string& what) {
  return Error(ErrorCode::invalid_argument, "the embedding " + quoted(name) + " " + what);
}

void append_row(std::string_view name, const std::vector<std::string>& cells, std::string& out) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    check_text(name, cells[i]);
    if (cells[i].find_first_of("\t\n\r") != std::string::npos) {
      throw bad_embedding(name, "has a tab or a line end in the cell " + quoted(cells[i]));
    }
    if (i > 0) out.push_back('\t');
    out += cells[i];
  }
  out.push_back('\n');
}

}  // namespace

std::string encode_points_tsv(const EmbeddingView& points) {
  std::string out;
  out.reserve(points.values.size() * 12);
  std::array<char, 32> number{};
  for (std::size_t i = 0; i < points.values.size(); ++i) {
    const std::to_chars_result end =
        std::to_chars(number.data(), number.data() + number.size(), points.values[i]);
    out.append(number.data(), end.ptr);
    out.push_back((i + 1) % points.dimensions == 0 ? '\n' : '\t');
  }
  return out;
}

// One column has no header: that is how the page tells them apart.
std::string encode_metadata_tsv(std::string_view name, const EmbeddingOptions& options) {
  const std::size_t columns = options.metadata.front().size();
  const std::size_t names = options.metadata_names.size();
  if (columns == 0 || (names != columns && (names != 0 || columns != 1))) {
    throw bad_embedding(name, "has " + std::to_string(names) + " names for " +
                                  std::to_string(columns) + " columns of metadata");
  }
  std::string out;
  if (columns > 1) append_row(name, options.metadata_names, out);
  for (const std::vector<std::string>& row : options.metadata) {
    if (row.size() != columns) {
      throw bad_embedding(name, "has " + std::to_string(row.size()) + " cells in row " +
                                    std::to_string(&row - options.metadata.data()) + ", not " +
                                    std::to_string(columns));
    }
    append_row(name, row, out);
  }
  return out;
}

std::string encode_sprite(std::string_view name,
                          std::span<const ImageView<std::uint8_t>> pictures) {
  const ImageView<std::uint8_t>& first = pictures.front();
  std::int64_t columns = 1;
  while (columns * columns < static_cast<std::int64_t>(pictures.size())) ++columns;
  // Browsers take textures of up to this size.
  constexpr std::int64_t kMaxSide = 8192;
  if (first.width < 1 || first.height < 1 || first.channels < 1 ||
      std::max(first.width, first.height) > kMaxSide / columns) {
    throw bad_embedding(name, "has pictures of " + std::to_string(first.width) + "x" +
                                  std::to_string(first.height) + "; " + std::to_string(columns) +
                                  " in a row must be 1 to 8192 pixels wide and high");
  }
  const auto row_bytes = static_cast<std::size_t>(first.width * first.channels);
  const auto sheet_columns = static_cast<std::size_t>(columns);
  const auto height = static_cast<std::size_t>(first.height);
  std::vector<std::uint8_t> sheet(sheet_columns * sheet_columns * row_bytes * height);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const ImageView<std::uint8_t>& picture = pictures[i];
    if (picture.width != first.width || picture.height != first.height ||
        picture.channels != first.channels || picture.pixels.size() != row_bytes * height) {
      throw bad_embedding(name, "has pictures that differ from the first, or have too few pixels");
    }
    const std::size_t top = i / sheet_columns * height;
    for (std::size_t y = 0; y < height; ++y) {
      std::memcpy(sheet.data() + ((top + y) * sheet_columns + i % sheet_columns) * row_bytes,
                  picture.pixels.data() + y * row_bytes, row_bytes);
    }
  }
  return encode_png(ImageView<std::uint8_t>{.pixels = sheet,
                                            .width = columns * first.width,
                                            .height = columns * first.height,
                                            .channels = first.channels});
}

}  // namespace opscope::summary
