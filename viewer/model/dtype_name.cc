#include <string>

#include "model/units.h"
#include "opscope/proto/types.pb.h"

namespace opscope::viewer {

std::string dtype_name(int dtype) {
  if (!proto::DataType_IsValid(dtype)) return "DT_INVALID";
  return proto::DataType_Name(static_cast<proto::DataType>(dtype));
}

}  // namespace opscope::viewer
