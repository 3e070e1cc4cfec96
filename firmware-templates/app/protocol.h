/* The serial protocol: MLPerf Tiny's performance mode as its public runner speaks it, and the `kiln` commands. */
#ifndef KILN_PROTOCOL_H
#define KILN_PROTOCOL_H

#include "command.h"

/* Says that the board is up. `engine_status` is what engine_init() returned; where it is not 0, what needs the model
 * answers with an error. */
void protocol_start(int engine_status);

/* Answers one completed command, ending with `m-ready`. */
void protocol_answer(struct command *command);

#endif
