# Writes the header OUT, which defines JAC_BUILD_ID: a hash of the sources that determine what code a
# graph compiles to. So code that another build left in the disk cache is not used.
#   cmake -DROOT=... -DBITCODE=... -DOUT=... -P build_id.cmake
file(GLOB_RECURSE files ${ROOT}/ir/*.[ch] ${ROOT}/jit/*.[ch] ${ROOT}/ops/*.[ch] ${ROOT}/ops/*.def
     ${ROOT}/ops/scalar/*.h)
set(all "")
foreach(f ${files} ${BITCODE})
  file(SHA256 ${f} hash)
  string(APPEND all ${hash})
endforeach()
string(SHA256 id "${all}")
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define JAC_BUILD_ID \"${id}\"\n")
