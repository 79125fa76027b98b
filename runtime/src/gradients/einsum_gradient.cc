#include "gradients/einsum_gradient.h"

#include <algorithm>
#include <string>

#include "gradients/raw_op.h"
#include "opscope/error.h"

namespace opscope::runtime {
namespace {

constexpr std::string_view kEllipsis = "...";

// "ab,b->a" taken apart.
struct Equation {
  std::vector<std::string> inputs;
  std::string output;
};

Equation parse(std::string_view text) {
  Equation equation;
  const std::size_t arrow = text.find("->");
  std::string_view left = text.substr(0, arrow);
  equation.output = text.substr(arrow + 2);
  for (;;) {
    const std::size_t comma = left.find(',');
    equation.inputs.emplace_back(left.substr(0, comma));
    if (comma == std::string_view::npos) return equation;
    left.remove_prefix(comma + 1);
  }
}

bool has_ellipsis(std::string_view labels) {
  return labels.find(kEllipsis) != std::string_view::npos;
}

bool has(std::string_view labels, char label) {
  return labels.find(label) != std::string_view::npos;
}

Tensor einsum(const std::string& equation, const Tensor& x) {
  OpCall call(op<"Einsum">(), "Einsum", Loc{});
  return call.add(x).attr("equation", equation).run();
}
Tensor einsum(const std::string& equation, const Tensor& x, const Tensor& y) {
  OpCall call(op<"Einsum">(), "Einsum", Loc{});
  return call.add(x).add(y).attr("equation", equation).run();
}

// The labels of an input that no other part of the equation has: summed, so that its gradient is
// repeated along them.
std::string lonely_labels(std::string_view input, std::string_view others) {
  std::string lonely;
  for (const char label : input) {
    if (label != '.' && !has(others, label) && !has(lonely, label)) lonely += label;
  }
  return lonely;
}

std::string without(std::string_view labels, std::string_view dropped) {
  std::string kept;
  for (const char label : labels) {
    if (!has(dropped, label)) kept += label;
  }
  return kept;
}

void require_supported(const GradientCall& c, std::string_view input) {
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (input[i] == '.' || input.find(input[i], i + 1) == std::string_view::npos) continue;
    throw Error(ErrorCode::unimplemented,
                "the gradient of Einsum '" + std::string(c.attr_string("equation")) +
                    "' with the label '" + input[i] + "' twice in an input is not known" +
                    (c.loc.is_known() ? ", made at " + describe(c.loc) : ""));
  }
}

// `gradient`, of labels `kept`, repeated along the labels of `like` that it lacks.
Tensor repeat(const Tensor& gradient, std::string_view labels, std::string_view lonely,
              const Tensor& like) {
  if (lonely.empty()) return gradient;
  Tensor wide = gradient;
  std::int64_t axis = 0;
  const std::size_t dots = labels.find(kEllipsis);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i == dots) {
      axis += like.shape().rank() - static_cast<std::int64_t>(labels.size() - kEllipsis.size());
      i += kEllipsis.size() - 1;
      continue;
    }
    if (has(lonely, labels[i])) wide = expand_dims(wide, axis);
    ++axis;
  }
  return broadcast_like(wide, like);
}

// Sums a gradient over the ellipsis dimensions that the input was broadcast along.
Tensor sum_ellipsis(const Tensor& gradient, std::string_view labels, const Tensor& like) {
  if (!has_ellipsis(labels)) return gradient;
  const std::size_t before = labels.find(kEllipsis);
  const auto named = static_cast<int>(labels.size() - kEllipsis.size());
  const int extra = gradient.shape().rank() - like.shape().rank();
  Axes axes;
  const int wide = gradient.shape().rank() - named;
  for (int i = 0; i < wide; ++i) {
    const int at = static_cast<int>(before) + i;
    const bool is_missing = i < extra;
    if (is_missing || (like.shape()[at - extra] == 1 && gradient.shape()[at] != 1)) {
      axes.push_back(at);
    }
  }
  if (axes.empty()) return gradient;
  return reshape_like(sum_over(gradient, ints(axes)), like);
}

void give_input(GradientCall& c, const Equation& equation, std::size_t at) {
  const std::string& mine = equation.inputs[at];
  require_supported(c, mine);
  const Tensor& x = c.x(at);
  (void)required_rank(c, x);
  std::string others = equation.output;
  const bool is_binary = equation.inputs.size() == 2;
  if (is_binary) others += equation.inputs[1 - at];
  const std::string lonely = lonely_labels(mine, others);
  std::string wanted = without(mine, lonely);
  // The other side's broadcast dimensions have to be there to be summed away.
  const bool is_wide = has_ellipsis(equation.output);
  std::string target = wanted;
  if (is_wide && !has_ellipsis(mine)) target = std::string(kEllipsis) + wanted;
  Tensor gradient = is_binary
                        ? einsum(equation.output + "," + equation.inputs[1 - at] + "->" + target,
                                 c.dy(), c.x(1 - at))
                        : einsum(equation.output + "->" + target, c.dy());
  if (is_wide && !has_ellipsis(mine)) {
    Axes axes;
    const int dots = gradient.shape().rank() - static_cast<int>(wanted.size());
    for (int i = 0; i < dots; ++i) axes.push_back(i);
    gradient = axes.empty() ? gradient : sum_over(gradient, ints(axes));
  }
  if (lonely.empty()) gradient = sum_ellipsis(gradient, mine, x);
  c.input_gradients[at] = repeat(gradient, mine, lonely, x);
}

}  // namespace

void einsum_gradient(GradientCall& call) {
  const Equation equation = parse(call.attr_string("equation"));
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.needs[i]) give_input(call, equation, i);
  }
}

}  // namespace opscope::runtime
