// `opscope tensorboard list|start|stop`: the TensorBoard servers that run on this machine, and the
// starting and stopping of one. TensorBoard itself is not part of Opscope: it is whatever a person
// has installed.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace opscope::viewer {

// tensorboard list [--json]
// tensorboard start --logdir D [--timeout SECONDS] [-- ARGS...]
// tensorboard stop --port N | --pid N | --logdir D | --all
//
// Takes the words after `tensorboard`. Exit codes and messages as in cli/commands.h. `start` runs
// $TENSORBOARD, $TENSORBOARD_BINARY or the `tensorboard` on PATH, waits until it answers for
// itself (by its info file) and prints its address; a server that was started in this directory
// with the same arguments, by us or by a notebook, is used again instead.
[[nodiscard]] int run_tensorboard(const std::vector<std::string>& args, std::ostream& out,
                                  std::ostream& err);

}  // namespace opscope::viewer
