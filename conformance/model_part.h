/* model_part: the parts of the model, by what they are about. Internal to the model.
 *
 * conf_model_begin_X and conf_model_end_X take in the begin and the end of a verb; `seq` is the
 * number of the record. */
#ifndef CONFORMANCE_MODEL_PART_H
#define CONFORMANCE_MODEL_PART_H

#include "conformance/model.h"

/* conf_model_arm has a direction wait for an event from the begin of a verb on; conf_model_disarm
 * ends that for both. conf_model_registered_throughout tells whether a source was registered,
 * without a registration verb before the end or at the same time, while a verb ran.
 * conf_model_retire gives up the token of a source. conf_model_excuse says that what a writer sent
 * in its epoch may be lost. */
void conf_model_arm(struct conf_model *model, uint8_t source, enum conf_way way,
                    const struct conf_model_verb *verb);
void conf_model_disarm(struct conf_model_source *s);
bool conf_model_registered_throughout(const struct conf_model_source *s,
                                      const struct conf_model_verb *verb);
void conf_model_retire(struct conf_model *model, uint8_t source, uint32_t seq);
void conf_model_begin_registration(struct conf_model *model, const struct conf_record *record);
void conf_model_end_registration(struct conf_model *model, const struct conf_record *record,
                                 const struct conf_model_verb *verb, uint32_t seq);
void conf_model_begin_open(struct conf_model *model, const struct conf_record *record);
void conf_model_end_open(struct conf_model *model, const struct conf_record *record,
                         const struct conf_model_verb *verb, uint32_t seq);
void conf_model_end_connect(struct conf_model *model, const struct conf_record *record,
                            const struct conf_model_verb *verb, uint32_t seq);
void conf_model_excuse(struct conf_model *model, uint8_t writer);
void conf_model_begin_disconnect(struct conf_model *model, const struct conf_record *record);
void conf_model_end_disconnect(struct conf_model *model, const struct conf_record *record,
                               const struct conf_model_verb *verb, uint32_t seq);
void conf_model_begin_read(struct conf_model *model, const struct conf_record *record);
void conf_model_end_read(struct conf_model *model, const struct conf_record *record,
                         const struct conf_model_verb *verb, uint32_t seq);
void conf_model_begin_write(struct conf_model *model, const struct conf_record *record);
void conf_model_end_write(struct conf_model *model, const struct conf_record *record,
                          const struct conf_model_verb *verb, uint32_t seq);
void conf_model_end_take_error(struct conf_model *model, const struct conf_record *record,
                               const struct conf_model_verb *verb, uint32_t seq);

/* What sockets and user-made sources do with verbs that are no registrations. */
void conf_model_begin_socket(struct conf_model *model, const struct conf_record *record);
void conf_model_end_socket(struct conf_model *model, const struct conf_record *record,
                           const struct conf_model_verb *verb, uint32_t seq);
/* conf_model_drop_socket takes in that one begins to be dropped. */
void conf_model_drop_socket(struct conf_model *model, uint8_t source);

#endif
