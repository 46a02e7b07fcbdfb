# jacquard_close_archive(TARGET): leaves only the public symbols of a static library global.
#
# Visibility has no effect in an archive: symbols that are hidden in a shared library are global in a
# .a, and a program with a function of the same name does not link. So the archive's objects are
# linked into one (ld -r), in which hidden symbols are made local. The archive is rewritten after it
# is built, which works with every generator.
if(NOT CMAKE_OBJCOPY)
  message(FATAL_ERROR "objcopy was not found: install binutils.")
endif()

function(jacquard_close_archive target)
  set(whole $<TARGET_FILE:${target}>.o)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${whole}
            -Wl,--whole-archive $<TARGET_FILE:${target}> -Wl,--no-whole-archive
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden --remove-section=.llvm_addrsig ${whole}
    COMMAND ${CMAKE_COMMAND} -E rm $<TARGET_FILE:${target}>
    COMMAND ${CMAKE_AR} qc $<TARGET_FILE:${target}> ${whole}
    COMMAND ${CMAKE_RANLIB} $<TARGET_FILE:${target}>
    COMMAND ${CMAKE_COMMAND} -E rm ${whole}
    COMMENT "Making hidden symbols of $<TARGET_FILE_NAME:${target}> local" VERBATIM)
endfunction()
