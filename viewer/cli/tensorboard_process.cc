#include "cli/tensorboard_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 forgot to declare these as C functions.
extern "C" {
#include <sys/pidfd.h>
}

#include <cerrno>
#include <filesystem>

namespace opscope::viewer {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

struct OutputFile {
  std::string path;
  FileDescriptor descriptor;  // -1 where it could not be made
};

// A new file named as TensorBoard's own launcher names it: <tmp>/.tensorboard-<stream>-XXXXXX.
OutputFile make_output_file(const std::string& stream) {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) folder = "/tmp";
  std::string path = (folder / (".tensorboard-" + stream + "-XXXXXX")).string();
  const int number = mkostemp(path.data(), O_CLOEXEC);
  return {path, FileDescriptor(number)};
}

std::vector<char*> argument_pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

int spawn(const std::string& command, const std::vector<std::string>& arguments, int out, int err,
          pid_t& pid) {
  std::vector<std::string> words{command};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::vector<char*> argv = argument_pointers(words);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  const int error = posix_spawnp(&pid, command.c_str(), &files, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

Result<StartedProcess> start_process(const std::string& command,
                                     const std::vector<std::string>& arguments) {
  const OutputFile out = make_output_file("stdout");
  const OutputFile err = make_output_file("stderr");
  if (out.descriptor.number() < 0 || err.descriptor.number() < 0) {
    return error_from_errno(errno, "create", err.path);
  }
  StartedProcess process{.pid = 0, .stdout_path = out.path, .stderr_path = err.path};
  const int error =
      spawn(command, arguments, out.descriptor.number(), err.descriptor.number(), process.pid);
  if (error != 0) {
    unlink(out.path.c_str());
    unlink(err.path.c_str());
    return error_from_errno(error, "start", command);
  }
  return process;
}

std::optional<std::string> ending_of_child(int pid) {
  int status = 0;
  if (waitpid(pid, &status, WNOHANG) != pid) return std::nullopt;
  if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

Result<void> stop_process(int pid, std::chrono::milliseconds timeout) {
  const std::string name = "process " + std::to_string(pid);
  // The descriptor means this process even if its number is given to another one meanwhile.
  const FileDescriptor process(pidfd_open(pid, 0));
  if (process.number() < 0) {
    if (errno == ESRCH) return {};
    return error_from_errno(errno, "stop", name);
  }
  if (pidfd_send_signal(process.number(), SIGTERM, nullptr, 0) != 0 && errno != ESRCH) {
    return error_from_errno(errno, "stop", name);
  }
  pollfd ended{.fd = process.number(), .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = poll(&ended, 1, static_cast<int>(timeout.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) return Error(ErrorCode::deadline_exceeded, name + " is still running");
  return {};
}

}  // namespace opscope::viewer
