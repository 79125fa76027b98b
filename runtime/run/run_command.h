// opscope run: runs a signature of a SavedModel, as `saved_model_cli run` of TensorFlow 2.21.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::run {

// --dir D --tag_set T --signature_def S --inputs ... | --input_exprs ... [--outdir F] [--overwrite]
// Prints the outputs, and writes each to F/<key>.npy. Gives 0 done, 1 failed, 2 bad usage; errors
// go to `err` as "opscope: ...".
[[nodiscard]] int run_command(const std::vector<std::string>& args, std::ostream& out,
                              std::ostream& err);

}  // namespace opscope::run
