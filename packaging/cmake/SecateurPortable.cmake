# SPDX-License-Identifier: GPL-3.0-or-later
# For trees that run on other machines (-DSECATEUR_PORTABLE=ON): links the static archives of what distributions build with long
# tails of dependencies (HDF5 pulls in curl, kerberos and ldap through a driver that is not used here), drops unused sections, and
# looks for the remaining libraries beside the program.
function(secateur_static_archive variable name)
    find_library(SECATEUR_ARCHIVE_${name} NAMES lib${name}.a REQUIRED)
    mark_as_advanced(SECATEUR_ARCHIVE_${name})
    set(${variable} ${SECATEUR_ARCHIVE_${name}} PARENT_SCOPE)
endfunction()

secateur_static_archive(_hdf5 hdf5_serial)
secateur_static_archive(_sz sz)
secateur_static_archive(_aec aec)
secateur_static_archive(_z z)
secateur_static_archive(_crypto crypto)
secateur_static_archive(_pcre2 pcre2-8)
secateur_static_archive(_utf8proc utf8proc)

set_target_properties(ZLIB::ZLIB PROPERTIES IMPORTED_LOCATION ${_z} IMPORTED_LOCATION_RELEASE ${_z})
set_target_properties(OpenSSL::Crypto PROPERTIES IMPORTED_LOCATION ${_crypto} INTERFACE_LINK_LIBRARIES "${CMAKE_DL_LIBS}")
# FindHDF5 may describe the library by name or by path; both are replaced.
set_property(TARGET hdf5::hdf5 PROPERTY IMPORTED_LOCATION ${_hdf5})
set_property(TARGET hdf5::hdf5 PROPERTY INTERFACE_LINK_LIBRARIES ${_sz} ${_aec} ZLIB::ZLIB m ${CMAKE_DL_LIBS})
set_property(TARGET PkgConfig::PCRE2 PROPERTY INTERFACE_LINK_LIBRARIES ${_pcre2})
set_property(TARGET PkgConfig::UTF8PROC PROPERTY INTERFACE_LINK_LIBRARIES ${_utf8proc})

# The tree has a limit of size: what is not a hot loop (those ask for -O3 themselves) is compiled for it.
add_compile_options(-O2 -ffunction-sections -fdata-sections)
add_link_options(-Wl,--gc-sections -Wl,--exclude-libs,ALL)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")
set(CMAKE_BUILD_WITH_INSTALL_RPATH OFF)
