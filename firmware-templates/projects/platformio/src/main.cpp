/* The firmware as a sketch. */
#include <Arduino.h>

#include "firmware.h"

void setup()
{
    firmware_start();
}

void loop()
{
    firmware_step();
}
