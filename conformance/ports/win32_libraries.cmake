# Ports in libraries of their own for real Windows: core as it is, and one with a flaw that every order of
# threads shows.
function(port_library name)
    cmake_parse_arguments(PARSE_ARGV 1 port "" "" "SOURCES;DEFINITIONS")
    add_library(${name} MODULE
        ${port_SOURCES}
        ports/port_core.c
        ports/port_core_socket.c
        ports/port_core_stream.c
        ports/port_core_user.c)
    target_compile_definitions(${name} PRIVATE CONF_PORT_WORLD=CONF_WORLD_WIN32 ${port_DEFINITIONS})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE core_win32)
    set_target_properties(${name} PROPERTIES PREFIX "")
endfunction()

port_library(port_core_library DEFINITIONS conf_port_core=conf_port)
set_target_properties(port_core_library PROPERTIES OUTPUT_NAME port_core)
port_library(port_both-ways
             SOURCES ports/port_flawed.c ports/port_broken.c ports/port_broken_socket.c
             DEFINITIONS FLAW="both-ways")
