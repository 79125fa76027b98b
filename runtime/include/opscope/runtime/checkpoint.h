// Checkpoint: the values of a module's variables in files that tf.train.Checkpoint reads and
// writes.
#pragma once

#include <optional>
#include <string>

#include "opscope/runtime/module.h"
#include "opscope/runtime/variable.h"

namespace opscope {

//   Checkpoint checkpoint(model);
//   const std::string path = checkpoint.save("training/ckpt");  // "training/ckpt-1"
//   checkpoint.restore(*latest_checkpoint("training"));
//
// Values are matched by the names under which variables and modules hang below the module (see
// saved_model.h). A handle; the module stays alive with it. Thread rule: one save or restore at a
// time.
class Checkpoint {
 public:
  // As tf.train.Checkpoint(module); with a name, as tf.train.Checkpoint(name=module).
  explicit Checkpoint(const Module& module, std::string name = "");

  // Writes PREFIX-N, N counting the saves, and the file "checkpoint" beside it that says which one
  // is the latest. Gives "PREFIX-N". Folders are made as needed.
  std::string save(const std::string& prefix);
  // Writes exactly these files: PREFIX.index and PREFIX.data-00000-of-00001.
  void write(const std::string& prefix) const;

  // Assigns the values in PREFIX to the module's variables: all, or, on an error, none. Throws
  // not_found naming the variables that have no value there, invalid_argument for another type or
  // shape, data_loss for damage. What the checkpoint has besides is no matter. A checkpoint of
  // TensorFlow 1, without objects, is matched by the names of the variables.
  void restore(const std::string& prefix);

 private:
  Module module_;
  std::string name_;
  Variable save_counter_;
};

// The latest checkpoint in a folder, as its file "checkpoint" says; empty where there is none.
[[nodiscard]] std::optional<std::string> latest_checkpoint(const std::string& folder);

}  // namespace opscope
