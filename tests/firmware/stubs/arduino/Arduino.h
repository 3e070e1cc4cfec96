/* A stub: what our port and examples ask of an Arduino core, declared so that they compile where there is none. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stddef.h>
#include <stdint.h>

struct Stream {
    void begin(unsigned long baud);
    int read(void);
    size_t write(uint8_t byte);
    size_t println(const char *text);
    size_t println(unsigned number);
};

extern Stream Serial;
unsigned long micros(void);
void delay(unsigned long milliseconds);

#endif
