/* A stub: what our microphone asks of Arduino's PDM library, declared so that it compiles where there is none. */
#ifndef PDM_H
#define PDM_H

#include <stddef.h>

struct PDMClass {
    int begin(int channels, int sampleRate);
    int available();
    int read(void *buffer, size_t size);
    void onReceive(void (*function)(void));
    void setGain(int gain);
    void setBufferSize(int bufferSize);
};

extern PDMClass PDM;

#endif
