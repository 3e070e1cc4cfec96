/* Takes characters from the console, answers commands, sleeps between them. */
#include "command.h"
#include "engine.h"
#include "port.h"
#include "protocol.h"

int main(void)
{
    static struct command command;
    port_init();
    protocol_start(engine_init());
    for (;;) {
        int c = port_getchar();
        if (c < 0) {
            port_sleep();
        } else if (command_take(&command, c)) {
            protocol_answer(&command);
            command_clear(&command);
        }
    }
}
