// Profiles on request: answers TensorFlow's ProfilerService over gRPC, so that TensorBoard's
// "Capture profile", tf.profiler.experimental.client and `opscope capture` work on this program
// while it runs.
//
//   const auto server = opscope::profiler::start_server(6009);
//
// A separate library, opscope::profiler_server: only who wants gRPC links it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "opscope/profiler/session.h"

namespace opscope::profiler {

struct ServerOptions {
  // Where it listens. The default is reached from this machine only: everyone who reaches the port
  // may record a profile and read what the program does.
  std::string address = "127.0.0.1";

  // A profile returns in the answer. When this is not empty, and a request asks for a folder that
  // is this one or below it, the profile is written there instead, which also serves those over
  // 2 GiB. A request for any other folder never makes the server write.
  std::string writable_root = {};

  // The longest profile that may be asked for; also how far in the future it may start.
  std::uint64_t max_duration_ms = 10 * 60 * 1000;

  // The memory of a profile.
  std::uint64_t buffer_bytes = std::uint64_t{256} << 20;
};

// A running server; it ends with its object, after what it records has been answered as far as it
// got. Not to be made before a fork() that the child goes on from.
// Thread rule: may be used from any thread.
class ProfilerServer {
 public:
  ProfilerServer(ProfilerServer&&) noexcept;
  ProfilerServer& operator=(ProfilerServer&&) noexcept;
  ~ProfilerServer();

  // The port it listens on.
  [[nodiscard]] int port() const noexcept;

  // Ends it before its object.
  void shutdown();

 private:
  struct Impl;
  explicit ProfilerServer(std::unique_ptr<Impl> impl) noexcept;
  friend ProfilerServer start_server(int port, const ServerOptions& options);

  std::unique_ptr<Impl> impl_;
};

// Starts a server. Port 0: one that is free. Throws unavailable, with the address, when it cannot
// listen there, and invalid_argument for a port outside of [0, 65535].
//
// The service is tensorflow.ProfilerService (tsl/profiler/protobuf/profiler_service.proto):
//   Profile    records for the duration and answers with "xplane.pb". There is one session in a
//              process: while another one records, the answer is ALREADY_EXISTS.
//   Terminate  ends a Profile early; it answers with what it has.
//   Monitor    measures the load of the process; at level 2 the times of steps, too, by recording.
//   StartContinuousProfiling, GetSnapshot, StopContinuousProfiling: a ring that keeps the newest
//              events; a snapshot empties it.
[[nodiscard]] ProfilerServer start_server(int port, const ServerOptions& options = {});

}  // namespace opscope::profiler
