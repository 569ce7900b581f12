# Installs a build into a folder of its own, builds the consumer against it and runs it.
#
# cmake -DBUILD=... -DCONFIG=... -DCONSUMER=... -DGENERATOR=... [-DTOOLSET= -DTOOLCHAIN= -DEMULATOR=
#       -DCOMPILER=] -P package_test.cmake
set(place ${BUILD}/package)
file(REMOVE_RECURSE ${place})

# The settings of the consumer's build, as a file: the emulator is a list.
set(settings "set(CMAKE_BUILD_TYPE \"${CONFIG}\" CACHE STRING \"\")
set(CMAKE_PREFIX_PATH \"${place}/installed\" CACHE PATH \"\")\n")
if(EMULATOR)
    string(APPEND settings "set(CMAKE_CROSSCOMPILING_EMULATOR \"${EMULATOR}\" CACHE STRING \"\")\n")
endif()
if(TOOLCHAIN)
    string(APPEND settings "set(CMAKE_TOOLCHAIN_FILE \"${TOOLCHAIN}\" CACHE FILEPATH \"\")\n")
elseif(NOT GENERATOR MATCHES "Visual Studio")
    string(APPEND settings "set(CMAKE_C_COMPILER \"${COMPILER}\" CACHE FILEPATH \"\")\n")
endif()
file(WRITE ${place}/settings.cmake "${settings}")
set(toolset "")
if(TOOLSET)
    set(toolset -T ${TOOLSET})
endif()

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
run(${CMAKE_COMMAND} --install ${BUILD} --config ${CONFIG} --prefix ${place}/installed)
run(${CMAKE_COMMAND} -G ${GENERATOR} ${toolset} -C ${place}/settings.cmake -S ${CONSUMER}
    -B ${place}/consumer)
run(${CMAKE_COMMAND} --build ${place}/consumer --config ${CONFIG})
run(${CMAKE_CTEST_COMMAND} --test-dir ${place}/consumer -C ${CONFIG} --output-on-failure)
