# OpenBLAS is loaded at run time (ops/host/blas.c says why), so only its header and its name are needed.
pkg_check_modules(JACQUARD_BLAS REQUIRED IMPORTED_TARGET openblas)
find_library(JACQUARD_BLAS_FILE NAMES openblas HINTS ${JACQUARD_BLAS_LIBRARY_DIRS})
mark_as_advanced(JACQUARD_BLAS_FILE)
if(NOT JACQUARD_BLAS_FILE MATCHES "[.]so")
  message(FATAL_ERROR "OpenBLAS must be a shared library, but ${JACQUARD_BLAS_FILE} was found.")
endif()
execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${JACQUARD_BLAS_FILE} OUTPUT_VARIABLE dump ERROR_QUIET)
string(REGEX MATCH "SONAME +([^ \n]+)" found "${dump}")
set(JACQUARD_BLAS_SONAME "${CMAKE_MATCH_1}")
if(NOT found)
  set(JACQUARD_BLAS_SONAME libopenblas.so.0)
endif()

set_source_files_properties(ops/host/blas.c PROPERTIES COMPILE_DEFINITIONS
  "JAC_BLAS_SONAME=\"${JACQUARD_BLAS_SONAME}\";JAC_BLAS_PATH=\"${JACQUARD_BLAS_FILE}\"")
