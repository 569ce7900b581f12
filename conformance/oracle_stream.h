/* oracle_stream: the oracles of streams in memory. All compare a history with the reference model
 * (channel.h), so they are as certain as it is: an operation may answer what some order of it and
 * the operations it overlaps explains.
 *
 * wrong-result: an operation answers what nothing explains: too many bytes, or too few; would-block
 * although it could go on, or done although it could not; a stream of capacity 0 is made; a task
 * without budget goes on. Excused: FAILED, or a short write, for want of memory where the scenario
 * injects faults.
 *
 * double-wake: a waker is woken or dropped though it was consumed before. waker-leak: a clone is
 * neither woken nor dropped when everything is. spurious-wake: an operation that moved nothing woke
 * somebody. Excused: a task that has used up its budget is woken by its own operation.
 *
 * data-loss, false-eof, data-corruption, cross-connection and lost-wakeup are those of their own
 * modules, which ask here when the source is a stream: a reader finds the end before it got all
 * that was accepted, or before the writer closed; an operation that somebody waits for with no wake
 * since would go on at the end. */
#ifndef CONFORMANCE_ORACLE_STREAM_H
#define CONFORMANCE_ORACLE_STREAM_H

#include "conformance/oracle.h"

void conf_see_wrong_result(struct conf_judge *judge, const struct conf_record *record);
void conf_see_double_wake(struct conf_judge *judge, const struct conf_record *record);
void conf_see_waker_leak(struct conf_judge *judge, const struct conf_record *record);
void conf_see_spurious_wake(struct conf_judge *judge, const struct conf_record *record);

/* The parts of other oracles. They return false when the record is not about a stream in memory. */
bool conf_see_stream_loss(struct conf_judge *judge, const struct conf_record *record);
bool conf_see_stream_end(struct conf_judge *judge, const struct conf_record *record);
bool conf_see_stream_read_closed(struct conf_judge *judge, uint8_t source);
bool conf_see_stream_wakeup(struct conf_judge *judge, const struct conf_record *record);

#endif
