# The CMake package that `cmake --install` leaves: find_package(iocplab) gives iocplab::core and, in
# the simulated world, iocplab::fakes (with iocplab::fakes_headers) and iocplab::explore.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_headers ${CMAKE_INSTALL_INCLUDEDIR}/iocplab)
set(package_config ${CMAKE_INSTALL_LIBDIR}/cmake/iocplab)

# package_library(TARGET NAME INCLUDE FOLDER...) installs a target as iocplab::NAME, whose users
# include from INCLUDE under the installed headers, together with the headers of folders.
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
    foreach(folder IN LISTS ARGN)
        install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${package_headers}/${folder}/..
                FILES_MATCHING PATTERN "*.h" PATTERN examples EXCLUDE)
    endforeach()
endfunction()

if(IOCPLAB_WORLD STREQUAL "sim")
    package_library(core_sim core "" core)
    package_library(fakes_headers fakes_headers /fakes/include fakes)
    package_library(fakes fakes "")
    set_target_properties(fakes PROPERTIES INTERFACE_LINK_LIBRARIES
        "fakes_headers;$<BUILD_INTERFACE:${IOCPLAB_BOOST_CONTEXT}>;$<INSTALL_INTERFACE:boost_context>")
    package_library(explore explore "" fuzz/explore)
    install(TARGETS iocplab)
else()
    package_library(core_win32 core "" core)
    package_library(core_win32_shared core_shared "")
endif()
install(FILES ${PROJECT_SOURCE_DIR}/conformance/port.h DESTINATION ${package_headers}/conformance)

install(EXPORT iocplab NAMESPACE iocplab:: DESTINATION ${package_config}
        FILE iocplab-targets.cmake)
configure_package_config_file(ci/cmake/iocplab-config.cmake.in iocplab-config.cmake
                              INSTALL_DESTINATION ${package_config})
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
