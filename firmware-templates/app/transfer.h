/* The host's requests in frames, beside the text protocol: memory in and out, inferences layer by layer, the stack, the
 * console's speed. A plain runner of MLPerf Tiny never meets it. docs/protocol.md has every byte. */
#ifndef KILN_TRANSFER_H
#define KILN_TRANSFER_H

/* `engine_status` is what engine_init() returned; where it is not 0, what needs the model is refused. */
void transfer_start(int engine_status);

/* Takes one character of the console, and answers the request that it completes. Returns whether it is part of a frame,
 * so that text which was begun before it is void. */
int transfer_take(int c);

/* To be called now and then while nothing is received: gives up a speed at which no host is heard. */
void transfer_idle(void);

#endif
