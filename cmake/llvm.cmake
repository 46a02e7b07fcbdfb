# Finds LLVM and the clang of the same version, which compiles the scalar functions to bitcode: an
# older LLVM cannot read the bitcode of a newer clang. Sets
#   JACQUARD_LLVM_MAJOR, JACQUARD_LLVM_INCLUDE, JACQUARD_LLVM_LIBRARY (a path), JACQUARD_LLVM_NAME
#   (for -l), JACQUARD_LLVM_FULL (19.1.7), JACQUARD_BITCODE_CLANG.
#
# This uses llvm-config because LLVM's CMake package needs the -dev packages of everything that LLVM
# itself was linked with.

set(JACQUARD_LLVM_VERSION "" CACHE STRING
    "Major version of LLVM to build with; empty: 19, or else the newest that is found")
set(LLVM_CONFIG "" CACHE FILEPATH "The llvm-config of the LLVM to build with; empty: looked for")
set(JACQUARD_CLANG "" CACHE FILEPATH "The clang of the same version; empty: looked for")
set(OLDEST_LLVM 17)

# query(OPTION VARIABLE): sets VARIABLE to what llvm-config prints.
function(query option variable)
  execute_process(COMMAND ${llvm_config} ${option} OUTPUT_VARIABLE said
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} ${said} PARENT_SCOPE)
endfunction()

set(llvm_config ${LLVM_CONFIG})
if(JACQUARD_LLVM_VERSION)
  set(versions ${JACQUARD_LLVM_VERSION})
else()
  set(versions 19 24 23 22 21 20 18 17)
endif()
foreach(v ${versions})
  if(NOT llvm_config)
    find_program(llvm_config NAMES llvm-config-${v} llvm-config${v} llvm${v}-config
                 HINTS /usr/lib/llvm-${v}/bin NO_CACHE)
  endif()
endforeach()
if(NOT llvm_config)
  find_program(llvm_config NAMES llvm-config NO_CACHE)
endif()
if(NOT llvm_config)
  list(GET versions 0 v)
  message(FATAL_ERROR "LLVM was not found: install llvm-${v}-dev and clang-${v}, choose another "
    "version with -DJACQUARD_LLVM_VERSION=, or give the path of llvm-config with -DLLVM_CONFIG=.")
endif()

query(--version JACQUARD_LLVM_FULL)
query(--includedir JACQUARD_LLVM_INCLUDE)
query(--libdir llvm_libdir)
query(--bindir llvm_bindir)
string(REGEX MATCH "^[0-9]+" JACQUARD_LLVM_MAJOR ${JACQUARD_LLVM_FULL})
if(JACQUARD_LLVM_VERSION AND NOT JACQUARD_LLVM_MAJOR EQUAL JACQUARD_LLVM_VERSION)
  message(FATAL_ERROR "JACQUARD_LLVM_VERSION is ${JACQUARD_LLVM_VERSION}, but ${llvm_config} is of "
    "LLVM ${JACQUARD_LLVM_FULL}. Install llvm-${JACQUARD_LLVM_VERSION}-dev, or give the path of its "
    "llvm-config with -DLLVM_CONFIG=.")
endif()
if(JACQUARD_LLVM_MAJOR LESS OLDEST_LLVM)
  message(FATAL_ERROR "Jacquard needs LLVM ${OLDEST_LLVM} or newer, but ${llvm_config} is of LLVM "
    "${JACQUARD_LLVM_FULL}. Choose another with -DJACQUARD_LLVM_VERSION=.")
endif()
find_library(JACQUARD_LLVM_LIBRARY NAMES LLVM-${JACQUARD_LLVM_MAJOR} LLVM HINTS ${llvm_libdir}
             NO_CACHE)
if(NOT JACQUARD_LLVM_LIBRARY)
  message(FATAL_ERROR "LLVM ${JACQUARD_LLVM_FULL} has no shared library in ${llvm_libdir}: "
    "install llvm-${JACQUARD_LLVM_MAJOR}-dev.")
endif()
get_filename_component(JACQUARD_LLVM_NAME ${JACQUARD_LLVM_LIBRARY} NAME_WLE)
string(REGEX REPLACE "^lib" "" JACQUARD_LLVM_NAME ${JACQUARD_LLVM_NAME})

set(JACQUARD_BITCODE_CLANG ${JACQUARD_CLANG})
if(NOT JACQUARD_BITCODE_CLANG)
  find_program(JACQUARD_BITCODE_CLANG NAMES clang-${JACQUARD_LLVM_MAJOR} clang HINTS ${llvm_bindir}
               NO_CACHE)
endif()
if(NOT JACQUARD_BITCODE_CLANG)
  message(FATAL_ERROR "clang ${JACQUARD_LLVM_MAJOR} was not found: install "
    "clang-${JACQUARD_LLVM_MAJOR}, or give its path with -DJACQUARD_CLANG=.")
endif()
execute_process(COMMAND ${JACQUARD_BITCODE_CLANG} --version OUTPUT_VARIABLE said
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT said MATCHES "clang version ([0-9]+)")
  message(FATAL_ERROR "${JACQUARD_BITCODE_CLANG} is not clang. Give the path of clang "
    "${JACQUARD_LLVM_MAJOR} with -DJACQUARD_CLANG=.")
elseif(NOT CMAKE_MATCH_1 EQUAL JACQUARD_LLVM_MAJOR)
  message(FATAL_ERROR "LLVM is ${JACQUARD_LLVM_FULL}, but ${JACQUARD_BITCODE_CLANG} is clang "
    "${CMAKE_MATCH_1}: both must be of one version. Install clang-${JACQUARD_LLVM_MAJOR}, or give "
    "its path with -DJACQUARD_CLANG=.")
endif()
