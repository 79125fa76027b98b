#include "projector_files.h"

#include <fcntl.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "opscope/error.h"
#include "opscope/summary/event_writer.h"
#include "opscope/summary/writable_file.h"
#include "unique_fd.h"
#include "utf8.h"

namespace opscope::summary {
namespace {

using proto::projector::EmbeddingInfo;
using proto::projector::ProjectorConfig;

// Says nothing by itself; what was wrong goes into an Error.
class FirstParseError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) {
      text_ = "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1) + ": " +
              message;
    }
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

ProjectorConfig read_config(const std::string& path) {
  ProjectorConfig config;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return config;
    throw error_from_errno(errno, "open", path);
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  FirstParseError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  if (parser.ParseFromString(text, &config)) return config;
  throw Error(ErrorCode::data_loss, path + " is no projector config: " + error.text());
}

}  // namespace

bool is_seen_as_bytes(std::string_view bytes) noexcept {
  // It reads lines, and takes the first that is neither empty nor UTF-8 for a sign of float32.
  bytes.remove_prefix(std::min(bytes.find_first_not_of('\n'), bytes.size()));
  return !is_valid_utf8(bytes.substr(0, bytes.find('\n')));
}

void replace_file(const std::string& path, std::string_view content) {
  // A name that no other writer takes, and no reader takes for an event file.
  const std::string unfinished = path + "." + next_event_file_name(0, ".tmp").substr(20);
  try {
    const WriteOutcome outcome = create_disk_file(unfinished)->write_at(0, content);
    if (outcome.error_number != 0) throw error_from_errno(outcome.error_number, "write", path);
    if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
      throw error_from_errno(errno, "rename " + unfinished + " to", path);
    }
  } catch (const Error&) {
    ::unlink(unfinished.c_str());
    throw;
  }
}

void update_config(const std::string& logdir, const EmbeddingInfo& entry) {
  // The lock ends with the descriptor, also when the process is killed.
  const UniqueFd directory(::open(logdir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw error_from_errno(errno, "open", logdir);
  while (::flock(directory.get(), LOCK_EX) != 0) {
    if (errno != EINTR) throw error_from_errno(errno, "lock", logdir);
  }
  const std::string path = logdir + "/projector_config.pbtxt";
  ProjectorConfig config = read_config(path);
  EmbeddingInfo* place = nullptr;
  for (EmbeddingInfo& present : *config.mutable_embeddings()) {
    if (present.tensor_name() == entry.tensor_name()) place = &present;
  }
  if (place == nullptr) place = config.add_embeddings();
  *place = entry;
  std::string text;
  google::protobuf::TextFormat::PrintToString(config, &text);
  replace_file(path, text);
}

}  // namespace opscope::summary
