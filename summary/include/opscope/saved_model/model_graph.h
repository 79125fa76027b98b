// The message in a SavedModel folder.
#pragma once

#include <memory>
#include <string>

#include "opscope/proto/saved_model.pb.h"
#include "opscope/result.h"

namespace opscope::saved_model {

struct ModelGraph {
  std::string path;  // of the file that was read
  std::shared_ptr<const proto::SavedModel> model;
};

// Reads FOLDER/saved_model.pb or, where there is none, saved_model.pbtxt. Fails with not_found when
// there is neither, with data_loss (and the place) when the file is no such message.
[[nodiscard]] Result<ModelGraph> read_model_graph(const std::string& folder);

// Where the variables of the model in `folder` lie: the prefix that BundleReader::open() takes.
[[nodiscard]] std::string variables_prefix(const std::string& folder);

}  // namespace opscope::saved_model
