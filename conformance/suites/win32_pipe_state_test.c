/* win32_pipe_state_test: every operation in every state, on both ends of a pipe.
 *
 * CLOSING is the state of the end whose peer has closed. Each cell of the matrix is a case: an
 * error is immediate and queues no packet, a success queues one packet, a pending request none.
 *
 * Evidence: WT ntdll/pipe.c test_pipe_state and test_pipe_with_data_state, kernel32/pipe.c
 * test_DisconnectNamedPipe and test_CloseHandle (Wine's tests, which also run on Windows); P p_pipe
 * and p_peek (probes recorded on Wine 8); ROS npfs statesup.c. What else a row relies on is said
 * there. */
#include "conformance/suites/win32_fixture.h"

enum state {
    LISTENING,
    LISTENING_CONNECT_PENDS,
    CONNECTED,
    CONNECTED_WITH_DATA, /* for the end that acts */
    CLOSING,
    CLOSING_WITH_DATA,
    DISCONNECTED,
    DISCONNECTED_OLD_CLIENT /* the client has not closed */
};

enum operation { READ, READ_NOTHING, WRITE, WRITE_NOTHING, CONNECT, DISCONNECT, PEEK, SET_MODE };

enum side { SERVER, CLIENT };

#define SIZE 5u /* of what is written */

struct cell {
    enum state state;
    enum side side;
    enum operation operation;
    DWORD error; /* ERROR_SUCCESS: done; ERROR_IO_PENDING: pends */
    DWORD bytes; /* transferred, if it is done */
};

static HANDLE *end_of(struct pair *pair, enum side side)
{
    return side == SERVER ? &pair->server : &pair->client;
}

/* Data for the end `side`, whose packet is taken. */
static void fill(struct pair *pair, enum side side, struct request *write)
{
    EXPECT_EQUAL(start_write(*end_of(pair, 1 - side), write, SIZE), ERROR_SUCCESS);
    EXPECT_KEY(pair->port, side == SERVER ? CLIENT_KEY : SERVER_KEY);
}

static struct pair pair_in_state(enum state state, enum side side, struct request *spare)
{
    bool listens = state == LISTENING || state == LISTENING_CONNECT_PENDS;
    struct pair pair = pair_open(listens ? PAIR_LISTENING : 0);
    switch (state) {
    case LISTENING:
    case CONNECTED:
        break;
    case LISTENING_CONNECT_PENDS:
        EXPECT_EQUAL(start_connect(pair.server, spare), ERROR_IO_PENDING);
        break;
    case CONNECTED_WITH_DATA:
        fill(&pair, side, spare);
        break;
    case CLOSING:
        close_end(end_of(&pair, 1 - side));
        break;
    case CLOSING_WITH_DATA:
        fill(&pair, side, spare);
        close_end(end_of(&pair, 1 - side));
        break;
    case DISCONNECTED:
        close_end(&pair.client);
        EXPECT(DisconnectNamedPipe(pair.server));
        break;
    case DISCONNECTED_OLD_CLIENT:
        EXPECT(DisconnectNamedPipe(pair.server));
        break;
    }
    return pair;
}

static DWORD answered(BOOL result)
{
    return result ? ERROR_SUCCESS : GetLastError();
}

static DWORD operate(HANDLE end, enum operation operation, struct request *request)
{
    DWORD mode = PIPE_READMODE_BYTE | PIPE_WAIT;
    char bytes[SIZE];
    request->overlapped.Internal = (ULONG_PTR)STATUS_PENDING; /* for what takes no request */
    SetLastError(POISON);
    switch (operation) {
    case READ:
        return start_read(end, request, BYTES_MAX);
    case READ_NOTHING:
        return start_read(end, request, 0);
    case WRITE:
        return start_write(end, request, SIZE);
    case WRITE_NOTHING:
        return start_write(end, request, 0);
    case CONNECT:
        return start_connect(end, request);
    case DISCONNECT:
        return answered(DisconnectNamedPipe(end));
    case PEEK:
        return answered(PeekNamedPipe(end, bytes, sizeof bytes, NULL, NULL, NULL));
    case SET_MODE:
        return answered(SetNamedPipeHandleState(end, &mode, NULL, NULL));
    }
    return POISON;
}

static void cell_holds(const void *row)
{
    const struct cell *cell = row;
    struct request spare, request;
    struct pair pair = pair_in_state(cell->state, cell->side, &spare);
    EXPECT_EQUAL(operate(*end_of(&pair, cell->side), cell->operation, &request), cell->error);
    bool takes_request = cell->operation <= CONNECT;
    if (cell->error == ERROR_SUCCESS && takes_request) {
        EXPECT_PACKET(pair.port, cell->side == SERVER ? SERVER_KEY : CLIENT_KEY, &request,
                      STATUS_SUCCESS, cell->bytes);
    } else {
        EXPECT_EQUAL(request_status(&request), STATUS_PENDING);
    }
    if (cell->state != LISTENING_CONNECT_PENDS || cell->operation != DISCONNECT) {
        EXPECT_NO_PACKET(pair.port);
    }
    pair_close(&pair);
}

/* ---- what an operation leaves behind ---- */

/* 4.6: DISCONNECTED, S Connect: "pending 997 -> LISTENING". */
static void connect_of_a_disconnected_pipe_makes_it_listen(void)
{
    struct request spare, connect;
    struct pair pair = pair_in_state(DISCONNECTED, SERVER, &spare);
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_SUCCESS, 0);
    pair_close(&pair);
}

/* 4.13: CLOSING, S Disconnect: "TRUE -> DISCONNECTED (data lost)". */
static void disconnect_of_a_closing_pipe_loses_its_data(void)
{
    struct request spare, read;
    struct pair pair = pair_in_state(CLOSING_WITH_DATA, SERVER, &spare);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_EQUAL(start_read(pair.server, &read, SIZE), ERROR_PIPE_NOT_CONNECTED);
    pair_close(&pair);
}

/* 4.6: CLOSING: data is there, then it is drained. */
static void read_of_a_closing_pipe_drains_it_and_then_is_broken(void)
{
    struct request spare, read;
    struct pair pair = pair_in_state(CLOSING_WITH_DATA, CLIENT, &spare);
    EXPECT_EQUAL(start_read(pair.client, &read, BYTES_MAX), ERROR_SUCCESS);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, SIZE);
    EXPECT_EQUAL(start_read(pair.client, &read, BYTES_MAX), ERROR_BROKEN_PIPE);
    pair_close(&pair);
}

/* 4.6: "Client came and went before ConnectNamedPipe": P. */
static void connect_after_a_client_came_and_went_is_no_data(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect, read;
    pair_connect(&pair);
    close_end(&pair.client);
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_NO_DATA);
    EXPECT_EQUAL(start_read(pair.server, &read, SIZE), ERROR_BROKEN_PIPE);
    EXPECT_NO_PACKET(pair.port);
    pair_close(&pair);
}

#define CELL_OF(fact_name, ...)                                                        \
    .name = #fact_name, .check = cell_holds, .row = &(const struct cell){__VA_ARGS__}, \
    .flags = FACT_PLAIN
#define CELL(...)            \
    {                        \
        CELL_OF(__VA_ARGS__) \
    }
#define WINE "DisconnectNamedPipe of a client is refused with 50 there"

static const struct fact facts[] = {
    /* LISTENING; S Disconnect is in win32_pipe_test. Peek and mode: P p_peek. */
    CELL(listening_server_read_is_listening, LISTENING, SERVER, READ, ERROR_PIPE_LISTENING, 0),
    CELL(listening_server_empty_read_is_listening, LISTENING, SERVER, READ_NOTHING,
         ERROR_PIPE_LISTENING, 0),
    CELL(listening_server_write_is_listening, LISTENING, SERVER, WRITE, ERROR_PIPE_LISTENING, 0),
    CELL(listening_server_empty_write_is_listening, LISTENING, SERVER, WRITE_NOTHING,
         ERROR_PIPE_LISTENING, 0),
    CELL(listening_server_connect_pends, LISTENING, SERVER, CONNECT, ERROR_IO_PENDING, 0),
    CELL(listening_server_peek_is_bad_pipe, LISTENING, SERVER, PEEK, ERROR_BAD_PIPE, 0),
    CELL(listening_server_mode_may_be_set, LISTENING, SERVER, SET_MODE, ERROR_SUCCESS, 0),

    CELL(connecting_server_read_is_listening, LISTENING_CONNECT_PENDS, SERVER, READ,
         ERROR_PIPE_LISTENING, 0),
    CELL(connecting_server_empty_read_is_listening, LISTENING_CONNECT_PENDS, SERVER, READ_NOTHING,
         ERROR_PIPE_LISTENING, 0),
    CELL(connecting_server_write_is_listening, LISTENING_CONNECT_PENDS, SERVER, WRITE,
         ERROR_PIPE_LISTENING, 0),
    CELL(connecting_server_empty_write_is_listening, LISTENING_CONNECT_PENDS, SERVER, WRITE_NOTHING,
         ERROR_PIPE_LISTENING, 0),
    CELL(connecting_server_second_connect_pends, LISTENING_CONNECT_PENDS, SERVER, CONNECT,
         ERROR_IO_PENDING, 0),
    CELL(connecting_server_peek_is_bad_pipe, LISTENING_CONNECT_PENDS, SERVER, PEEK, ERROR_BAD_PIPE,
         0),
    CELL(connecting_server_mode_may_be_set, LISTENING_CONNECT_PENDS, SERVER, SET_MODE,
         ERROR_SUCCESS, 0),

    /* CONNECTED */
    CELL(connected_server_read_pends, CONNECTED, SERVER, READ, ERROR_IO_PENDING, 0),
    CELL(connected_server_empty_read_pends, CONNECTED, SERVER, READ_NOTHING, ERROR_IO_PENDING, 0),
    CELL(connected_server_write_is_done, CONNECTED, SERVER, WRITE, ERROR_SUCCESS, SIZE),
    CELL(connected_server_empty_write_is_done, CONNECTED, SERVER, WRITE_NOTHING, ERROR_SUCCESS, 0),
    CELL(connected_server_connect_is_connected, CONNECTED, SERVER, CONNECT, ERROR_PIPE_CONNECTED,
         0),
    CELL(connected_server_disconnect_is_done, CONNECTED, SERVER, DISCONNECT, ERROR_SUCCESS, 0),
    CELL(connected_server_peek_is_done, CONNECTED, SERVER, PEEK, ERROR_SUCCESS, 0),
    CELL(connected_server_mode_may_be_set, CONNECTED, SERVER, SET_MODE, ERROR_SUCCESS, 0),
    CELL(connected_client_read_pends, CONNECTED, CLIENT, READ, ERROR_IO_PENDING, 0),
    CELL(connected_client_empty_read_pends, CONNECTED, CLIENT, READ_NOTHING, ERROR_IO_PENDING, 0),
    CELL(connected_client_write_is_done, CONNECTED, CLIENT, WRITE, ERROR_SUCCESS, SIZE),
    CELL(connected_client_empty_write_is_done, CONNECTED, CLIENT, WRITE_NOTHING, ERROR_SUCCESS, 0),
    CELL(connected_client_connect_is_no_function, CONNECTED, CLIENT, CONNECT,
         ERROR_INVALID_FUNCTION, 0),
    {CELL_OF(connected_client_disconnect_is_no_function, CONNECTED, CLIENT, DISCONNECT,
             ERROR_INVALID_FUNCTION, 0),
     .on_wine = WINE, .unsettled = "ReactOS"},
    CELL(connected_client_peek_is_done, CONNECTED, CLIENT, PEEK, ERROR_SUCCESS, 0),
    CELL(connected_client_mode_may_be_set, CONNECTED, CLIENT, SET_MODE, ERROR_SUCCESS, 0),

    CELL(server_read_of_data_is_done, CONNECTED_WITH_DATA, SERVER, READ, ERROR_SUCCESS, SIZE),
    CELL(server_empty_read_of_data_is_done, CONNECTED_WITH_DATA, SERVER, READ_NOTHING,
         ERROR_SUCCESS, 0),
    CELL(server_write_beside_data_is_done, CONNECTED_WITH_DATA, SERVER, WRITE, ERROR_SUCCESS, SIZE),
    CELL(server_connect_with_data_is_connected, CONNECTED_WITH_DATA, SERVER, CONNECT,
         ERROR_PIPE_CONNECTED, 0),
    CELL(server_disconnect_with_data_is_done, CONNECTED_WITH_DATA, SERVER, DISCONNECT,
         ERROR_SUCCESS, 0),
    CELL(client_read_of_data_is_done, CONNECTED_WITH_DATA, CLIENT, READ, ERROR_SUCCESS, SIZE),
    CELL(client_empty_read_of_data_is_done, CONNECTED_WITH_DATA, CLIENT, READ_NOTHING,
         ERROR_SUCCESS, 0),
    CELL(client_write_beside_data_is_done, CONNECTED_WITH_DATA, CLIENT, WRITE, ERROR_SUCCESS, SIZE),
    CELL(server_empty_write_beside_data_is_done, CONNECTED_WITH_DATA, SERVER, WRITE_NOTHING,
         ERROR_SUCCESS, 0),
    CELL(server_peek_of_data_is_done, CONNECTED_WITH_DATA, SERVER, PEEK, ERROR_SUCCESS, 0),
    CELL(server_mode_with_data_may_be_set, CONNECTED_WITH_DATA, SERVER, SET_MODE, ERROR_SUCCESS, 0),
    CELL(client_empty_write_beside_data_is_done, CONNECTED_WITH_DATA, CLIENT, WRITE_NOTHING,
         ERROR_SUCCESS, 0),
    CELL(client_connect_with_data_is_no_function, CONNECTED_WITH_DATA, CLIENT, CONNECT,
         ERROR_INVALID_FUNCTION, 0),
    {CELL_OF(client_disconnect_with_data_is_no_function, CONNECTED_WITH_DATA, CLIENT, DISCONNECT,
             ERROR_INVALID_FUNCTION, 0),
     .on_wine = WINE, .unsettled = "ReactOS"},
    CELL(client_peek_of_data_is_done, CONNECTED_WITH_DATA, CLIENT, PEEK, ERROR_SUCCESS, 0),
    CELL(client_mode_with_data_may_be_set, CONNECTED_WITH_DATA, CLIENT, SET_MODE, ERROR_SUCCESS, 0),

    /* CLOSING, nothing left to read */
    CELL(closing_server_read_is_broken, CLOSING, SERVER, READ, ERROR_BROKEN_PIPE, 0),
    CELL(closing_server_empty_read_is_broken, CLOSING, SERVER, READ_NOTHING, ERROR_BROKEN_PIPE, 0),
    CELL(closing_server_write_is_no_data, CLOSING, SERVER, WRITE, ERROR_NO_DATA, 0),
    CELL(closing_server_empty_write_is_no_data, CLOSING, SERVER, WRITE_NOTHING, ERROR_NO_DATA, 0),
    CELL(closing_server_connect_is_no_data, CLOSING, SERVER, CONNECT, ERROR_NO_DATA, 0),
    CELL(closing_server_disconnect_is_done, CLOSING, SERVER, DISCONNECT, ERROR_SUCCESS, 0),
    CELL(closing_server_peek_is_broken, CLOSING, SERVER, PEEK, ERROR_BROKEN_PIPE, 0),
    CELL(closing_server_mode_may_be_set, CLOSING, SERVER, SET_MODE, ERROR_SUCCESS, 0),
    CELL(closing_client_read_is_broken, CLOSING, CLIENT, READ, ERROR_BROKEN_PIPE, 0),
    CELL(closing_client_empty_read_is_broken, CLOSING, CLIENT, READ_NOTHING, ERROR_BROKEN_PIPE, 0),
    CELL(closing_client_write_is_no_data, CLOSING, CLIENT, WRITE, ERROR_NO_DATA, 0),
    CELL(closing_client_empty_write_is_no_data, CLOSING, CLIENT, WRITE_NOTHING, ERROR_NO_DATA, 0),
    CELL(closing_client_connect_is_no_function, CLOSING, CLIENT, CONNECT, ERROR_INVALID_FUNCTION,
         0),
    {CELL_OF(closing_client_disconnect_is_no_function, CLOSING, CLIENT, DISCONNECT,
             ERROR_INVALID_FUNCTION, 0),
     .on_wine = WINE, .unsettled = "ReactOS"},
    CELL(closing_client_peek_is_broken, CLOSING, CLIENT, PEEK, ERROR_BROKEN_PIPE, 0),
    CELL(closing_client_mode_may_be_set, CLOSING, CLIENT, SET_MODE, ERROR_SUCCESS, 0),

    /* CLOSING, with data to read */
    CELL(closing_server_read_of_data_is_done, CLOSING_WITH_DATA, SERVER, READ, ERROR_SUCCESS, SIZE),
    CELL(closing_server_empty_read_of_data_is_done, CLOSING_WITH_DATA, SERVER, READ_NOTHING,
         ERROR_SUCCESS, 0),
    CELL(closing_server_write_beside_data_is_no_data, CLOSING_WITH_DATA, SERVER, WRITE,
         ERROR_NO_DATA, 0),
    CELL(closing_server_empty_write_beside_data_is_no_data, CLOSING_WITH_DATA, SERVER,
         WRITE_NOTHING, ERROR_NO_DATA, 0),
    CELL(closing_server_connect_with_data_is_no_data, CLOSING_WITH_DATA, SERVER, CONNECT,
         ERROR_NO_DATA, 0),
    CELL(closing_server_disconnect_with_data_is_done, CLOSING_WITH_DATA, SERVER, DISCONNECT,
         ERROR_SUCCESS, 0),
    CELL(closing_server_peek_of_data_is_done, CLOSING_WITH_DATA, SERVER, PEEK, ERROR_SUCCESS, 0),
    CELL(closing_client_read_of_data_is_done, CLOSING_WITH_DATA, CLIENT, READ, ERROR_SUCCESS, SIZE),
    CELL(closing_client_empty_read_of_data_is_done, CLOSING_WITH_DATA, CLIENT, READ_NOTHING,
         ERROR_SUCCESS, 0),
    CELL(closing_client_write_beside_data_is_no_data, CLOSING_WITH_DATA, CLIENT, WRITE,
         ERROR_NO_DATA, 0),
    CELL(closing_client_empty_write_beside_data_is_no_data, CLOSING_WITH_DATA, CLIENT,
         WRITE_NOTHING, ERROR_NO_DATA, 0),
    CELL(closing_client_peek_of_data_is_done, CLOSING_WITH_DATA, CLIENT, PEEK, ERROR_SUCCESS, 0),
    CELL(closing_server_mode_with_data_may_be_set, CLOSING_WITH_DATA, SERVER, SET_MODE,
         ERROR_SUCCESS, 0),
    CELL(closing_client_connect_with_data_is_no_function, CLOSING_WITH_DATA, CLIENT, CONNECT,
         ERROR_INVALID_FUNCTION, 0),
    {CELL_OF(closing_client_disconnect_with_data_is_no_function, CLOSING_WITH_DATA, CLIENT,
             DISCONNECT, ERROR_INVALID_FUNCTION, 0),
     .on_wine = WINE, .unsettled = "ReactOS"},
    CELL(closing_client_mode_with_data_may_be_set, CLOSING_WITH_DATA, CLIENT, SET_MODE,
         ERROR_SUCCESS, 0),

    /* DISCONNECTED */
    CELL(disconnected_server_read_is_not_connected, DISCONNECTED, SERVER, READ,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_server_empty_read_is_not_connected, DISCONNECTED, SERVER, READ_NOTHING,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_server_write_is_not_connected, DISCONNECTED, SERVER, WRITE,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_server_empty_write_is_not_connected, DISCONNECTED, SERVER, WRITE_NOTHING,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_server_connect_pends, DISCONNECTED, SERVER, CONNECT, ERROR_IO_PENDING, 0),
    CELL(disconnected_server_disconnect_is_not_connected, DISCONNECTED, SERVER, DISCONNECT,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_server_peek_is_bad_pipe, DISCONNECTED, SERVER, PEEK, ERROR_BAD_PIPE, 0),
    CELL(disconnected_server_mode_may_be_set, DISCONNECTED, SERVER, SET_MODE, ERROR_SUCCESS, 0),
    CELL(server_read_beside_an_old_client_is_not_connected, DISCONNECTED_OLD_CLIENT, SERVER, READ,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(server_empty_read_beside_an_old_client_is_not_connected, DISCONNECTED_OLD_CLIENT, SERVER,
         READ_NOTHING, ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(server_write_beside_an_old_client_is_not_connected, DISCONNECTED_OLD_CLIENT, SERVER, WRITE,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(server_empty_write_beside_an_old_client_is_not_connected, DISCONNECTED_OLD_CLIENT, SERVER,
         WRITE_NOTHING, ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(server_disconnect_beside_an_old_client_is_not_connected, DISCONNECTED_OLD_CLIENT, SERVER,
         DISCONNECT, ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(server_peek_beside_an_old_client_is_bad_pipe, DISCONNECTED_OLD_CLIENT, SERVER, PEEK,
         ERROR_BAD_PIPE, 0),
    CELL(server_mode_beside_an_old_client_may_be_set, DISCONNECTED_OLD_CLIENT, SERVER, SET_MODE,
         ERROR_SUCCESS, 0),
    CELL(server_connect_beside_an_old_client_pends, DISCONNECTED_OLD_CLIENT, SERVER, CONNECT,
         ERROR_IO_PENDING, 0),
    CELL(disconnected_client_read_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT, READ,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_client_empty_read_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT,
         READ_NOTHING, ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_client_write_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT, WRITE,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_client_empty_write_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT,
         WRITE_NOTHING, ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_client_connect_is_no_function, DISCONNECTED_OLD_CLIENT, CLIENT, CONNECT,
         ERROR_INVALID_FUNCTION, 0),
    {CELL_OF(disconnected_client_disconnect_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT,
             DISCONNECT, ERROR_PIPE_NOT_CONNECTED, 0),
     .on_wine = WINE, .unsettled = "ReactOS"},
    CELL(disconnected_client_peek_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT, PEEK,
         ERROR_PIPE_NOT_CONNECTED, 0),
    CELL(disconnected_client_mode_is_not_connected, DISCONNECTED_OLD_CLIENT, CLIENT, SET_MODE,
         ERROR_PIPE_NOT_CONNECTED, 0),

    FACT(connect_of_a_disconnected_pipe_makes_it_listen, FACT_PLAIN),
    FACT(disconnect_of_a_closing_pipe_loses_its_data, FACT_PLAIN),
    FACT(read_of_a_closing_pipe_drains_it_and_then_is_broken, FACT_PLAIN),
    FACT(connect_after_a_client_came_and_went_is_no_data, FACT_PLAIN),
};

FACT_SUITE(win32_pipe_state);
