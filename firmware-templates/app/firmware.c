/* Takes characters from the console, answers commands and frames, listens or sleeps between them. */
#include "firmware.h"

#include "command.h"
#include "ear.h"
#include "engine.h"
#include "port.h"
#include "protocol.h"
#include "stack.h"
#include "stream.h"
#include "transfer.h"

static struct command command;

void firmware_start(void)
{
    stack_paint();
    port_init();
    int engine_status = engine_init();
    stream_reset();
    transfer_start(engine_status);
    protocol_start(engine_status);
    ear_start();
}

void firmware_step(void)
{
    int c = port_getchar();
    if (c < 0) {
        transfer_idle();
        if (!ear_step()) {
            port_sleep();
        }
        return;
    }
    ear_pause();
    if (transfer_take(c)) {
        command_clear(&command);
    } else if (command_take(&command, c)) {
        protocol_answer(&command);
        command_clear(&command);
    }
}
