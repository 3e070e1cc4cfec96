/* From a PDM microphone's bits to samples, as far as no register decides it. */
#ifndef KILN_STM32_DFSDM_PCM_H
#define KILN_STM32_DFSDM_PCM_H

#include <stdint.h>

/* Bits to a sample: of 2 MHz, 16 kHz. A sinc filter of order 3 makes of them numbers of magnitude up to 125^3, below 2^21. */
#define DFSDM_RATIO 125u

/* What the filter's data register holds below the number, and what is cut off to keep 16 bits: full scale would be 2^6, and
 * this leaves 12 dB for voices at a distance. */
#define DFSDM_STATUS_BITS 8
#define DFSDM_GAIN_SHIFT 4

/* A word of the data register as a sample; what is beyond int16 is cut off. */
static inline int16_t dfsdm_pcm(int32_t word)
{
    const int32_t sample = word >> (DFSDM_STATUS_BITS + DFSDM_GAIN_SHIFT);
    return (int16_t)(sample > INT16_MAX ? INT16_MAX : sample < INT16_MIN ? INT16_MIN : sample);
}

/* What divides the clock to so many bits a second exactly; 0 where nothing from 2 to 256 does. */
static inline uint32_t dfsdm_divider(uint32_t clock_hz, uint32_t bits_hz)
{
    const uint32_t divider = bits_hz == 0 ? 0 : clock_hz / bits_hz;
    return divider >= 2 && divider <= 256 && divider * bits_hz == clock_hz ? divider : 0;
}

#endif
