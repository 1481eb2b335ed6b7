# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` puts where, and packages by CPack. LibTorch is never part of it: programs find it beside them at build time
# through their rpath, portable trees through the launcher (packaging/portable.sh).
include(GNUInstallDirs)

if(NOT TARGET secateur)
    return()
endif()
install(TARGETS secateur RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT headless)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT headless)
install(DIRECTORY resources/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/secateur COMPONENT headless OPTIONAL)
if(TARGET secateur-workbench)
    set(_desktop packaging/desktop/org.secateur.Workbench)
    install(TARGETS secateur-workbench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT workbench)
    install(DIRECTORY resources/demo DESTINATION ${CMAKE_INSTALL_DATADIR}/secateur COMPONENT workbench)
    install(FILES ${_desktop}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT workbench)
    install(FILES ${_desktop}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT workbench)
    install(FILES ${_desktop}.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT workbench)
endif()

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME secateur)
set(CPACK_PACKAGE_VENDOR "The Secateur authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_FILE_NAME "secateur-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_STRIP_FILES ON)
include(CPack)
