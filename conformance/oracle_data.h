/* oracle_data: data-corruption, cross-connection, data-loss, false-eof.
 *
 * data-corruption, cross-connection: the runner compares what arrives with what was sent; bytes are
 * a function of sender, epoch and place. Excused: transfers that overlap each other or a disconnect
 * on one source (their order is unknown), which the model calls racy.
 *
 * data-loss: a hole in what arrives; or a reader reaches the end, or would block when nothing more
 * can arrive, before it got all that was accepted. Excused: a disconnect of the connection; a
 * writer that was told of a failure, or whose poll was destroyed; plain writes that
 * were under way when their thread or handle went; writes still running; connections that are not
 * certain.
 *
 * false-eof: a read, or an event, says that the peer closed although no peer did. Excused: a server
 * shared by several clients' epochs only as far as they are uncertain; racy sources;
 * events of a poll that started before the last disconnect. */
#ifndef CONFORMANCE_ORACLE_DATA_H
#define CONFORMANCE_ORACLE_DATA_H

#include "conformance/oracle.h"

void conf_see_data_corruption(struct conf_judge *judge, const struct conf_record *record);
void conf_see_cross_connection(struct conf_judge *judge, const struct conf_record *record);
void conf_see_data_loss(struct conf_judge *judge, const struct conf_record *record);
void conf_see_false_eof(struct conf_judge *judge, const struct conf_record *record);

#endif
