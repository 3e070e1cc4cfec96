/* A firmware that speaks when it is spoken to. */
#include "ear.h"

void ear_start(void)
{
}

void ear_pause(void)
{
}

int ear_step(void)
{
    return 0;
}
