#include "capture_call.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <chrono>
#include <memory>
#include <utility>

namespace opscope::profiler {
namespace {

using Stub = grpc::TemplatedGenericStub<proto::ProfileRequest, proto::ProfileResponse>;
using Clock = std::chrono::system_clock;

struct Call {
  explicit Call(const std::shared_ptr<grpc::Channel>& channel) : stub(channel) {}

  CaptureAnswer answer;
  grpc::ClientContext context;
  grpc::Status status;
  Stub stub;
  std::unique_ptr<grpc::ClientAsyncResponseReader<proto::ProfileResponse>> reader;
};

Clock::time_point deadline_of(const proto::ProfileRequest& request) {
  // As TensorFlow's client has it: what was recorded takes time to be written and sent.
  constexpr auto kForAnswering = std::chrono::seconds(60);
  const Clock::time_point start(std::chrono::duration_cast<Clock::duration>(
      std::chrono::nanoseconds(request.opts().start_timestamp_ns())));
  return std::max(start, Clock::now()) + std::chrono::milliseconds(request.duration_ms()) +
         kForAnswering;
}

std::unique_ptr<Call> start_call(const std::string& address, const proto::ProfileRequest& request,
                                 grpc::CompletionQueue& queue) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  auto call = std::make_unique<Call>(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  call->answer.address = address;
  call->context.set_deadline(deadline_of(request));
  call->reader = call->stub.PrepareUnaryCall(&call->context, "/tensorflow.ProfilerService/Profile",
                                             request, &queue);
  call->reader->StartCall();
  call->reader->Finish(&call->answer.response, &call->status, call.get());
  return call;
}

std::string error_text(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return {};
    case grpc::StatusCode::CANCELLED:
      return "interrupted";
    case grpc::StatusCode::UNAVAILABLE:
      return "nothing answers there, or it ended while it recorded (" + status.error_message() +
             ")";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "the program there is no profiler server";
    default:
      return status.error_message();
  }
}

}  // namespace

void call_profile(const std::vector<std::string>& addresses,
                  const std::vector<proto::ProfileRequest>& requests,
                  const std::atomic<bool>& is_interrupted,
                  const std::function<void(CaptureAnswer)>& on_answer) {
  constexpr auto kPause = std::chrono::milliseconds(100);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<Call>> calls;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    calls.push_back(start_call(addresses[i], requests[i], queue));
  }
  for (std::size_t open = calls.size(); open > 0;) {
    void* tag = nullptr;
    bool is_done = false;
    if (queue.AsyncNext(&tag, &is_done, Clock::now() + kPause) ==
        grpc::CompletionQueue::GOT_EVENT) {
      Call& call = *static_cast<Call*>(tag);
      call.answer.error = error_text(call.status);
      on_answer(std::move(call.answer));
      --open;
    } else if (is_interrupted) {
      for (const auto& call : calls) call->context.TryCancel();
    }
  }
}

}  // namespace opscope::profiler
