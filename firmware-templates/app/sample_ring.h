/* Samples between an interrupt that puts them in and a loop that takes them out. The newest are lost where it is full. */
#ifndef KILN_SAMPLE_RING_H
#define KILN_SAMPLE_RING_H

#include <stdint.h>

/* A power of two; at 16 kHz 128 ms, in which a model can run. */
#define SAMPLE_RING_SIZE 2048u

struct sample_ring {
    int16_t samples[SAMPLE_RING_SIZE];
    volatile uint32_t head; /* written by the interrupt alone */
    volatile uint32_t lost; /* likewise */
    volatile uint32_t tail; /* written by the loop alone */
};

static inline void sample_ring_put(struct sample_ring *ring, int16_t sample)
{
    const uint32_t head = ring->head;
    if (head - ring->tail == SAMPLE_RING_SIZE) {
        ring->lost = ring->lost + 1;
        return;
    }
    ring->samples[head % SAMPLE_RING_SIZE] = sample;
#if defined(__GNUC__)
    __asm__ volatile("" ::: "memory"); /* the sample is there before it is counted */
#endif
    ring->head = head + 1;
}

/* The oldest, at most `most`; returns how many. */
static inline uint16_t sample_ring_take(struct sample_ring *ring, int16_t *samples, uint16_t most)
{
    const uint32_t tail = ring->tail;
    const uint32_t waiting = ring->head - tail;
    const uint16_t n = waiting < most ? (uint16_t)waiting : most;
#if defined(__GNUC__)
    __asm__ volatile("" ::: "memory");
#endif
    for (uint16_t i = 0; i < n; i++) {
        samples[i] = ring->samples[(tail + i) % SAMPLE_RING_SIZE];
    }
#if defined(__GNUC__)
    __asm__ volatile("" ::: "memory"); /* and its place is free only when it was read */
#endif
    ring->tail = tail + n;
    return n;
}

#endif
