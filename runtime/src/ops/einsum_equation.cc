#include "ops/einsum_equation.h"

#include <algorithm>

#include "opscope/error.h"

namespace opscope::runtime {
namespace {
constexpr std::string_view kDots = "...";

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::invalid_argument, message);
}

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// One subscript; "..." becomes the single label kEllipsis.
EinsumLabels read_subscript(std::string_view text) {
  EinsumLabels labels;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 3) == kDots) {
      if (std::ranges::count(labels, kEllipsis) > 0) fail("Multiple ellipses in a subscript");
      labels.push_back(kEllipsis);
      i += 2;
    } else if (is_letter(text[i])) {
      labels.push_back(text[i]);
    } else {
      fail("Invalid character in a subscript: " + std::string(text));
    }
  }
  return labels;
}

// Replaces the ellipsis by `count` labels.
EinsumLabels expand(const EinsumLabels& labels, int count) {
  EinsumLabels expanded;
  for (const EinsumLabel label : labels) {
    if (label != kEllipsis) {
      expanded.push_back(label);
      continue;
    }
    for (int i = count - 1; i >= 0; --i) expanded.push_back(kEllipsis + i);
  }
  return expanded;
}

void add_size(EinsumEquation& equation, EinsumLabel label, std::int64_t size, const Shape& shape,
              std::size_t axis) {
  const auto [at, is_new] = equation.sizes.emplace(label, size);
  std::int64_t& known = at->second;
  if (is_new || known == size || size == kAnyDim) return;
  if (known == kAnyDim) {
    // A size of 1 may yet be broadcast against what is not known.
    if (label < kEllipsis || size != 1) known = size;
    return;
  }
  if (label >= kEllipsis && (known == 1 || size == 1)) {
    known = std::max(known, size);
    return;
  }
  fail("Expected dimension " + std::to_string(known) + " at axis " + std::to_string(axis) +
       " of the input shaped " + shape.to_bracket_string() + " but got dimension " +
       std::to_string(size));
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t comma = text.find(','); comma != std::string_view::npos;
       comma = text.find(',', begin)) {
    parts.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}
}  // namespace

EinsumEquation read_einsum(std::string_view text, const std::vector<const Shape*>& shapes) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos || text.find("->", arrow + 2) != std::string_view::npos) {
    fail("Expecting exactly one '->' in einsum equation: " + std::string(text));
  }
  const auto parts = split(text.substr(0, arrow));
  if (parts.size() > 2) {
    fail("Expecting 1 or 2 input subscripts in equation '" + std::string(text) +
         "' but got: " + std::to_string(parts.size()));
  }
  if (parts.size() != shapes.size()) {
    fail("Expected " + std::to_string(parts.size()) +
         " inputs but got: " + std::to_string(shapes.size()));
  }
  EinsumEquation equation;
  int ellipsis_rank = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Shape& shape = *shapes[i];
    EinsumLabels labels = read_subscript(parts[i]);
    const int spare = shape.rank() - static_cast<int>(labels.size());
    const bool has_ellipsis = std::ranges::count(labels, kEllipsis) > 0;
    if (has_ellipsis ? spare + 1 < 0 : spare != 0) {
      fail("Expected input " + std::to_string(i) + " to have rank " +
           (has_ellipsis ? "at least " : "") +
           std::to_string(has_ellipsis ? labels.size() - 1 : labels.size()) +
           " but got: " + std::to_string(shape.rank()));
    }
    if (has_ellipsis) ellipsis_rank = std::max(ellipsis_rank, spare + 1);
    labels = expand(labels, has_ellipsis ? spare + 1 : 0);
    for (std::size_t axis = 0; axis < labels.size(); ++axis) {
      add_size(equation, labels[axis], shape[static_cast<int>(axis)], shape, axis);
    }
    equation.inputs.push_back(std::move(labels));
  }
  equation.output = expand(read_subscript(text.substr(arrow + 2)), ellipsis_rank);
  if (equation.output.size() > static_cast<std::size_t>(kMaxRank)) fail("Too many dimensions");
  for (const EinsumLabel label : equation.output) {
    if (!equation.sizes.contains(label)) {
      fail("The output of einsum equation '" + std::string(text) +
           "' has a label that is in no input");
    }
  }
  return equation;
}

}  // namespace opscope::runtime
