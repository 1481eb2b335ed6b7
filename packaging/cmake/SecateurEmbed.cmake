# SPDX-License-Identifier: GPL-3.0-or-later

# secateur_embed(OUTPUT FILE...): writes a C++ file that defines, for each FILE, `const std::string_view kEmbedded_<NAME>` in
# namespace secateur, NAME being the file's name with all but letters and digits as _. Runs at configure time, and again when a file
# changes.
function(secateur_embed output)
    set(text "// Generated from resources; not to be edited.\n#include <string_view>\n\nnamespace secateur {\n")
    foreach(file ${ARGN})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
        get_filename_component(name "${file}" NAME)
        string(MAKE_C_IDENTIFIER "${name}" identifier)
        file(READ "${file}" content)
        string(APPEND text "extern const std::string_view kEmbedded_${identifier};\n"
            "const std::string_view kEmbedded_${identifier} = R\"embedded(${content})embedded\";\n")
    endforeach()
    string(APPEND text "}  // namespace secateur\n")
    file(CONFIGURE OUTPUT "${output}" CONTENT "@text@" @ONLY)
endfunction()
