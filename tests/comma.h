/* A locale with decimal commas. */
#ifndef JACQUARD_TESTS_COMMA_H
#define JACQUARD_TESTS_COMMA_H

#include <stdbool.h>

/* Switches the process to it; false if the C library refuses it. */
bool test_comma(void);

#endif
