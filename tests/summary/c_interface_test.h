/* The part of the test of the C interface that is C. */
#ifndef OPSCOPE_TESTS_SUMMARY_C_INTERFACE_TEST_H_
#define OPSCOPE_TESTS_SUMMARY_C_INTERFACE_TEST_H_

#ifdef __cplusplus
extern "C" {
#endif

int write_every_kind(const char* logdir);
int write_more_kinds(const char* logdir);
int try_bad_input(const char* logdir);

#ifdef __cplusplus
}
#endif

#endif
