// Going on with a run after the program has ended, from a step that was kept.
#pragma once

#include <cstdint>
#include <string>

#include "opscope/summary/file_writer.h"

namespace opscope::summary {

// A writer for a run that may have event files already, of which everything from `purge_step` on is
// to be written again. Readers drop what the older files have from that step on; nothing on the
// disk is changed. The new file has a name behind those of the older ones and begins with a
// SessionLog START at purge_step, or with two where there are older files: TensorBoard's own reader
// drops points only from the second START of a run on, whoever wrote the first. The data server
// drops the points of a tag when the first new one comes. Throws invalid_argument for a negative
// step, and what create_file_writer throws.
[[nodiscard]] FileWriter resume_run(const std::string& logdir, std::int64_t purge_step,
                                    const FileWriterOptions& options = {});

}  // namespace opscope::summary
