#include "opscope/summary/run_set.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <utility>

#include "tag_check.h"

namespace opscope::summary {
namespace {

std::string run_directory(const std::string& logdir, std::string_view run) {
  check_text(run, run);
  const std::filesystem::path path = std::filesystem::path(run).lexically_normal();
  if (run.empty() || run.find('\0') != std::string_view::npos || path.is_absolute() ||
      *path.begin() == "..") {
    throw Error(ErrorCode::invalid_argument,
                "the run " + quoted(run) + " is no relative path inside of the logdir");
  }
  return (std::filesystem::path(logdir) / path).string();
}

template <typename Action>
void for_each_writer(const std::vector<FileWriter*>& writers, Action action) {
  std::exception_ptr first;
  for (FileWriter* writer : writers) {
    try {
      action(*writer);
    } catch (const Error&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace

RunSet::RunSet(std::string logdir, FileWriterOptions options)
    : logdir_(std::move(logdir)), options_(std::move(options)) {}

FileWriter& RunSet::operator[](std::string_view run) {
  const std::lock_guard lock(mutex_);
  const auto present = writers_.find(run);
  if (present != writers_.end()) return *present->second;
  auto writer =
      std::make_unique<FileWriter>(create_file_writer(run_directory(logdir_, run), options_));
  return *writers_.emplace(std::string(run), std::move(writer)).first->second;
}

void RunSet::scalars(std::string_view main_tag, std::initializer_list<NamedScalar> values,
                     std::int64_t step) {
  check_tag(main_tag);
  std::string stem(main_tag);
  std::replace(stem.begin(), stem.end(), '/', '_');
  for (const NamedScalar& scalar : values) {
    check_tag(scalar.name);
    (*this)[stem + "_" + std::string(scalar.name)].scalar(main_tag, scalar.value, step);
  }
}

std::vector<FileWriter*> RunSet::writers() const {
  const std::lock_guard lock(mutex_);
  std::vector<FileWriter*> all;
  for (const auto& [run, writer] : writers_) all.push_back(writer.get());
  return all;
}

void RunSet::flush() {
  for_each_writer(writers(), [](FileWriter& writer) { writer.flush(); });
}

void RunSet::close() {
  for_each_writer(writers(), [](FileWriter& writer) { writer.close(); });
}

std::vector<std::string> RunSet::runs() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [run, writer] : writers_) names.push_back(run);
  return names;
}

std::vector<FileWriter> create_run_writers(const std::string& logdir,
                                           std::initializer_list<std::string_view> runs,
                                           const FileWriterOptions& options) {
  std::vector<FileWriter> writers;
  for (const std::string_view run : runs) {
    writers.push_back(create_file_writer(run_directory(logdir, run), options));
  }
  return writers;
}

}  // namespace opscope::summary
