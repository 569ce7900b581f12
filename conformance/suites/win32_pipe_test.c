/* win32_pipe_test: creating, opening and closing named pipes (facts 4.1, 4.4).
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows;
 * ROS is ReactOS npfs; P is a probe recorded on Wine 8. */
#include "conformance/suites/win32_fixture.h"

#define DUPLEX    (PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED)
#define INSTANCES 4u
#define MUCH      70000u /* more than a pipe takes at once */

static char much[MUCH];
static char sink[MUCH];

/* ---- CreateNamedPipe ---- */

/* 4.1: "instance in LISTENING at once": WT; P "client open before ConnectNamedPipe". */
static void new_pipe_listens_before_anybody_connects_it(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    pair_connect(&pair);
    pair_close(&pair);
}

static DWORD second_server_error(DWORD open_mode, DWORD pipe_mode, DWORD instances_max)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    HANDLE second = create_server(pair.name, open_mode, pipe_mode, instances_max, QUOTA);
    DWORD error = second != NULL ? ERROR_SUCCESS : GetLastError();
    close_end(&second);
    pair_close(&pair);
    return error;
}

/* 4.1: P "2nd instance". */
static void name_takes_a_second_instance(void)
{
    EXPECT_EQUAL(second_server_error(DUPLEX, PIPE_TYPE_BYTE, INSTANCES), ERROR_SUCCESS);
}

/* 4.2: "FIRST_PIPE_INSTANCE and name exists": doc. */
static void first_instance_of_a_name_in_use_is_access_denied(void)
{
    EXPECT_EQUAL(
        second_server_error(DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, INSTANCES),
        ERROR_ACCESS_DENIED);
}

/* 4.2: "other access": WT test_CreateNamedPipe_instances_must_match; P. */
static void instance_with_another_access_is_access_denied(void)
{
    EXPECT_EQUAL(
        second_server_error(PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, INSTANCES),
        ERROR_ACCESS_DENIED);
}

/* 4.2: type and maximum of later instances are not compared: WT
 * test_CreateNamedPipe_instances_must_match ("check everything else"); ROS create.c. */
static void instance_with_another_type_or_maximum_is_accepted(void)
{
    EXPECT_EQUAL(second_server_error(DUPLEX, PIPE_TYPE_MESSAGE, INSTANCES), ERROR_SUCCESS);
    EXPECT_EQUAL(second_server_error(DUPLEX, PIPE_TYPE_BYTE, INSTANCES - 1), ERROR_SUCCESS);
}

static DWORD info_of(HANDLE pipe)
{
    DWORD flags = POISON;
    EXPECT(GetNamedPipeInfo(pipe, &flags, NULL, NULL, NULL));
    return flags;
}

/* 4.2: ROS NpCreateExistingNamedPipe (the type belongs to the name). */
static void type_of_all_instances_is_that_of_the_first(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    HANDLE second = create_server(pair.name, DUPLEX, PIPE_TYPE_MESSAGE, INSTANCES, QUOTA);
    EXPECT(second != NULL);
    EXPECT_EQUAL(info_of(second), PIPE_SERVER_END | PIPE_TYPE_BYTE);
    close_end(&second);
    pair_close(&pair);
}

/* 4.3: "more than nMaxInstances": P. */
static void instance_beyond_the_maximum_is_pipe_busy(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    HANDLE first = create_server(name, DUPLEX, PIPE_TYPE_BYTE, 1, QUOTA);
    EXPECT(first != NULL);
    EXPECT(create_server(name, DUPLEX, PIPE_TYPE_BYTE, 1, QUOTA) == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_PIPE_BUSY);
    close_end(&first);
}

/* 4.3: ROS NpCreateExistingNamedPipe (the maximum is looked at first). */
static void first_instance_of_a_full_name_is_pipe_busy(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    HANDLE first = create_server(name, DUPLEX, PIPE_TYPE_BYTE, 1, QUOTA);
    EXPECT(create_server(name, DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_BYTE, 1, QUOTA) ==
           NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_PIPE_BUSY);
    close_end(&first);
}

static DWORD server_error(const WCHAR *name, DWORD instances_max)
{
    HANDLE server = create_server(name, DUPLEX, PIPE_TYPE_BYTE, instances_max, QUOTA);
    DWORD error = server != NULL ? ERROR_SUCCESS : GetLastError();
    close_end(&server);
    return error;
}

/* 4.3: "nMaxInstances 0 / >255": doc. */
static void maximum_of_no_instances_is_invalid_parameter(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    EXPECT_EQUAL(server_error(name, 0), ERROR_INVALID_PARAMETER);
}

/* 4.3: "nMaxInstances 0 / >255": doc. */
static void maximum_above_255_is_invalid_parameter(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    EXPECT_EQUAL(server_error(name, PIPE_UNLIMITED_INSTANCES + 1), ERROR_INVALID_PARAMETER);
}

/* 4.3: "name not \\.\pipe\x": doc; WT. */
static void name_of_no_pipe_is_invalid_name(void)
{
    EXPECT_EQUAL(server_error(L"\\\\.\\bad\\x", 1), ERROR_INVALID_NAME);
}

/* 4.3: doc (CreateNamedPipe: a pipe of type byte cannot be read in message mode). */
static void message_reads_of_a_byte_pipe_are_invalid_parameter(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    HANDLE server = create_server(name, DUPLEX, PIPE_TYPE_BYTE | PIPE_READMODE_MESSAGE, 1, QUOTA);
    EXPECT(server == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_INVALID_PARAMETER);
}

/* 4.3: doc (pipe names are not case-sensitive). */
static void names_differing_in_case_are_one(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    WCHAR *letter = pair.name;
    for (; *letter != 0; letter++) {
        *letter = *letter >= 'a' && *letter <= 'z' ? (WCHAR)(*letter - 32) : *letter;
    }
    pair_connect(&pair);
    pair_close(&pair);
}

/* ---- CreateFile ---- */

static DWORD client_error(const WCHAR *name)
{
    HANDLE client = open_client(name, FILE_FLAG_OVERLAPPED);
    DWORD error = client != NULL ? ERROR_SUCCESS : GetLastError();
    close_end(&client);
    return error;
}

/* 4.4: "no such pipe": P. */
static void open_of_a_name_that_is_not_there_is_file_not_found(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    EXPECT_EQUAL(client_error(name), ERROR_FILE_NOT_FOUND);
}

/* 4.4: "no server handle open": ROS create.c. */
static void open_after_the_server_has_closed_is_file_not_found(void)
{
    struct pair pair = pair_open(0);
    close_end(&pair.server);
    EXPECT_EQUAL(client_error(pair.name), ERROR_FILE_NOT_FOUND);
    pair_close(&pair);
}

/* 4.4: "no instance LISTENING: connected": WT :615-640; P "2nd client". */
static void open_while_another_client_is_connected_is_pipe_busy(void)
{
    struct pair pair = pair_open(0);
    EXPECT_EQUAL(client_error(pair.name), ERROR_PIPE_BUSY);
    pair_close(&pair);
}

/* 4.4: "closing": P "client after first client closed, not disconnected". */
static void open_after_a_client_went_is_pipe_busy(void)
{
    struct pair pair = pair_open(0);
    close_end(&pair.client);
    EXPECT_EQUAL(client_error(pair.name), ERROR_PIPE_BUSY);
    pair_close(&pair);
}

/* 4.4: "disconnected": P "client after Disconnect, before Connect". */
static void open_after_a_disconnect_is_pipe_busy(void)
{
    struct pair pair = pair_open(0);
    close_end(&pair.client);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_EQUAL(client_error(pair.name), ERROR_PIPE_BUSY);
    pair_close(&pair);
}

static DWORD open_with_access(DWORD server_access, DWORD client_access)
{
    WCHAR name[48];
    new_pipe_name(name);
    HANDLE server =
        create_server(name, server_access | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1, QUOTA);
    EXPECT(server != NULL);
    SetLastError(POISON);
    HANDLE client =
        CreateFileW(name, client_access, 0, NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    DWORD error = client != INVALID_HANDLE_VALUE ? ERROR_SUCCESS : GetLastError();
    if (client != INVALID_HANDLE_VALUE) {
        close_end(&client);
    }
    close_end(&server);
    return error;
}

/* 4.4: doc (CreateNamedPipe, dwOpenMode: what the client may ask for). */
static void client_may_write_to_an_inbound_pipe_and_not_read(void)
{
    EXPECT_EQUAL(open_with_access(PIPE_ACCESS_INBOUND, GENERIC_WRITE), ERROR_SUCCESS);
    EXPECT_EQUAL(open_with_access(PIPE_ACCESS_INBOUND, GENERIC_READ), ERROR_ACCESS_DENIED);
}

/* 4.4: doc (CreateNamedPipe, dwOpenMode). */
static void client_may_read_from_an_outbound_pipe_and_not_write(void)
{
    EXPECT_EQUAL(open_with_access(PIPE_ACCESS_OUTBOUND, GENERIC_READ), ERROR_SUCCESS);
    EXPECT_EQUAL(open_with_access(PIPE_ACCESS_OUTBOUND, GENERIC_WRITE), ERROR_ACCESS_DENIED);
}

/* 4.4: doc (CreateNamedPipe: an inbound pipe has GENERIC_READ). */
static void inbound_server_cannot_write(void)
{
    WCHAR name[48];
    struct request write;
    new_pipe_name(name);
    HANDLE server =
        create_server(name, PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1, QUOTA);
    EXPECT_EQUAL(start_write(server, &write, 1), ERROR_ACCESS_DENIED);
    close_end(&server);
}

/* 4.4: "takes the instance that has been LISTENING longest": WT test_multiple_instances; P. */
static void client_takes_the_instance_that_has_listened_longest(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect;
    HANDLE second = create_server(pair.name, DUPLEX, PIPE_TYPE_BYTE, INSTANCES, QUOTA);
    EXPECT(second != NULL);
    pair_connect(&pair);
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_PIPE_CONNECTED);
    EXPECT_EQUAL(start_connect(second, &connect), ERROR_IO_PENDING);
    close_end(&second);
    pair_close(&pair);
}

/* 4.4: "or ConnectNamedPipe after Disconnect": WT test_multiple_instances; P "after S0 re-listen".
 */
static void instance_that_listens_again_comes_last(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request again, connect;
    HANDLE second = create_server(pair.name, DUPLEX, PIPE_TYPE_BYTE, INSTANCES, QUOTA);
    pair_connect(&pair);
    close_end(&pair.client);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_EQUAL(start_connect(pair.server, &again), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_EQUAL(start_connect(second, &connect), ERROR_PIPE_CONNECTED);
    EXPECT_EQUAL(request_status(&again), STATUS_PENDING);
    close_end(&second);
    pair_close(&pair);
}

/* 4.4: "pending ConnectNamedPipe or not": WT test_multiple_instances. */
static void pending_connect_gives_an_instance_no_preference(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect, late;
    HANDLE second = create_server(pair.name, DUPLEX, PIPE_TYPE_BYTE, INSTANCES, QUOTA);
    EXPECT_EQUAL(start_connect(second, &connect), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_EQUAL(request_status(&connect), STATUS_PENDING);
    EXPECT_EQUAL(start_connect(pair.server, &late), ERROR_PIPE_CONNECTED);
    close_end(&second);
    pair_close(&pair);
}

/* 4.5: a cycle of connections on one instance: doc (ConnectNamedPipe); P "reconnect". */
static void instance_serves_one_client_after_another(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect, write, read;
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
        pair_connect(&pair);
        EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_SUCCESS, 0);
        EXPECT_EQUAL(start_write(pair.client, &write, 3), ERROR_SUCCESS);
        EXPECT_PACKET(pair.port, CLIENT_KEY, &write, STATUS_SUCCESS, 3);
        EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_SUCCESS);
        EXPECT_PACKET(pair.port, SERVER_KEY, &read, STATUS_SUCCESS, 3);
        close_end(&pair.client);
        EXPECT(DisconnectNamedPipe(pair.server));
    }
    pair_close(&pair);
}

/* ---- what becomes of requests and data when an end closes ---- */

/* 4.12: "I CloseHandle: my pending reads": P "own close pending read". */
static void close_ends_own_reads_as_broken(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.client);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_PIPE_BROKEN, 0);
    pair_close(&pair);
}

/* 4.12: "I CloseHandle: peer pending reads": WT test_CloseHandle; P "peer closed". */
static void close_ends_reads_of_the_peer_as_broken(void)
{
    struct pair pair = pair_open(0);
    struct request read;
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_IO_PENDING);
    close_end(&pair.server);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_PIPE_BROKEN, 0);
    pair_close(&pair);
}

/* 4.12: "my unread writes: kept, data stays readable": WT test_CloseHandle; P "close with data". */
static void close_keeps_what_was_written(void)
{
    struct pair pair = pair_open(0);
    struct request write, first, second, third;
    EXPECT_EQUAL(start_write(pair.server, &write, 5), ERROR_SUCCESS);
    close_end(&pair.server);
    EXPECT_EQUAL(start_read(pair.client, &first, 3), ERROR_SUCCESS);
    EXPECT(request_holds(&first, "abc"));
    EXPECT_EQUAL(start_read(pair.client, &second, 3), ERROR_SUCCESS);
    EXPECT(request_holds(&second, "de"));
    EXPECT_EQUAL(start_read(pair.client, &third, 3), ERROR_BROKEN_PIPE);
    pair_close(&pair);
}

/* 4.12: "peer pending writes: completed 109, data dropped": WT :3255-3272; P. */
static void close_ends_writes_of_the_peer_as_broken_with_zero_bytes(void)
{
    struct pair pair = pair_open(0);
    struct request write, read;
    EXPECT_EQUAL(start_write_from(pair.server, &write, much, MUCH), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_SUCCESS);
    EXPECT_KEY(pair.port, CLIENT_KEY);
    close_end(&pair.client);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_PIPE_BROKEN, 0);
    pair_close(&pair);
}

/* 4.12: "my pending writes: completes SUCCESS when read": ROS NpSetClosingPipeState; inferred. */
static void write_that_pends_when_its_end_closes_finishes_when_it_is_read(void)
{
    struct pair pair = pair_open(0);
    struct request write, read;
    EXPECT_EQUAL(start_write_from(pair.server, &write, much, MUCH), ERROR_IO_PENDING);
    close_end(&pair.server);
    EXPECT_NO_PACKET(pair.port);
    EXPECT_EQUAL(start_read_into(pair.client, &read, sink, MUCH), ERROR_SUCCESS);
    EXPECT_EQUAL(request_bytes(&read), MUCH);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_SUCCESS, MUCH);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &read, STATUS_SUCCESS, MUCH);
    pair_close(&pair);
}

/* 4.12: "or 109 if peer closes first": ROS NpSetClosingPipeState; inferred. */
static void write_that_pends_when_both_ends_close_is_broken(void)
{
    struct pair pair = pair_open(0);
    struct request write;
    EXPECT_EQUAL(start_write_from(pair.server, &write, much, MUCH), ERROR_IO_PENDING);
    close_end(&pair.server);
    EXPECT_NO_PACKET(pair.port);
    close_end(&pair.client);
    EXPECT_PACKET(pair.port, SERVER_KEY, &write, STATUS_PIPE_BROKEN, 0);
    pair_close(&pair);
}

/* 4.12: "second side closes in CLOSING: instance deleted": ROS; WT test_CloseHandle. */
static void name_is_free_again_when_both_ends_have_closed(void)
{
    struct pair pair = pair_open(0);
    close_end(&pair.client);
    close_end(&pair.server);
    pair.server = create_server(pair.name, DUPLEX, PIPE_TYPE_MESSAGE, 1, QUOTA);
    EXPECT(pair.server != NULL);
    pair_close(&pair);
}

/* 4.12: an instance lives while its client does: ROS NpSetClosingPipeState. */
static void client_that_outlives_its_server_holds_the_instance(void)
{
    WCHAR name[48];
    new_pipe_name(name);
    HANDLE server = create_server(name, DUPLEX, PIPE_TYPE_BYTE, 1, QUOTA);
    HANDLE client = open_client(name, FILE_FLAG_OVERLAPPED);
    EXPECT(client != NULL);
    close_end(&server);
    server = create_server(name, DUPLEX, PIPE_TYPE_BYTE, 1, QUOTA);
    EXPECT(server == NULL);
    EXPECT_EQUAL(GetLastError(), ERROR_PIPE_BUSY);
    close_end(&client);
}

/* 4.12: "server closes while LISTENING": ROS. */
static void close_of_a_listening_server_ends_its_connect_as_broken(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect;
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    close_end(&pair.server);
    EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_PIPE_BROKEN, 0);
    pair_close(&pair);
}

/* ---- DisconnectNamedPipe ---- */

/* 4.13: WT :3274-3284; P "pending reads + disconnect". */
static void disconnect_ends_reads_of_both_ends_as_disconnected(void)
{
    struct pair pair = pair_open(0);
    struct request of_server, of_client;
    EXPECT_EQUAL(start_read(pair.server, &of_server, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_read(pair.client, &of_client, 10), ERROR_IO_PENDING);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_PACKET(pair.port, SERVER_KEY, &of_server, STATUS_PIPE_DISCONNECTED, 0);
    EXPECT_PACKET(pair.port, CLIENT_KEY, &of_client, STATUS_PIPE_DISCONNECTED, 0);
    pair_close(&pair);
}

/* 4.13: WT :3274-3284; P "pending writes + disconnect". */
static void disconnect_ends_writes_of_both_ends_as_disconnected(void)
{
    struct pair pair = pair_open(0);
    struct request of_server, of_client;
    EXPECT_EQUAL(start_write_from(pair.client, &of_client, much, MUCH), ERROR_IO_PENDING);
    EXPECT_EQUAL(start_write_from(pair.server, &of_server, sink, MUCH), ERROR_IO_PENDING);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_PACKET(pair.port, CLIENT_KEY, &of_client, STATUS_PIPE_DISCONNECTED, 0);
    EXPECT_PACKET(pair.port, SERVER_KEY, &of_server, STATUS_PIPE_DISCONNECTED, 0);
    pair_close(&pair);
}

/* 4.13: "dropped": doc (DisconnectNamedPipe: unread data is lost); P "client side after
 * Disconnect". */
static void disconnect_drops_unread_data(void)
{
    struct pair pair = pair_open(0);
    struct request of_server, of_client, read, connect;
    EXPECT_EQUAL(start_write(pair.server, &of_server, 5), ERROR_SUCCESS);
    EXPECT_EQUAL(start_write(pair.client, &of_client, 5), ERROR_SUCCESS);
    EXPECT(DisconnectNamedPipe(pair.server));
    EXPECT_EQUAL(start_read(pair.client, &read, 10), ERROR_PIPE_NOT_CONNECTED);
    close_end(&pair.client);
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_EQUAL(start_read(pair.server, &read, 10), ERROR_IO_PENDING);
    pair_close(&pair);
}

/* 4.13: the end that was disconnected stays so when the server has a new client: ROS. */
static void client_that_was_disconnected_stays_so(void)
{
    struct pair pair = pair_open(0);
    struct request connect, read, of_new;
    EXPECT(DisconnectNamedPipe(pair.server));
    HANDLE old = pair.client;
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    pair_connect(&pair);
    EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_SUCCESS, 0);
    EXPECT_EQUAL(start_read(old, &read, 10), ERROR_PIPE_NOT_CONNECTED);
    close_end(&old);
    EXPECT_EQUAL(start_read(pair.client, &of_new, 10), ERROR_IO_PENDING);
    EXPECT_EQUAL(request_status(&of_new), STATUS_PENDING);
    pair_close(&pair);
}

/* 4.7: LISTENING, S Disconnect: ROS done, Wine refuses with 536; the simulator explores both. */
static void disconnect_while_listening_is_refused_or_done(void)
{
    struct pair pair = pair_open(PAIR_LISTENING);
    struct request connect;
    EXPECT_EQUAL(start_connect(pair.server, &connect), ERROR_IO_PENDING);
    SetLastError(POISON);
    if (DisconnectNamedPipe(pair.server)) {
        EXPECT_PACKET(pair.port, SERVER_KEY, &connect, STATUS_PIPE_DISCONNECTED, 0);
        EXPECT_EQUAL(client_error(pair.name), ERROR_PIPE_BUSY);
        fact_saw("done");
    } else {
        EXPECT_EQUAL(GetLastError(), ERROR_PIPE_LISTENING);
        EXPECT_NO_PACKET(pair.port);
        EXPECT_EQUAL(request_status(&connect), STATUS_PENDING);
        EXPECT_EQUAL(client_error(pair.name), ERROR_SUCCESS);
        fact_saw("refused");
    }
    pair_close(&pair);
}

/* ---- GetNamedPipeInfo ---- */

/* 4.19: doc (GetNamedPipeInfo). */
static void info_tells_the_end_and_the_type(void)
{
    struct pair bytes = pair_open(0), messages = pair_open(PAIR_MESSAGES);
    EXPECT_EQUAL(info_of(bytes.server), PIPE_SERVER_END | PIPE_TYPE_BYTE);
    EXPECT_EQUAL(info_of(bytes.client), PIPE_CLIENT_END | PIPE_TYPE_BYTE);
    EXPECT_EQUAL(info_of(messages.server), PIPE_SERVER_END | PIPE_TYPE_MESSAGE);
    EXPECT_EQUAL(info_of(messages.client), PIPE_CLIENT_END | PIPE_TYPE_MESSAGE);
    pair_close(&bytes);
    pair_close(&messages);
}

/* 4.13: ROS NpQueryPipeInfo (a client that was disconnected has no pipe any more). */
static void info_of_a_disconnected_client_is_pipe_not_connected(void)
{
    struct pair pair = pair_open(0);
    DWORD flags = POISON;
    EXPECT(DisconnectNamedPipe(pair.server));
    SetLastError(POISON);
    EXPECT(!GetNamedPipeInfo(pair.client, &flags, NULL, NULL, NULL));
    EXPECT_EQUAL(GetLastError(), ERROR_PIPE_NOT_CONNECTED);
    pair_close(&pair);
}

static const struct fact facts[] = {
    FACT(new_pipe_listens_before_anybody_connects_it, FACT_PLAIN),
    FACT(name_takes_a_second_instance, FACT_PLAIN),
    {FACT_OF(first_instance_of_a_name_in_use_is_access_denied), .flags = FACT_PLAIN,
     .on_wine = "the flag is ignored"},
    FACT(instance_with_another_access_is_access_denied, FACT_PLAIN),
    FACT(instance_with_another_type_or_maximum_is_accepted, FACT_PLAIN),
    {FACT_OF(type_of_all_instances_is_that_of_the_first), .flags = FACT_PLAIN,
     .unsettled = "ReactOS"},
    FACT(instance_beyond_the_maximum_is_pipe_busy, FACT_PLAIN),
    FACT(first_instance_of_a_full_name_is_pipe_busy, FACT_PLAIN),
    {FACT_OF(maximum_of_no_instances_is_invalid_parameter), .flags = FACT_PLAIN,
     .on_wine = "accepted"},
    {FACT_OF(maximum_above_255_is_invalid_parameter), .flags = FACT_PLAIN, .on_wine = "accepted"},
    {FACT_OF(name_of_no_pipe_is_invalid_name), .flags = FACT_PLAIN, .on_wine = "3"},
    FACT(message_reads_of_a_byte_pipe_are_invalid_parameter, FACT_PLAIN),
    FACT(names_differing_in_case_are_one, FACT_PLAIN),
    FACT(open_of_a_name_that_is_not_there_is_file_not_found, FACT_PLAIN),
    FACT(open_after_the_server_has_closed_is_file_not_found, FACT_PLAIN),
    FACT(open_while_another_client_is_connected_is_pipe_busy, FACT_PLAIN),
    FACT(open_after_a_client_went_is_pipe_busy, FACT_PLAIN),
    FACT(open_after_a_disconnect_is_pipe_busy, FACT_PLAIN),
    FACT(client_may_write_to_an_inbound_pipe_and_not_read, FACT_PLAIN),
    FACT(client_may_read_from_an_outbound_pipe_and_not_write, FACT_PLAIN),
    FACT(inbound_server_cannot_write, FACT_PLAIN),
    FACT(client_takes_the_instance_that_has_listened_longest, FACT_PLAIN),
    FACT(instance_that_listens_again_comes_last, FACT_PLAIN),
    FACT(pending_connect_gives_an_instance_no_preference, FACT_PLAIN),
    FACT(instance_serves_one_client_after_another, FACT_PLAIN),
    FACT(close_ends_own_reads_as_broken, FACT_PLAIN),
    FACT(close_ends_reads_of_the_peer_as_broken, FACT_PLAIN),
    FACT(close_keeps_what_was_written, FACT_PLAIN),
    FACT(close_ends_writes_of_the_peer_as_broken_with_zero_bytes, FACT_PLAIN),
    {FACT_OF(write_that_pends_when_its_end_closes_finishes_when_it_is_read), .flags = FACT_PLAIN,
     .on_wine = "109 at once, the data lost", .unsettled = "ReactOS; inferred"},
    {FACT_OF(write_that_pends_when_both_ends_close_is_broken), .flags = FACT_PLAIN,
     .on_wine = "109 at once, the data lost", .unsettled = "ReactOS; inferred"},
    FACT(name_is_free_again_when_both_ends_have_closed, FACT_PLAIN),
    {FACT_OF(client_that_outlives_its_server_holds_the_instance), .flags = FACT_PLAIN,
     .on_wine = "an instance ends with its server", .unsettled = "ReactOS"},
    {FACT_OF(close_of_a_listening_server_ends_its_connect_as_broken), .flags = FACT_PLAIN,
     .on_wine = "0x8000000A", .unsettled = "ReactOS"},
    FACT(disconnect_ends_reads_of_both_ends_as_disconnected, FACT_PLAIN),
    FACT(disconnect_ends_writes_of_both_ends_as_disconnected, FACT_PLAIN),
    FACT(disconnect_drops_unread_data, FACT_PLAIN),
    FACT(client_that_was_disconnected_stays_so, FACT_PLAIN),
    {FACT_OF(disconnect_while_listening_is_refused_or_done), .flags = FACT_PLAIN,
     FACT_OUTCOMES("done", "refused"), .unsettled = "ReactOS does it, Wine refuses it"},
    FACT(info_tells_the_end_and_the_type, FACT_PLAIN),
    FACT(info_of_a_disconnected_client_is_pipe_not_connected, FACT_PLAIN),
};

FACT_SUITE(win32_pipe);
