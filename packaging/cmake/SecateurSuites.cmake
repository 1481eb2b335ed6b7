# SPDX-License-Identifier: GPL-3.0-or-later
#
# Read by ctest when it starts: one entry for each suite of a GoogleTest program. Every entry is a process that loads LibTorch,
# which takes longer than most tests. In: suites_target, suites_program, suites_properties.
if(NOT EXISTS "${suites_program}")
    add_test("${suites_target}_NOT_BUILT" "${suites_program}")
    set_tests_properties("${suites_target}_NOT_BUILT" PROPERTIES ${suites_properties})
    return()
endif()
execute_process(COMMAND "${suites_program}" --gtest_list_tests OUTPUT_VARIABLE listing RESULT_VARIABLE problem)
if(NOT problem EQUAL 0)
    message(FATAL_ERROR "${suites_program} --gtest_list_tests: ${problem}")
endif()
string(REGEX MATCHALL "(^|\n)[A-Za-z0-9_/]+\\." suites "${listing}")
foreach(suite ${suites})
    string(REGEX REPLACE "[\n.]" "" suite "${suite}")
    add_test("${suites_target}.${suite}" "${suites_program}" "--gtest_filter=${suite}.*" --gtest_brief=1)
    set_tests_properties("${suites_target}.${suite}" PROPERTIES ${suites_properties})
endforeach()
