/* oracle_socket: what can be wrong with sockets and user-made sources only.
 *
 * wrong-event: an event of one source alone has a bit that nothing explains: a listener is anything
 * but readable, something is readable although nobody has begun to send, close or connect anything,
 * an end or error is told without a reason, urgent data that nobody sent, or what the user has not
 * said. Excused: injected faults, the settings spurious-polls and crossed-polls, tokens of several
 * sources. */
#ifndef CONFORMANCE_ORACLE_SOCKET_H
#define CONFORMANCE_ORACLE_SOCKET_H

#include "conformance/oracle.h"

struct conf_model;
struct conf_model_verb;

void conf_see_wrong_event(struct conf_judge *judge, const struct conf_record *record);

/* conf_see_socket_result is the part of wrong-result that is about addresses of sockets: those that
 * the names of the scenario stand for. It returns false if the record is about something else. */
bool conf_see_socket_result(struct conf_judge *judge, const struct conf_record *record);

/* conf_see_socket_end is the part of lost-wakeup that is about ends: once everything that was sent
 * has been read, a stream that is registered for reading has been told read-closed or error if its
 * peer has certainly gone. Looked at when all has settled. */
void conf_see_socket_end(struct conf_judge *judge);

/* conf_socket_error_is_explained is the part of wrong-error that is about codes of sockets. */
bool conf_socket_error_is_explained(const struct conf_model *model,
                                    const struct conf_record *record,
                                    const struct conf_model_verb *verb, uint64_t code);

#endif
