/* Frames between zeros, which text never holds: type, session, sequence number, payload, CRC-32; stuffed by COBS
 * (Cheshire and Baker, 1999), so that a receiver finds the next frame whatever became of the one before. */
#ifndef KILN_FRAME_H
#define KILN_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER 4u
#define FRAME_PAYLOAD 240u
#define FRAME_CRC 4u

/* What a frame is about; its answer has the same. */
struct frame_id {
    uint8_t type;
    uint8_t session;
    uint16_t sequence;
};

/* One frame as it comes in. */
struct frame {
    uint8_t bytes[FRAME_HEADER + FRAME_PAYLOAD + FRAME_CRC];
    uint16_t length; /* of what is unstuffed so far; more than fits is no frame */
    uint8_t code;    /* of the block that is being read, 0 before the first */
    uint8_t left;    /* bytes of it still to come */
};

enum frame_state { FRAME_PART, FRAME_WHOLE, FRAME_DAMAGED };

/* Takes one character. After FRAME_WHOLE the frame is to be read before the next call. */
enum frame_state frame_take(struct frame *frame, int c);

/* Of a whole frame. */
struct frame_id frame_id(const struct frame *frame);
const uint8_t *frame_payload(const struct frame *frame);
size_t frame_payload_size(const struct frame *frame);

/* Sends a frame whose payload is `n` bytes of `head`, then `size` bytes of `data`. */
void frame_send(struct frame_id id, const uint8_t *head, size_t n, const void *data, size_t size);

/* Integers in frames are little-endian, whatever the processor is. */
uint16_t frame_get16(const uint8_t *bytes);
uint32_t frame_get32(const uint8_t *bytes);
uint8_t *frame_put16(uint8_t *bytes, uint16_t value);
uint8_t *frame_put32(uint8_t *bytes, uint32_t value);

#endif
