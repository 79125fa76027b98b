// Cumulative operations.
#include <limits>

#include "gradients/raw_op.h"

namespace opscope::runtime {
namespace {

// The same scan from the other end.
AttrList reversed(const GradientCall& c) {
  return {{"exclusive", c.attr_bool("exclusive")}, {"reverse", !c.attr_bool("reverse")}};
}

void cumsum(GradientCall& c) {
  c.give(0, [&] { return raw<"Cumsum">({c.dy(), c.x(1)}, reversed(c)); });
}

void cumprod(GradientCall& c) {
  c.give(0, [&] {
    const Tensor sums = raw<"Cumsum">({c.y() * c.dy(), c.x(1)}, reversed(c));
    return raw<"DivNoNan">({sums, c.x()});
  });
}

// Positive and negative gradients apart, each in logarithms.
void cumulative_logsumexp(GradientCall& c) {
  c.give(0, [&] {
    const double lowest = c.dy().dtype() == DType::float64
                              ? std::numeric_limits<double>::lowest()
                              : static_cast<double>(std::numeric_limits<float>::lowest());
    const Tensor floor = cast(Tensor(lowest), c.dy().dtype());
    const auto part = [&](const Tensor& dy) {
      const Tensor is_some = dy > 0;
      const Tensor safe = where(is_some, dy, ones_like(dy));
      const Tensor logs = where(is_some, log(safe), floor);
      return exp(raw<"CumulativeLogsumexp">({logs - c.y(), c.x(1)}, reversed(c)) + c.x());
    };
    return part(c.dy()) - part(-c.dy());
  });
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"Cumsum", cumsum},
    {"Cumprod", cumprod},
    {"CumulativeLogsumexp", cumulative_logsumexp},
};

}  // namespace

GradientTable scan_gradients() noexcept { return kTable; }

}  // namespace opscope::runtime
