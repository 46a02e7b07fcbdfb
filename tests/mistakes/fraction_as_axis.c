/* A number with a fraction as an axis.
 * says: conversion from .double. to .*changes value */
#include <jacquard.h>

jac sums(jac x)
{
    return jac_sum(x, 1.5);
}
