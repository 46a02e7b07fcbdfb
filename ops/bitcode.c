/* The scalar functions once more, for the JIT: compiled to bitcode by clang, with each jk_ function
 * an ordinary external definition that emitted code calls by name and LLVM inlines. Built apart
 * from the library (CMakeLists.txt). */
#define JK
#include "ops/scalar/scalar.h"
