// Several runs below one logdir: what TensorBoard draws in one chart, each with a colour.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "opscope/summary/file_writer.h"
#include "opscope/summary/scalars.h"

namespace opscope::summary {

// Writers for runs that are made when they are first asked for. Every function may be called from
// any number of threads.
class RunSet {
 public:
  explicit RunSet(std::string logdir, FileWriterOptions options = {});

  // The writer of <logdir>/<run>; lives as long as the set. A run is a relative path, such as
  // "train" or "trial/3". Throws invalid_argument for one that is empty or would leave the logdir,
  // and what create_file_writer throws.
  FileWriter& operator[](std::string_view run);

  // One value under the tag <main_tag> in each run <main_tag>_<name> ("/" in the main tag becomes
  // "_"): one chart with a curve for each, as tensorboardX's add_scalars makes it.
  void scalars(std::string_view main_tag, std::initializer_list<NamedScalar> values,
               std::int64_t step);

  // The same for all writers. Each is tried; the first error is thrown then.
  void flush();
  void close();

  // The runs there are, sorted.
  [[nodiscard]] std::vector<std::string> runs() const;

 private:
  [[nodiscard]] std::vector<FileWriter*> writers() const;

  const std::string logdir_;
  const FileWriterOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<FileWriter>, std::less<>> writers_;
};

// A writer for each of the runs below the logdir, in that order.
[[nodiscard]] std::vector<FileWriter> create_run_writers(
    const std::string& logdir, std::initializer_list<std::string_view> runs,
    const FileWriterOptions& options = {});

}  // namespace opscope::summary
