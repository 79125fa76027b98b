// A folder that appears whole, in place of what was there.
#pragma once

#include <string>

namespace opscope::runtime {

class ModelFolder {
 public:
  // A new empty folder beside `target`, whose parents are made. Throws failed_precondition when
  // there is a folder that holds other things than a SavedModel, and what errno says.
  explicit ModelFolder(std::string target);
  // Removes what was not committed.
  ~ModelFolder();
  ModelFolder(const ModelFolder&) = delete;
  ModelFolder& operator=(const ModelFolder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Makes a folder below.
  void make_folder(const std::string& name) const;
  void write_file(const std::string& name, const std::string& bytes, bool is_durable) const;

  // Puts the folder in the place of the target.
  void commit(bool is_durable);

 private:
  std::string target_;
  std::string path_;
};

}  // namespace opscope::runtime
