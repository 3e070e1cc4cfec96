/* Frames between zeros: type, session, sequence number, payload, CRC-32; stuffed by COBS. */
#include "frame.h"

#include "crc32.h"
#include "port.h"

#define LONGEST_BLOCK 254u

uint16_t frame_get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | (uint16_t)bytes[1] << 8);
}

uint32_t frame_get32(const uint8_t *bytes)
{
    return frame_get16(bytes) | (uint32_t)frame_get16(bytes + 2) << 16;
}

uint8_t *frame_put16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
    return bytes + 2;
}

uint8_t *frame_put32(uint8_t *bytes, uint32_t value)
{
    return frame_put16(frame_put16(bytes, (uint16_t)value), (uint16_t)(value >> 16));
}

static void append(struct frame *frame, uint8_t byte)
{
    if (frame->length < sizeof frame->bytes) {
        frame->bytes[frame->length] = byte;
    }
    frame->length = (uint16_t)(frame->length + (frame->length <= sizeof frame->bytes));
}

static int whole(const struct frame *frame)
{
    uint16_t n = frame->length;
    if (frame->left != 0 || n < FRAME_HEADER + FRAME_CRC || n > sizeof frame->bytes) {
        return 0;
    }
    n = (uint16_t)(n - FRAME_CRC);
    return crc32(frame->bytes, n) == frame_get32(frame->bytes + n);
}

static enum frame_state end(struct frame *frame)
{
    if (frame->code == 0) {
        frame->length = 0;
        return FRAME_PART; /* two zeros one after the other: the end of a frame, the start of the next */
    }
    frame->code = 0;
    enum frame_state state = whole(frame) ? FRAME_WHOLE : FRAME_DAMAGED;
    frame->left = 0;
    return state;
}

enum frame_state frame_take(struct frame *frame, int c)
{
    uint8_t byte = (uint8_t)c;
    if (byte == 0) {
        return end(frame);
    }
    if (frame->code == 0) {
        frame->length = 0;
    }
    if (frame->left > 0) {
        frame->left--;
        append(frame, byte);
        return FRAME_PART;
    }
    if (frame->code != 0 && frame->code != LONGEST_BLOCK + 1) {
        append(frame, 0);
    }
    frame->code = byte;
    frame->left = (uint8_t)(byte - 1);
    return FRAME_PART;
}

struct frame_id frame_id(const struct frame *frame)
{
    return (struct frame_id){
        .type = frame->bytes[0], .session = frame->bytes[1], .sequence = frame_get16(frame->bytes + 2)};
}

const uint8_t *frame_payload(const struct frame *frame)
{
    return frame->bytes + FRAME_HEADER;
}

size_t frame_payload_size(const struct frame *frame)
{
    return frame->length - FRAME_HEADER - FRAME_CRC;
}

/* A frame that goes out lies in parts where they are. */
struct parts {
    const uint8_t *start[4];
    size_t size[4];
};

static uint8_t byte_at(const struct parts *parts, size_t i)
{
    uint32_t part = 0;
    while (i >= parts->size[part]) {
        i -= parts->size[part++];
    }
    return parts->start[part][i];
}

static void stuff(const struct parts *parts, size_t total)
{
    size_t i = 0;
    int more = 1;
    port_putchar(0);
    while (more) {
        size_t run = 0;
        while (run < LONGEST_BLOCK && i + run < total && byte_at(parts, i + run) != 0) {
            run++;
        }
        port_putchar((char)(run + 1));
        for (size_t end_of_run = i + run; i < end_of_run; i++) {
            port_putchar((char)byte_at(parts, i));
        }
        more = i < total;
        i += run < LONGEST_BLOCK; /* a zero, which the next block stands for */
    }
    port_putchar(0);
}

void frame_send(struct frame_id id, const uint8_t *head, size_t n, const void *data, size_t size)
{
    uint8_t header[FRAME_HEADER] = {id.type, id.session};
    uint8_t check[FRAME_CRC];
    (void)frame_put16(header + 2, id.sequence);
    (void)frame_put32(check, crc32_continue(crc32_continue(crc32(header, sizeof header), head, n), data, size));
    const struct parts parts = {
        .start = {header, head, data, check},
        .size = {sizeof header, n, size, sizeof check},
    };
    stuff(&parts, sizeof header + n + size + sizeof check);
}
