#include "opscope/profiler/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "opscope/profiler/profiler.h"
#include "opscope/proto/profiler_service.pb.h"
#include "support/matchers.h"

namespace opscope::profiler {
namespace {

using ::testing::HasSubstr;
using testing::ThrowsError;

std::string address_of(const ProfilerServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// One call of tensorflow.ProfilerService, as any client makes it.
template <typename Request, typename Response>
grpc::Status call(const std::string& address, const std::string& method, const Request& request,
                  Response& response) {
  grpc::TemplatedGenericStub<Request, Response> stub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::Status status;
  const auto reader =
      stub.PrepareUnaryCall(&context, "/tensorflow.ProfilerService/" + method, request, &queue);
  reader->StartCall();
  reader->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool is_done = false;
  queue.Next(&tag, &is_done);
  return status;
}

TEST(ProfilerServer, AnswersOverGrpc) {
  const ProfilerServer server = start_server(0);
  ASSERT_GT(server.port(), 0);
  proto::ProfileRequest request;
  request.set_duration_ms(600'000);
  request.set_session_id("s");
  std::thread program([&] {
    while (!is_recording()) std::this_thread::yield();
    { OPSCOPE_ZONE("remote"); }
    proto::TerminateRequest terminate;
    terminate.set_session_id("s");
    proto::TerminateResponse done;
    EXPECT_TRUE(call(address_of(server), "Terminate", terminate, done).ok());
  });
  proto::ProfileResponse response;
  const grpc::Status status = call(address_of(server), "Profile", request, response);
  program.join();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.tool_data_size(), 1);
  EXPECT_THAT(response.tool_data(0).data(), HasSubstr("remote"));
}

TEST(ProfilerServer, AnswersEveryMethod) {
  const ProfilerServer server = start_server(0);
  proto::MonitorRequest monitor;
  monitor.set_duration_ms(1);
  proto::MonitorResponse load;
  EXPECT_TRUE(call(address_of(server), "Monitor", monitor, load).ok());
  EXPECT_THAT(load.data(), HasSubstr("CPU: "));
  proto::ContinuousProfilingResponse started;
  EXPECT_TRUE(
      call(address_of(server), "StartContinuousProfiling", proto::ProfileRequest(), started).ok());
  { OPSCOPE_ZONE("continuous"); }
  proto::ProfileResponse snapshot;
  EXPECT_TRUE(call(address_of(server), "GetSnapshot", proto::GetSnapshotRequest(), snapshot).ok());
  EXPECT_THAT(snapshot.tool_data(0).data(), HasSubstr("continuous"));
  proto::StopContinuousProfilingResponse stopped;
  EXPECT_TRUE(call(address_of(server), "StopContinuousProfiling",
                   proto::StopContinuousProfilingRequest(), stopped)
                  .ok());
  EXPECT_FALSE(is_recording());
}

TEST(ProfilerServer, SaysWhatIsWrongByStatus) {
  const ProfilerServer server = start_server(0);
  proto::ProfileResponse response;
  const grpc::Status none = call(address_of(server), "Profile", proto::ProfileRequest(), response);
  EXPECT_EQ(none.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(none.error_message(), HasSubstr("0 ms"));
  EXPECT_EQ(
      call(address_of(server), "GetSnapshot", proto::GetSnapshotRequest(), response).error_code(),
      grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(call(address_of(server), "Nothing", proto::GetSnapshotRequest(), response).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST(ProfilerServer, SharesNoPort) {
  const ProfilerServer server = start_server(0);
  EXPECT_THAT([&] { (void)start_server(server.port()); },
              ThrowsError(ErrorCode::unavailable, "cannot listen on " + address_of(server)));
  EXPECT_THAT([] { (void)start_server(65536); }, ThrowsError(ErrorCode::invalid_argument, "65536"));
}

TEST(ProfilerServer, EndsAProfileWithItself) {
  proto::ProfileRequest request;
  request.set_duration_ms(600'000);
  request.set_session_id("s");
  ProfilerServer server = start_server(0);
  proto::ProfileResponse response;
  grpc::Status status;
  const std::string address = address_of(server);
  std::thread client([&] { status = call(address, "Profile", request, response); });
  while (!is_recording()) std::this_thread::yield();
  server.shutdown();
  client.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(is_recording());
}

}  // namespace
}  // namespace opscope::profiler
