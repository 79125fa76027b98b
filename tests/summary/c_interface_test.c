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
  const opscope_hparam hparams[3] = {
      {"rate", NULL, 0.1, 0}, {"method", "euler", 0, 0}, {"is_fast", NULL, 1, 1}};
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
  EXPECT_OK(opscope_hparams_begin(writer, NULL, hparams, 3));
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

int write_more_kinds(const char* logdir) {
  opscope_writer* writer = NULL;
  const int64_t integers[4] = {1, 2, 3, 4};
  const double doubles[4] = {0, 1, 2, 3};
  const float floats[6] = {0, 0.5f, 1, 0, 0.5f, 1};
  const uint16_t words[2] = {0, 65535};
  const uint8_t bytes[6] = {0, 1, 2, 3, 4, 5};
  const int64_t dims[2] = {2, 2};
  const char* cells[4] = {"a", "b", "c", "d"};
  const void* files[1] = {"GIF89a"};
  const size_t sizes[1] = {6};
  const char* names[2] = {"rate", "method"};
  const char* metrics[1] = {"loss"};
  const char* tags[3] = {"a", "low", "high"};
  const opscope_chart charts[3] = {
      {"one", "all", tags, 1, 0}, {"one", "band", tags, 3, 1}, {"two", "other", tags, 2, 0}};
  opscope_embedding_options options = {0};
  EXPECT_OK(opscope_writer_create(logdir, NULL, &writer));
  EXPECT_OK(opscope_session_start(writer, 1));
  EXPECT_OK(opscope_histogram_int64(writer, "integers", integers, 4, 2, 1));
  EXPECT_OK(opscope_histogram_buckets(writer, "buckets", doubles, doubles + 1, doubles, 3, 1));
  EXPECT_OK(opscope_text_table(writer, "table", cells, 2, 2, 1));
  EXPECT_OK(opscope_image_uint16(writer, "words", words, 2, 1, 1, 1));
  EXPECT_OK(opscope_image_float(writer, "floats", floats, 2, 1, 3, 1));
  EXPECT_OK(opscope_images(writer, "both", bytes, 2, 3, 1, 1, 1));
  EXPECT_OK(opscope_encoded_images(writer, "file", files, sizes, 1, 1, 1, 1));
  EXPECT_OK(opscope_tensor_double(writer, "doubles", doubles, dims, 2, 1));
  EXPECT_OK(opscope_tensor_int64(writer, "int64s", integers, dims, 2, 1));
  EXPECT_OK(opscope_hparams_experiment(writer, names, 2, metrics, 1));
  EXPECT_OK(opscope_custom_scalars(writer, charts, 3));
  EXPECT_OK(opscope_embedding(writer, "bare", floats, 3, 2, NULL));
  options.struct_size = sizeof options;
  options.metadata_names = names;
  options.metadata_columns = 2;
  options.metadata = cells;
  options.pixels = bytes;
  options.picture_width = 3;
  options.picture_height = 1;
  options.picture_channels = 1;
  options.is_binary = 1;
  EXPECT_OK(opscope_embedding(writer, "full", floats, 2, 3, &options));
  EXPECT_OK(opscope_session_stop(writer, 2));
  EXPECT_OK(opscope_writer_close(writer));
  opscope_writer_destroy(writer);
  return 0;
}

int try_bad_input(const char* logdir) {
  opscope_writer_options options = {0};
  opscope_writer* writer = NULL;
  const uint8_t bytes[4] = {0};
  const float floats[2] = {0};
  const int64_t dims[2] = {INT64_MAX, INT64_MAX};
  const char* tags[2] = {"a", "b"};
  const opscope_chart chart = {"one", "band", tags, 2, 1};
  const opscope_embedding_options embedding = {0};
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
  EXPECT_FAILS(opscope_images(writer, "tag", bytes, SIZE_MAX, 2, 2, 1, 0), kInvalidArgument,
               "too large");
  EXPECT_FAILS(opscope_text_table(writer, "tag", NULL, 1, 1, 0), kInvalidArgument, "cells is null");
  EXPECT_FAILS(opscope_histogram_buckets(writer, "tag", NULL, NULL, NULL, 1, 0), kInvalidArgument,
               "lefts is null");
  EXPECT_FAILS(opscope_custom_scalars(writer, &chart, 1), kInvalidArgument, "value, lower, upper");
  EXPECT_FAILS(opscope_embedding(writer, "tag", floats, 1, 2, &embedding), kInvalidArgument,
               "struct_size");
  EXPECT_FAILS(opscope_hparams_end(writer, 9), kInvalidArgument, "status 9");
  EXPECT_OK(opscope_writer_close(writer));
  opscope_writer_destroy(writer);
  return 0;
}
