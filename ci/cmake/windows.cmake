# What builds for Windows need: how to run a program that was cross-built, and cmocka.

if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${PROJECT_SOURCE_DIR}/ci/wine ${PROJECT_BINARY_DIR}/wine)
endif()

# scripts/setup mingw puts it into build/deps/mingw.
set(IOCPLAB_CMOCKA ${PROJECT_SOURCE_DIR}/build/deps/mingw
    CACHE PATH "where a static cmocka for Windows is installed")
find_path(IOCPLAB_CMOCKA_INCLUDE cmocka.h PATHS ${IOCPLAB_CMOCKA}/include
          REQUIRED NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
find_library(IOCPLAB_CMOCKA_LIBRARY NAMES cmocka-static libcmocka-static cmocka
             PATHS ${IOCPLAB_CMOCKA}/lib REQUIRED NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
add_library(cmocka INTERFACE IMPORTED GLOBAL)
target_include_directories(cmocka INTERFACE ${IOCPLAB_CMOCKA_INCLUDE})
target_link_libraries(cmocka INTERFACE ${IOCPLAB_CMOCKA_LIBRARY})
