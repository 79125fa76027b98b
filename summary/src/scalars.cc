#include "opscope/summary/scalars.h"

#include <string>

#include "event_encoder.h"
#include "number_tensor.h"
#include "tag_check.h"

namespace opscope::summary {

void scalars(FileWriter& writer, std::string_view main_tag, std::span<const NamedScalar> values,
             std::int64_t step) {
  check_tag(main_tag);
  if (values.empty()) {
    throw Error(ErrorCode::invalid_argument, "the scalars of " + quoted(main_tag) + " are none");
  }
  // Messages one behind the other are one message with the values of both.
  std::string summary;
  for (const NamedScalar& scalar : values) {
    check_tag(scalar.name);
    const std::string tag = std::string(main_tag).append("/").append(scalar.name);
    const auto value = static_cast<float>(scalar.value);
    summary += encode_tensor_summary(tag, encode_numbers(std::span<const float>(&value, 1), {}),
                                     {.plugin_name = "scalars"});
  }
  writer.serialized_event(encode_event(writer.wall_time(), step, EventKind::summary, summary));
}

}  // namespace opscope::summary
