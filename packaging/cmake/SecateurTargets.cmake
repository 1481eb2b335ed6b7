# SPDX-License-Identifier: GPL-3.0-or-later

# secateur_library(NAME SOURCES... [PUBLIC libs...] [PRIVATE libs...]): a static library that sees project headers from
# the repository root. What a folder may include is what it links: link visibility is the layering rule.
# Where CMAKE_UNITY_BUILD is on (all presets but those for development), several files are compiled as one, which takes a third of the
# time: files of one target use different names, in their unnamed namespaces too.
function(secateur_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# Options of all that a test program is made of; precompiled headers want the same ones. Tests gain nothing from more than -O1.
function(secateur_as_tests_compile name)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${name} PRIVATE -O1 -fPIE)
endfunction()

# secateur_test_headers(NAME [HEADERS headers...] [LIBS libs...]): what every test program includes, read once: GoogleTest and JSON,
# LibTorch for those of the engine, Qt for those of the window. (Not QtTest, whose headers look at macros that Qt defines for each folder.)
function(secateur_test_headers name)
    cmake_parse_arguments(ARG "" "" "HEADERS;LIBS" ${ARGN})
    set(file ${CMAKE_BINARY_DIR}/${name}.cpp)
    file(CONFIGURE OUTPUT ${file} CONTENT "// Holds the precompiled headers of the test programs.\n")
    add_library(${name} STATIC ${file})
    target_link_libraries(${name} PUBLIC GTest::gmock nlohmann_json::nlohmann_json ${ARG_LIBS})
    secateur_as_tests_compile(${name})
    target_precompile_headers(${name} PRIVATE <gmock/gmock.h> <gtest/gtest.h> <nlohmann/json.hpp> ${ARG_HEADERS})
endfunction()

# secateur_declare_suites(NAME SOURCES... PROPERTIES...): one ctest entry for each suite of the program, see SecateurSuites.cmake.
function(secateur_declare_suites name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PROPERTIES" ${ARGN})
    set(properties "")
    foreach(value ${ARG_PROPERTIES})
        string(APPEND properties " [==[${value}]==]")
    endforeach()
    list(TRANSFORM ARG_SOURCES PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    set(file "${CMAKE_CURRENT_BINARY_DIR}/${name}_suites.cmake")
    file(GENERATE OUTPUT "${file}" CONTENT "set(suites_target ${name})
set(suites_program [==[$<TARGET_FILE:${name}>]==])
set(suites_sources ${ARG_SOURCES})
set(suites_properties ${properties})
include([==[${PROJECT_SOURCE_DIR}/packaging/cmake/SecateurSuites.cmake]==])
")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()

# secateur_test(NAME SOURCES... LIBS libs... [LABELS labels...] [QT]): a GoogleTest program, one ctest entry a suite.
# Tests labelled "shared" read other people's models beside the checkout and are only declared when those are there.
function(secateur_test name)
    cmake_parse_arguments(ARG "QT" "" "SOURCES;LIBS;LABELS;ENVIRONMENT" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    if(ARG_QT)
        set(headers secateur_gui_test_headers)
        target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock)
    else()
        set(headers secateur_test_headers)
        if("LibTorch::LibTorch" IN_LIST ARG_LIBS)
            set(headers secateur_engine_test_headers)
        endif()
        target_link_libraries(${name} PRIVATE ${ARG_LIBS} secateur_test_main)
    endif()
    target_compile_definitions(${name} PRIVATE
        SECATEUR_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        SECATEUR_GOLDEN_DIR="${PROJECT_SOURCE_DIR}/tests/golden"
        SECATEUR_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
    secateur_as_tests_compile(${name})
    target_precompile_headers(${name} REUSE_FROM ${headers})
    # What packaging/test.sh --sanitize builds: the tests of everything that reads foreign files.
    if("reader" IN_LIST ARG_LABELS)
        if(NOT TARGET secateur-reader-tests)
            add_custom_target(secateur-reader-tests)
        endif()
        add_dependencies(secateur-reader-tests ${name})
    endif()
    set(environment "QT_QPA_PLATFORM=offscreen;${ARG_ENVIRONMENT}")
    secateur_declare_suites(${name} SOURCES ${ARG_SOURCES} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600 ENVIRONMENT "${environment}")
endfunction()
