/* The microphone behind Arduino's PDM library, which calls back from an interrupt when its buffer is full.
 * Interface: docs.arduino.cc, PDM library. Compiled against its declarations, but never run on a board. */
#include "microphone.h"

#include <Arduino.h>
#include <PDM.h>

#include "sample_ring.h"

#define CHUNK 256 /* samples of the library's own buffer: 512 B by default */

static struct sample_ring ring;

static void take(void)
{
    static int16_t samples[CHUNK];
    const int available = PDM.available();
    const int bytes = PDM.read(samples, available < (int)sizeof samples ? (size_t)available : sizeof samples);
    for (int i = 0; i < bytes / 2; i++) {
        sample_ring_put(&ring, samples[i]);
    }
}

int microphone_start(uint32_t hz)
{
    PDM.onReceive(take);
    PDM.setBufferSize(CHUNK * (int)sizeof(int16_t));
    return PDM.begin(1, (int)hz) ? 0 : -1;
}

uint16_t microphone_read(int16_t *samples, uint16_t most)
{
    return sample_ring_take(&ring, samples, most);
}

uint32_t microphone_lost(void)
{
    return ring.lost;
}
