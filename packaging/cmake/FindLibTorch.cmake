# SPDX-License-Identifier: GPL-3.0-or-later
# Finds LibTorch for the CPU part only: libtorch_cpu and libc10, by path, with an rpath. CUDA is loaded at run time.
#
# Looked up in this order: the CMake or environment variable LIBTORCH_ROOT (the "torch" folder of a Python environment, or an
# unpacked libtorch), then the environment that packaging/setup.sh makes.
# Defines the target LibTorch::LibTorch and LibTorch_LIBRARY_DIR.
set(_torch_hints "")
if(LIBTORCH_ROOT)
    list(APPEND _torch_hints "${LIBTORCH_ROOT}")
elseif(DEFINED ENV{LIBTORCH_ROOT})
    list(APPEND _torch_hints "$ENV{LIBTORCH_ROOT}")
endif()
set(_data_home "$ENV{XDG_DATA_HOME}")
if(NOT _data_home)
    set(_data_home "$ENV{HOME}/.local/share")
endif()
file(GLOB _torch_envs "${_data_home}/secateur/libtorch-2.11.0/lib/python3*/site-packages/torch")
list(APPEND _torch_hints ${_torch_envs})

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_torch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_torch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
if(LibTorch_INCLUDE_DIR AND EXISTS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
    file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" _version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
elseif(LibTorch_INCLUDE_DIR AND EXISTS "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h")
    file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h" _version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH)")
endif()
string(REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION "${_version_lines}")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE "run packaging/setup.sh, or set LIBTORCH_ROOT to the torch folder of a Python environment")
if(LibTorch_FOUND)
    get_filename_component(LibTorch_LIBRARY_DIR "${LibTorch_CPU_LIBRARY}" DIRECTORY)
    if(NOT TARGET LibTorch::LibTorch)
        add_library(LibTorch::LibTorch INTERFACE IMPORTED)
        target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
            "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
        target_link_libraries(LibTorch::LibTorch INTERFACE
            "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}" ${CMAKE_DL_LIBS})
    endif()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY)
