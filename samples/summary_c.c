/* The C interface: a curve and a text.
 *
 *   summary_c [LOGDIR]
 */
#include <stdio.h>

#include "opscope/summary.h"

static int write_run(opscope_writer* writer) {
  opscope_status status = opscope_text(writer, "note", "written by a program in **C**", 0);
  for (int step = 0; step < 100 && status == 0; ++step) {
    status = opscope_scalar(writer, "square", (double)step * step, step);
  }
  return status != 0 ? status : opscope_writer_close(writer);
}

int main(int argc, char** argv) {
  opscope_writer* writer = NULL;
  opscope_status status = opscope_writer_create(argc > 1 ? argv[1] : "logs/c", NULL, &writer);
  if (status == 0) status = write_run(writer);
  if (status != 0) fprintf(stderr, "%s\n", opscope_last_error());
  opscope_writer_destroy(writer);
  return status != 0;
}
