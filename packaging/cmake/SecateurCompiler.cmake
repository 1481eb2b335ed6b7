# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings shared by all targets: warnings, sanitizers, ccache when it is there.
add_compile_options(-Wall -Wextra -Wpedantic)
# The hot loops ask for -O3 themselves (core/model); the rest compiles faster without it and runs no slower.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
# GCC 12 warns of overlap and bounds inside its own std::string when optimising "text" + string and lists of strings
# (GCC bug 105651 and its kin), and of members of a std::variant's other alternatives.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-array-bounds>
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overflow>
        $<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overread>)
endif()
# A unity build includes its files, and GCC warns of a class that holds types of an unnamed namespace outside the file that it compiles.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()
if(SECATEUR_WARNINGS_AS_ERRORS)
    add_compile_options(-Werror)
endif()
if(SECATEUR_SANITIZE)
    add_compile_options(-fsanitize=${SECATEUR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=${SECATEUR_SANITIZE})
endif()
# Half a hundred programs against LibTorch: other linkers take a third of the time of the usual one.
include(CheckLinkerFlag)
foreach(linker lld gold)
    check_linker_flag(CXX -fuse-ld=${linker} SECATEUR_HAS_${linker})
    if(SECATEUR_HAS_${linker} AND NOT SECATEUR_PORTABLE)
        add_link_options(-fuse-ld=${linker})
        break()
    endif()
endforeach()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()
