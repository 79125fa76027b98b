/* The C interface of opscope::summary: for programs in C and for other languages.
 *
 * Functions that can fail give an opscope_status; 0 is success, and other values are TensorFlow's
 * status codes (3 invalid argument, 5 not found, 8 resource exhausted, 9 failed precondition, and
 * so on). What happened is then in opscope_last_error(). No C++ exception leaves these functions.
 * Null pointers are taken only where it is said.
 *
 * Strings are UTF-8 and end in 0. Arrays are borrowed for the call. Functions may be called from
 * any number of threads, also for one writer, except that opscope_writer_destroy must be the last.
 *
 * The interface only grows: functions keep their form, and options know their own size.
 */
#ifndef OPSCOPE_SUMMARY_H_
#define OPSCOPE_SUMMARY_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct opscope_writer opscope_writer;
typedef int32_t opscope_status;

/* All zero but for struct_size: what C++ programs get by default. */
typedef struct opscope_writer_options {
  size_t struct_size;          /* sizeof(opscope_writer_options) */
  size_t max_queue_bytes;      /* memory for records that wait; 0: 8 MiB */
  size_t max_queue;            /* records that wait at most; 0: any number */
  uint32_t flush_millis;       /* a record waits at most this long; 0: 1000 */
  int32_t drops_when_full;     /* not 0: drop records and count them instead of waiting */
  int32_t is_durable;          /* not 0: flush and close return when the device has the bytes */
  uint64_t max_file_bytes;     /* go on in a new file then; 0: one file */
  const char* filename_suffix; /* null: ".v2" */
} opscope_writer_options;

/* What the last function that failed in this thread said; "" when none has. Valid until the next
 * one fails in this thread. */
const char* opscope_last_error(void);

/* Makes a run in the directory `logdir`; *writer is set only on success. `options` may be null. */
opscope_status opscope_writer_create(const char* logdir, const opscope_writer_options* options,
                                     opscope_writer** writer);
/* Goes on with a run whose steps from purge_step on are written again. */
opscope_status opscope_writer_resume(const char* logdir, int64_t purge_step,
                                     const opscope_writer_options* options,
                                     opscope_writer** writer);
/* Returns when everything recorded before is in the file. */
opscope_status opscope_writer_flush(opscope_writer* writer);
/* Flushes and ends the writer; only destroying it is allowed then. */
opscope_status opscope_writer_close(opscope_writer* writer);
/* Closes, if that has not been done, and frees the writer. Null is allowed. */
void opscope_writer_destroy(opscope_writer* writer);
/* Records dropped by a full buffer. */
opscope_status opscope_writer_dropped(opscope_writer* writer, uint64_t* records);

opscope_status opscope_scalar(opscope_writer* writer, const char* tag, double value, int64_t step);
opscope_status opscope_text(opscope_writer* writer, const char* tag, const char* markdown,
                            int64_t step);
/* `buckets` 0: 30. */
opscope_status opscope_histogram_float(opscope_writer* writer, const char* tag, const float* values,
                                       size_t count, size_t buckets, int64_t step);
opscope_status opscope_histogram_double(opscope_writer* writer, const char* tag,
                                        const double* values, size_t count, size_t buckets,
                                        int64_t step);
opscope_status opscope_histogram_int64(opscope_writer* writer, const char* tag,
                                       const int64_t* values, size_t count, size_t buckets,
                                       int64_t step);
/* Ready-made buckets: `lefts`, `rights` and `counts` have `buckets` numbers each. */
opscope_status opscope_histogram_buckets(opscope_writer* writer, const char* tag,
                                         const double* lefts, const double* rights,
                                         const double* counts, size_t buckets, int64_t step);
/* `rows` * `columns` cells, row by row; Markdown each. */
opscope_status opscope_text_table(opscope_writer* writer, const char* tag, const char* const* cells,
                                  size_t rows, size_t columns, int64_t step);
/* Rows from top to bottom, width * height * channels bytes; 1 to 4 channels. */
opscope_status opscope_image(opscope_writer* writer, const char* tag, const uint8_t* pixels,
                             int64_t width, int64_t height, int32_t channels, int64_t step);
/* The same with 16 bits, and with numbers from 0 (black) to 1 (white). */
opscope_status opscope_image_uint16(opscope_writer* writer, const char* tag, const uint16_t* pixels,
                                    int64_t width, int64_t height, int32_t channels, int64_t step);
opscope_status opscope_image_float(opscope_writer* writer, const char* tag, const float* pixels,
                                   int64_t width, int64_t height, int32_t channels, int64_t step);
/* `count` pictures of one size under one step, one behind the other. */
opscope_status opscope_images(opscope_writer* writer, const char* tag, const uint8_t* pixels,
                              size_t count, int64_t width, int64_t height, int32_t channels,
                              int64_t step);
/* `count` pictures of one size that are PNG, JPEG, GIF, BMP or SVG files already. */
opscope_status opscope_encoded_images(opscope_writer* writer, const char* tag,
                                      const void* const* files, const size_t* sizes_bytes,
                                      size_t count, int64_t width, int64_t height, int64_t step);
/* Samples from -1 to 1, channels next to each other; `count` of them in all. */
opscope_status opscope_audio(opscope_writer* writer, const char* tag, const float* samples,
                             size_t count, uint32_t sample_rate, uint16_t channels, int64_t step);
/* Row-major numbers of `rank` sizes. */
opscope_status opscope_tensor_float(opscope_writer* writer, const char* tag, const float* values,
                                    const int64_t* dims, size_t rank, int64_t step);
opscope_status opscope_tensor_double(opscope_writer* writer, const char* tag, const double* values,
                                     const int64_t* dims, size_t rank, int64_t step);
opscope_status opscope_tensor_int64(opscope_writer* writer, const char* tag, const int64_t* values,
                                    const int64_t* dims, size_t rank, int64_t step);
/* labels: 0 or not; predictions from 0 to 1. */
opscope_status opscope_pr_curve(opscope_writer* writer, const char* name, const uint8_t* labels,
                                const float* predictions, size_t count, int64_t step);
/* Triples of numbers; `faces` and `colors` may be null, and their counts 0. */
opscope_status opscope_mesh(opscope_writer* writer, const char* name, const float* vertices,
                            size_t vertex_count, const int32_t* faces, size_t face_count,
                            const uint8_t* colors, int64_t step);
/* A serialized GraphDef as the graph of the run, and a serialized Event as it is; for encoders of
 * other kinds. */
opscope_status opscope_graph(opscope_writer* writer, const void* graph_def, size_t size_bytes);
opscope_status opscope_event(opscope_writer* writer, const void* event, size_t size_bytes);

/* A hyperparameter's value: a text, or else a number, or else true or false. */
typedef struct opscope_hparam {
  const char* name;
  const char* text; /* null: no text */
  double number;    /* with is_bool: 0 is false, others are true */
  int32_t is_bool;
} opscope_hparam;

/* The beginning and the end of a session of the HParams page. Sessions of one group are one trial;
 * null: the run by itself. `status`: 1 success, 2 failure, 3 running. */
opscope_status opscope_hparams_begin(opscope_writer* writer, const char* group,
                                     const opscope_hparam* hparams, size_t count);
opscope_status opscope_hparams_end(opscope_writer* writer, int32_t status);
/* What the sessions below this run vary and measure: names of hyperparameters, each with any
 * values, and tags of scalars. */
opscope_status opscope_hparams_experiment(opscope_writer* writer, const char* const* hparam_names,
                                          size_t hparam_count, const char* const* metric_tags,
                                          size_t metric_count);

/* A chart of the Custom Scalars page. */
typedef struct opscope_chart {
  const char* category; /* charts of one category that follow each other are shown together */
  const char* title;
  const char* const*
      tags; /* regular expressions; with is_margin: value, lower, upper of each band */
  size_t tag_count;
  int32_t is_margin;
} opscope_chart;

opscope_status opscope_custom_scalars(opscope_writer* writer, const opscope_chart* charts,
                                      size_t count);

/* What is known of the points of an embedding. All zero but for struct_size: nothing. */
typedef struct opscope_embedding_options {
  size_t struct_size;                /* sizeof(opscope_embedding_options) */
  const char* const* metadata_names; /* one for each column; may be null for one column */
  size_t metadata_columns;           /* 0: no metadata */
  const char* const* metadata;       /* a row of cells for each point */
  const uint8_t* pixels;             /* a picture for each point, one behind the other; or null */
  int64_t picture_width;
  int64_t picture_height;
  int32_t picture_channels;
  int32_t is_binary; /* not 0: float32 as in memory instead of text */
} opscope_embedding_options;

/* Points for the Projector page, `dimensions` numbers each; `options` may be null. */
opscope_status opscope_embedding(opscope_writer* writer, const char* name, const float* values,
                                 size_t points, size_t dimensions,
                                 const opscope_embedding_options* options);

/* The run was started, so that `step` is the first one (re)written, and was stopped. */
opscope_status opscope_session_start(opscope_writer* writer, int64_t step);
opscope_status opscope_session_stop(opscope_writer* writer, int64_t step);

#ifdef __cplusplus
}
#endif

#endif /* OPSCOPE_SUMMARY_H_ */
