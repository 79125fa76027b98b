// One record as an XEvent.
#pragma once

#include <string_view>
#include <vector>

#include "calibration.h"
#include "decoded_event.h"
#include "plane_tables.h"

namespace opscope::profiler::detail {

class EventEncoder {
 public:
  EventEncoder(const CaptureData& capture, PlaneTables& tables);

  // The event as a field of its XLine, tag and length included. The view is good until the next
  // call. The same record always gives the same bytes.
  [[nodiscard]] std::string_view encode(const RecordView& record);

 private:
  [[nodiscard]] char* put_arg(char* out, const DecodedArg& arg);
  [[nodiscard]] char* put_text(char* out, std::string_view text);

  Calibration calibration_;
  PlaneTables& tables_;
  EventDecoder decoder_;
  DecodedEvent event_;
  std::vector<char> buffer_;
};

}  // namespace opscope::profiler::detail
