// Several scalars of one moment in one event.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

struct NamedScalar {
  std::string_view name;
  double value = 0;
};

// The curves <main_tag>/<name>, side by side in the group <main_tag> of the Scalars page, as tags
// below a name scope are in TensorFlow 2. tensorboardX's add_scalars makes a run of each name
// instead, which puts all curves into one chart: See run_set.h for that. Throws
// invalid_argument for an empty list and for names that are empty or not UTF-8.
void scalars(FileWriter& writer, std::string_view main_tag, std::span<const NamedScalar> values,
             std::int64_t step);
inline void scalars(FileWriter& writer, std::string_view main_tag,
                    std::initializer_list<NamedScalar> values, std::int64_t step) {
  scalars(writer, main_tag, std::span<const NamedScalar>(values), step);
}

}  // namespace opscope::summary
