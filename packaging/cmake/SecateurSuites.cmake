# SPDX-License-Identifier: GPL-3.0-or-later
#
# Read by ctest when it starts: one entry for each suite of a GoogleTest program. An entry is a process that loads LibTorch, which takes
# longer than most tests; for the same reason suites are read from the sources, not asked of the program.
# In: suites_target, suites_program, suites_sources, suites_properties.
if(NOT EXISTS "${suites_program}")
    add_test("${suites_target}_NOT_BUILT" "${suites_program}")
    set_tests_properties("${suites_target}_NOT_BUILT" PROPERTIES ${suites_properties})
    return()
endif()
set(suites "")
foreach(source ${suites_sources})
    file(STRINGS "${source}" lines REGEX "^(TYPED_)?TEST(_F|_P)?\\(")
    foreach(line ${lines})
        if(line MATCHES "^(TYPED_)?TEST(_F|_P)?\\(([A-Za-z0-9]+)(,|$)")
            list(APPEND suites "${CMAKE_MATCH_3}")
        elseif(line MATCHES "^(TYPED_)?TEST")
            message(FATAL_ERROR "${source}: the name of the suite is not in the line ${line}")
        endif()
    endforeach()
endforeach()
list(REMOVE_DUPLICATES suites)
foreach(suite ${suites})
    add_test("${suites_target}.${suite}" "${suites_program}" "--gtest_filter=${suite}.*:${suite}/*:*/${suite}.*" --gtest_brief=1)
    # GoogleTest calls it a success when no test has the name.
    set_tests_properties("${suites_target}.${suite}" PROPERTIES ${suites_properties} FAIL_REGULAR_EXPRESSION "] 0 tests from")
endforeach()
