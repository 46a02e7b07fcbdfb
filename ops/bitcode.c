/* The scalar functions for the JIT. clang compiles them to bitcode. Each jk_ function has external
 * linkage; emitted code calls it by name and LLVM inlines it. Built separately from the library
 * (CMakeLists.txt). */
#define JK
#include "ops/scalar/scalar.h"
