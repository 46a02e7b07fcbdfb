/* The version of this header; jac_version() tells the library's. CMakeLists.txt reads it here. */
#ifndef JACQUARD_VERSION_H
#define JACQUARD_VERSION_H

#define JAC_VERSION_MAJOR 0
#define JAC_VERSION_MINOR 1
#define JAC_VERSION_PATCH 0

/* For comparisons by the preprocessor: #if JAC_VERSION >= JAC_MAKE_VERSION(0, 2, 0) */
#define JAC_MAKE_VERSION(major, minor, patch) ((major) * 1000000 + (minor) * 1000 + (patch))
#define JAC_VERSION \
    JAC_MAKE_VERSION(JAC_VERSION_MAJOR, JAC_VERSION_MINOR, JAC_VERSION_PATCH)

#endif
