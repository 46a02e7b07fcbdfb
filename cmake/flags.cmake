# How the project's own C is compiled. Everything is set per target, so that a project that adds
# this one as a subdirectory keeps its own settings.

option(JACQUARD_WERROR "Treat warnings as errors (the presets and CI do)" OFF)
set(JACQUARD_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")

# gcc 12 is the oldest that the tests have passed with; clang 17 is the first that has
# __builtin_roundeven.
set(JACQUARD_OLDEST_GNU 12)
set(JACQUARD_OLDEST_Clang 17)
if(NOT DEFINED JACQUARD_OLDEST_${CMAKE_C_COMPILER_ID})
  message(FATAL_ERROR "Jacquard needs gcc or clang for its GNU extensions of C17, but the C compiler "
    "is ${CMAKE_C_COMPILER_ID}. Choose another with -DCMAKE_C_COMPILER=gcc.")
elseif(CMAKE_C_COMPILER_VERSION VERSION_LESS JACQUARD_OLDEST_${CMAKE_C_COMPILER_ID})
  message(FATAL_ERROR "Jacquard needs gcc ${JACQUARD_OLDEST_GNU} or clang ${JACQUARD_OLDEST_Clang}, "
    "or newer, but ${CMAKE_C_COMPILER} is ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}. "
    "Choose another with -DCMAKE_C_COMPILER=.")
endif()

if(JACQUARD_SANITIZE)
  add_compile_options(-fsanitize=${JACQUARD_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${JACQUARD_SANITIZE})
endif()

# jacquard_compile(TARGET LEVEL): LEVEL is the optimisation in optimised builds, such as -O2.
# -ffp-contract=off: the interpreter and compiled code must round the same way, so only an explicit
# fma() is fused.
function(jacquard_compile target level)
  set_target_properties(${target} PROPERTIES C_STANDARD 17 C_EXTENSIONS ON
                        POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra $<$<BOOL:${JACQUARD_WERROR}>:-Werror>
    -ffp-contract=off $<$<CONFIG:RelWithDebInfo,Release>:${level}>)
endfunction()
