// The commands that need no window. Each takes the words after its name, writes facts to `out` and
// errors to `err` ("opscope: <what>, <where>, <what to do>"), and returns the exit code: 0 done, 1
// the work failed, 2 bad usage, 3 done and (check) something is damaged or (diff) something differs.
// No exception leaves them.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// inspect PATH [--run R] [--tag T] [--json]
[[nodiscard]] int run_inspect(const std::vector<std::string>& args, std::ostream& out,
                              std::ostream& err);

// check PATH [--json]
[[nodiscard]] int run_check(const std::vector<std::string>& args, std::ostream& out,
                            std::ostream& err);

// stats PATH [--by name|op|type|thread|step] [--top N] [--csv|--json]
[[nodiscard]] int run_stats(const std::vector<std::string>& args, std::ostream& out,
                            std::ostream& err);

// diff graph|profile|scalars A B [--run R] [--tag T] [--by K] [--threshold P] [--top N] [--json]
[[nodiscard]] int run_diff(const std::vector<std::string>& args, std::ostream& out,
                           std::ostream& err);

// show --dir D [--all] [--tag_set T [--signature_def S] [--list_ops]], and
// scan --dir D [--tag_set T] [--op_denylist OPS]: as saved_model_cli of TensorFlow 2.21.
[[nodiscard]] int run_show(const std::vector<std::string>& args, std::ostream& out,
                           std::ostream& err);
[[nodiscard]] int run_scan(const std::vector<std::string>& args, std::ostream& out,
                           std::ostream& err);

// export scalars|profile PATH --out F [--run R] [--tag T]; other kinds need the drawing code and
// are the caller's: true when this command knows the kind that `args` asks for.
[[nodiscard]] bool is_model_export(const std::vector<std::string>& args);
[[nodiscard]] int run_export(const std::vector<std::string>& args, std::ostream& out,
                             std::ostream& err);

}  // namespace opscope::viewer
