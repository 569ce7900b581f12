# The CMake package that `cmake --install` leaves: find_package(iocplab) gives iocplab::core and, in
# the simulated world, iocplab::fakes (with iocplab::fakes_headers) and iocplab::explore.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_headers ${CMAKE_INSTALL_INCLUDEDIR}/iocplab)
set(package_config ${CMAKE_INSTALL_LIBDIR}/cmake/iocplab)

# package_library(TARGET NAME INCLUDE) installs a target as iocplab::NAME, whose users include from
# INCLUDE under the installed headers.
function(package_library target name include)
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    # What stands there is for users within the build.
    get_target_property(directories ${target} INTERFACE_INCLUDE_DIRECTORIES)
    set(interface "$<INSTALL_INTERFACE:${package_headers}${include}>")
    foreach(directory IN LISTS directories)
        list(APPEND interface "$<BUILD_INTERFACE:${directory}>")
    endforeach()
    set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${interface}")
    install(TARGETS ${target} EXPORT iocplab)
endfunction()

# package_headers(FOLDER FILE...) installs headers of a folder.
function(package_headers folder)
    list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/${folder}/)
    install(FILES ${ARGN} DESTINATION ${package_headers}/${folder})
endfunction()

if(IOCPLAB_WORLD STREQUAL "sim")
    set(core core_sim)
    package_library(core_sim core "")
    package_library(fakes_headers fakes_headers /fakes/include)
    package_library(fakes fakes "")
    set_target_properties(fakes PROPERTIES INTERFACE_LINK_LIBRARIES
        "fakes_headers;$<BUILD_INTERFACE:${IOCPLAB_BOOST_CONTEXT}>;$<INSTALL_INTERFACE:boost_context>")
    package_headers(fakes decision_text.h footprint.h log.h op.h pick.h world.h)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/fakes/include DESTINATION ${package_headers}/fakes)
    package_library(explore explore "")
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/fuzz/explore DESTINATION ${package_headers}/fuzz
            FILES_MATCHING PATTERN "*.h" PATTERN examples EXCLUDE)
    install(TARGETS iocplab)
else()
    set(core core_win32)
    package_library(core_win32 core "")
    package_library(core_win32_shared core_shared "")
endif()
get_target_property(core_headers ${core} IOCPLAB_HEADERS)
package_headers(core ${core_headers})
package_headers(conformance port.h)

install(EXPORT iocplab NAMESPACE iocplab:: DESTINATION ${package_config}
        FILE iocplab-targets.cmake)
configure_package_config_file(ci/cmake/iocplab-config.cmake.in iocplab-config.cmake
                              INSTALL_DESTINATION ${package_config}
                              PATH_VARS package_headers)
write_basic_package_version_file(iocplab-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/iocplab-config.cmake
              ${PROJECT_BINARY_DIR}/iocplab-config-version.cmake
        DESTINATION ${package_config})

# A program of somebody else, built against what was installed.
if(NOT IOCPLAB_SANITIZE AND IOCPLAB_ENGINE STREQUAL "none")
    add_test(NAME ${IOCPLAB_WORLD}.package
             COMMAND ${CMAKE_COMMAND} -DBUILD=${PROJECT_BINARY_DIR} -DCONFIG=$<CONFIG>
                     -DCONSUMER=${PROJECT_SOURCE_DIR}/ci/consumer "-DGENERATOR=${CMAKE_GENERATOR}"
                     "-DTOOLSET=${CMAKE_GENERATOR_TOOLSET}" "-DTOOLCHAIN=${CMAKE_TOOLCHAIN_FILE}"
                     "-DEMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}" "-DCOMPILER=${CMAKE_C_COMPILER}"
                     -P ${PROJECT_SOURCE_DIR}/ci/cmake/package_test.cmake)
endif()
