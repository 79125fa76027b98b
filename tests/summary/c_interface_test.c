/* Compiled as C: writes every kind and tries bad input. Gives 0 or the line that was wrong. The
 * C++ part (c_interface_test.cc) reads back what was written. */
#include "summary/c_interface_test.h"

#include <string.h>

#include "opscope/summary.h"

#define EXPECT(condition)              \
  do {                                 \
    if (!(condition)) return __LINE__; \
  } while (0)
#define EXPECT_OK(call) EXPECT((call) == 0)
#define EXPECT_FAILS(call, status, text)                  \
  do {                                                    \
    EXPECT((call) == (status));                           \
    EXPECT(strstr(opscope_last_error(), (text)) != NULL); \
  } while (0)

enum { kInvalidArgument = 3, kFailedPrecondition = 9 };

int write_every_kind(const char* logdir) {
  opscope_writer_options options = {0};
  opscope_writer* writer = NULL;
  const float floats[6] = {0, 0, 1, 1, 0, 0.5f};
  const double doubles[2] = {1, 2};
  const uint8_t bytes[6] = {0, 1, 0, 1, 0, 1};
  const int64_t dims[2] = {2, 3};
  const char* names[2] = {"rate", "size"};
  uint64_t dropped = 1;
  options.struct_size = sizeof options;
  options.filename_suffix = ".c";
  EXPECT_OK(opscope_writer_create(logdir, &options, &writer));
  EXPECT_OK(opscope_scalar(writer, "scalar", 0.5, 1));
  EXPECT_OK(opscope_text(writer, "text", "*hello*", 2));
  EXPECT_OK(opscope_histogram_float(writer, "histogram", floats, 6, 0, 3));
  EXPECT_OK(opscope_histogram_double(writer, "histogram64", doubles, 2, 5, 4));
  EXPECT_OK(opscope_image(writer, "image", bytes, 2, 1, 3, 5));
  EXPECT_OK(opscope_audio(writer, "audio", floats, 6, 8000, 2, 6));
  EXPECT_OK(opscope_tensor_float(writer, "tensor", floats, dims, 2, 7));
  EXPECT_OK(opscope_pr_curve(writer, "curve", bytes, floats, 6, 8));
  EXPECT_OK(opscope_mesh(writer, "mesh", floats, 2, NULL, 0, bytes, 9));
  EXPECT_OK(opscope_hparams_begin(writer, names, doubles, 2));
  EXPECT_OK(opscope_hparams_end(writer, 1));
  EXPECT_OK(opscope_graph(writer, "", 0));
  EXPECT_OK(opscope_event(writer, "\x10\x0a", 2)); /* Event.step = 10 */
  EXPECT_OK(opscope_writer_dropped(writer, &dropped));
  EXPECT(dropped == 0);
  EXPECT_OK(opscope_writer_flush(writer));
  EXPECT_OK(opscope_writer_close(writer));
  EXPECT_FAILS(opscope_scalar(writer, "scalar", 1, 2), kFailedPrecondition, "is closed");
  opscope_writer_destroy(writer);
  opscope_writer_destroy(NULL);
  return 0;
}

int try_bad_input(const char* logdir) {
  opscope_writer_options options = {0};
  opscope_writer* writer = NULL;
  const uint8_t bytes[4] = {0};
  const float floats[2] = {0};
  const int64_t dims[2] = {INT64_MAX, INT64_MAX};
  EXPECT_FAILS(opscope_writer_create(NULL, NULL, &writer), kInvalidArgument, "logdir is null");
  EXPECT_FAILS(opscope_writer_create(logdir, NULL, NULL), kInvalidArgument, "writer is null");
  EXPECT_FAILS(opscope_writer_create(logdir, &options, &writer), kInvalidArgument, "struct_size");
  EXPECT_FAILS(opscope_writer_create("", NULL, &writer), kInvalidArgument, "is empty");
  EXPECT_FAILS(opscope_writer_resume(logdir, -1, NULL, &writer), kInvalidArgument, "step -1");
  EXPECT(writer == NULL);
  EXPECT_FAILS(opscope_scalar(NULL, "tag", 1, 0), kInvalidArgument, "writer is null");
  EXPECT_OK(opscope_writer_resume(logdir, 3, NULL, &writer));
  EXPECT_FAILS(opscope_scalar(writer, NULL, 1, 0), kInvalidArgument, "tag is null");
  EXPECT_FAILS(opscope_scalar(writer, "", 1, 0), kInvalidArgument, "is empty");
  EXPECT_FAILS(opscope_text(writer, "tag", NULL, 0), kInvalidArgument, "markdown is null");
  EXPECT_FAILS(opscope_histogram_float(writer, "tag", NULL, 1, 0, 0), kInvalidArgument,
               "values is null");
  EXPECT_FAILS(opscope_image(writer, "tag", bytes, -1, 1, 3, 0), kInvalidArgument, "negative");
  EXPECT_FAILS(opscope_image(writer, "tag", bytes, 2, 2, 0, 0), kInvalidArgument, "channels");
  EXPECT_FAILS(opscope_tensor_float(writer, "tag", floats, dims, 2, 0), kInvalidArgument,
               "too large");
  EXPECT_FAILS(opscope_pr_curve(writer, "tag", NULL, floats, 2, 0), kInvalidArgument,
               "labels is null");
  EXPECT_FAILS(opscope_hparams_end(writer, 9), kInvalidArgument, "status 9");
  EXPECT_OK(opscope_writer_close(writer));
  opscope_writer_destroy(writer);
  return 0;
}
