#include "opscope/profiler/server.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/method_handler.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <atomic>
#include <chrono>
#include <list>
#include <new>
#include <string>
#include <utility>

#include "opscope/error.h"
#include "remote_profiler.h"

namespace opscope::profiler {
namespace {

grpc::Status status_of(const Error& error) {
  // TensorFlow's codes, and ours, are gRPC's.
  return {static_cast<grpc::StatusCode>(error.code()), error.what()};
}

// tensorflow.ProfilerService. Registered by its methods' paths instead of by generated code, so
// that a program that links TensorFlow as well has that name once.
class ProfilerService : public grpc::Service {
 public:
  explicit ProfilerService(ServerOptions options) : profiler_(std::move(options)) {
    add("Profile", [this](grpc::ServerContext& context, const proto::ProfileRequest& request,
                          proto::ProfileResponse& response) {
      response = profiler_.profile(request, [&] { return context.IsCancelled(); });
    });
    add("Terminate",
        [this](grpc::ServerContext&, const proto::TerminateRequest& request,
               proto::TerminateResponse&) { profiler_.terminate(request.session_id()); });
    add("Monitor", [this](grpc::ServerContext& context, const proto::MonitorRequest& request,
                          proto::MonitorResponse& response) {
      response = profiler_.monitor(request, [&] { return context.IsCancelled(); });
    });
    add("StartContinuousProfiling",
        [this](grpc::ServerContext&, const proto::ProfileRequest&,
               proto::ContinuousProfilingResponse&) { profiler_.start_continuous(); });
    add("StopContinuousProfiling",
        [this](grpc::ServerContext&, const proto::StopContinuousProfilingRequest&,
               proto::StopContinuousProfilingResponse&) { profiler_.stop_continuous(); });
    add("GetSnapshot",
        [this](grpc::ServerContext&, const proto::GetSnapshotRequest&,
               proto::ProfileResponse& response) { response = profiler_.snapshot(); });
  }

  void shutdown() { profiler_.shutdown(); }

 private:
  // The types of request and response are those that `handle` takes.
  template <typename Handle>
  void add(const char* method, Handle handle) {
    add_typed(method, std::move(handle), &Handle::operator());
  }

  template <typename Handle, typename Request, typename Response>
  void add_typed(const char* method, Handle handle,
                 void (Handle::*)(grpc::ServerContext&, const Request&, Response&) const) {
    const auto answer = [handle = std::move(handle)](ProfilerService*, grpc::ServerContext* context,
                                                     const Request* request, Response* response) {
      try {
        handle(*context, *request, *response);
        return grpc::Status::OK;
      } catch (const Error& error) {
        return status_of(error);
      } catch (const std::bad_alloc&) {
        return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "out of memory");
      }
    };
    paths_.push_back(std::string("/tensorflow.ProfilerService/") + method);
    AddMethod(new grpc::internal::RpcServiceMethod(
        paths_.back().c_str(), grpc::internal::RpcMethod::NORMAL_RPC,
        new grpc::internal::RpcMethodHandler<ProfilerService, Request, Response,
                                             google::protobuf::MessageLite,
                                             google::protobuf::MessageLite>(answer, this)));
  }

  std::list<std::string> paths_;  // gRPC keeps pointers to them
  detail::RemoteProfiler profiler_;
};

}  // namespace

struct ProfilerServer::Impl {
  explicit Impl(ServerOptions options) : service(std::move(options)) {}
  ~Impl() { shutdown(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void shutdown() {
    if (server == nullptr || is_shut_down.exchange(true)) return;
    service.shutdown();
    // What is being answered has this long to get through.
    server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(5));
    server->Wait();
  }

  ProfilerService service;
  std::unique_ptr<grpc::Server> server;
  std::atomic<bool> is_shut_down{false};
  int port = 0;
};

ProfilerServer::ProfilerServer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ProfilerServer::ProfilerServer(ProfilerServer&&) noexcept = default;
ProfilerServer& ProfilerServer::operator=(ProfilerServer&&) noexcept = default;
ProfilerServer::~ProfilerServer() = default;

int ProfilerServer::port() const noexcept { return impl_->port; }
void ProfilerServer::shutdown() { impl_->shutdown(); }

ProfilerServer start_server(int port, const ServerOptions& options) {
  if (port < 0 || port > 65535) {
    throw Error(ErrorCode::invalid_argument,
                "port " + std::to_string(port) + "; it must be from 0 to 65535");
  }
  const bool is_ipv6 = options.address.find(':') != std::string::npos;
  const std::string address =
      (is_ipv6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(port);
  auto impl = std::make_unique<ProfilerServer::Impl>(options);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &impl->port);
  // Two programs on one port would answer in turns.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxSendMessageSize(-1);
  builder.RegisterService(&impl->service);
  impl->server = builder.BuildAndStart();
  if (impl->server == nullptr || impl->port == 0) {
    throw Error(ErrorCode::unavailable, "the profiler server cannot listen on " + address +
                                            ": is the port in use, or the address not of this "
                                            "machine?");
  }
  return ProfilerServer(std::move(impl));
}

}  // namespace opscope::profiler
