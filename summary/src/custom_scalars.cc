#include "opscope/summary/custom_scalars.h"

#include <string_view>

#include "event_encoder.h"
#include "opscope/proto/custom_scalar_layout.pb.h"
#include "tag_check.h"
#include "tensor_summary.h"

namespace opscope::summary {
namespace {

constexpr std::string_view kLayoutTag = "custom_scalars__config__";

const std::string& checked(const std::string& text) {
  check_text(kLayoutTag, text);
  return text;
}

void fill_chart(const CustomChart& chart, proto::Chart& to) {
  to.set_title(checked(chart.title));
  if (const auto* lines = std::get_if<MultilineChart>(&chart.content)) {
    for (const std::string& tag : lines->tags) to.mutable_multiline()->add_tag(checked(tag));
    return;
  }
  for (const MarginSeries& series : std::get<MarginChart>(chart.content).series) {
    proto::MarginChartContent::Series& added = *to.mutable_margin()->add_series();
    added.set_value(checked(series.value));
    added.set_lower(checked(series.lower));
    added.set_upper(checked(series.upper));
  }
}

}  // namespace

void custom_scalars(FileWriter& writer, const std::vector<ChartCategory>& categories) {
  proto::Layout layout;
  for (const ChartCategory& category : categories) {
    proto::Category& added = *layout.add_category();
    added.set_title(checked(category.title));
    added.set_closed(category.is_closed);
    for (const CustomChart& chart : category.charts) fill_chart(chart, *added.add_chart());
  }
  const std::string bytes = layout.SerializeAsString();
  const std::string_view text = bytes;
  write_tensor_summary(writer, kLayoutTag, encode_string_tensor({&text, 1}, {}), 0,
                       {.plugin_name = "custom_scalars", .has_fixed_tag = true});
}

}  // namespace opscope::summary
