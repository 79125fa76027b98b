#include "model/graph_labels.h"

#include <algorithm>

namespace opscope::viewer {
namespace {

constexpr std::size_t kLeastPrefix = 6;
constexpr std::string_view kEllipsis = "…";

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t character_count(std::string_view text) {
  return text.size() -
         static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

}  // namespace

std::string cut_middle(std::string_view text, std::size_t max_characters) {
  max_characters = std::max<std::size_t>(max_characters, 3);
  if (text.size() <= max_characters || character_count(text) <= max_characters) {
    return std::string(text);
  }
  // The end tells siblings apart more often than the beginning, so it gets the odd character.
  const std::size_t front = (max_characters - 1) / 2;
  const std::size_t back = max_characters - 1 - front;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < front; ++i) {
    ++begin;
    while (begin < text.size() && is_continuation(text[begin])) ++begin;
  }
  std::size_t end = text.size();
  for (std::size_t i = 0; i < back; ++i) {
    --end;
    while (end > 0 && is_continuation(text[end])) --end;
  }
  return std::string(text.substr(0, begin)).append(kEllipsis).append(text.substr(end));
}

std::size_t common_prefix(std::span<const std::string> labels) {
  if (labels.size() < 2) return 0;
  std::size_t length = labels[0].size();
  for (const std::string& label : labels) {
    const auto [end, other] =
        std::mismatch(labels[0].begin(), labels[0].begin() + static_cast<std::ptrdiff_t>(length),
                      label.begin(), label.end());
    length = static_cast<std::size_t>(end - labels[0].begin());
    if (length == label.size() && length > 0) --length;
  }
  const std::size_t word = std::string_view(labels[0]).substr(0, length).find_last_of("_-./");
  return word == std::string_view::npos ? 0 : word + 1;
}

LabelFitter::LabelFitter(std::span<const std::string> labels, std::size_t max_characters)
    : max_characters_(max_characters) {
  const bool has_long = std::any_of(labels.begin(), labels.end(), [&](const std::string& label) {
    return character_count(label) > max_characters;
  });
  drop_ = has_long ? common_prefix(labels) : 0;
  if (drop_ < kLeastPrefix) drop_ = 0;
}

std::string LabelFitter::fit(const std::string& label) const {
  if (drop_ == 0) return cut_middle(label, max_characters_);
  const std::string_view rest = std::string_view(label).substr(drop_);
  return cut_middle(std::string(kEllipsis).append(rest), max_characters_);
}

std::vector<std::string> fit_labels(std::span<const std::string> labels,
                                    std::size_t max_characters) {
  const LabelFitter fitter(labels, max_characters);
  std::vector<std::string> result;
  for (const std::string& label : labels) result.push_back(fitter.fit(label));
  return result;
}

}  // namespace opscope::viewer
