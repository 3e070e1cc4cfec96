/* Answers requests in frames, each once and in their order; a request that comes again gets the same answer again. */
#include "transfer.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "crc32.h"
#include "engine.h"
#include "frame.h"
#include "kiln_config.h"
#include "packed.h"
#include "port.h"
#include "stack.h"
#include "stream.h"

#define VERSION 1u
#define WINDOW 4u      /* requests that a host may send ahead of their answers */
#define EVERY_LAYER 0xffffu
#define FEED_MOST 235u   /* bytes of samples at a time: as many as WRITE takes of a tensor */
#define PACKED_MOST 468u /* samples at a time: four times as many */
#define UNPACKED 32u     /* bytes of samples at a time */
#define SPEED_S 2u     /* without a frame, after which a speed is given up */

enum request {
    HELLO = 0x81,
    READ = 0x82,
    WRITE = 0x83,
    RUN = 0x84,
    CHECK = 0x85,
    RESET = 0x86,
    STACK = 0x87,
    BAUD = 0x88,
    BYE = 0x89,
    STREAM = 0x8a,
    FEED = 0x8b,
    PACKED = 0x8c
};
#define ANSWER 0x40u
#define REFUSAL 0xffu

enum refusal { NO_SESSION = 1, GAP = 2, BAD_REQUEST = 3, NO_MODEL = 4 };

static struct frame frame;
static int engine_ready;
static uint8_t session;   /* 0 is none */
static uint16_t next;     /* sequence number of the next request */
static uint8_t complained; /* of a gap, since the last request in order */
static uint8_t foreign;   /* what was received since the last zero is no text */
static uint8_t fast;      /* the console's speed is the host's choice */
static uint32_t chunk;    /* bytes of memory in one answer */
static uint64_t heard;    /* when the last frame came, and the last byte in a session, in ticks */
static uint64_t received;
static uint32_t fed;      /* bytes of the stream since RESET */

/* The last answer that is worth keeping, in case it is lost. */
static struct frame_id last;
static uint8_t last_answer[KILN_ANSWER_SIZE];
static uint8_t last_size;

static int passed(uint64_t since, uint32_t seconds)
{
    return port_ticks() - since > (uint64_t)seconds * port_tick_hz();
}

static void slow_down(void)
{
    if (fast) {
        fast = 0;
        (void)port_set_baud(0);
    }
}

static void part(void)
{
    session = 0;
    foreign = 0;
    slow_down();
}

static void send(struct frame_id id, const uint8_t *answer, size_t n)
{
    id.type |= ANSWER;
    frame_send(id, answer, n, NULL, 0);
}

static void refuse(struct frame_id id, enum refusal why)
{
    uint8_t text[4] = {(uint8_t)why, id.type};
    (void)frame_put16(text + 2, next);
    id.type = REFUSAL;
    frame_send(id, text, sizeof text, NULL, 0);
}

/* Sends the first `n` bytes of the last answer, and again when its request comes again. */
static void send_kept(struct frame_id id, size_t n)
{
    last = id;
    last_size = (uint8_t)n;
    send(id, last_answer, n);
}

static void keep(struct frame_id id, const uint8_t *answer, size_t n)
{
    memcpy(last_answer, answer, n);
    send_kept(id, n);
}

/* What a request may read, and but for the output write: input, output, arena. NULL where it lies outside. */
static uint8_t *memory_at(uint8_t region, uint32_t offset, uint32_t n)
{
    uint8_t *start;
    uint32_t size;
    if (region == 0) {
        start = (uint8_t *)engine_input();
        size = KILN_MODEL_INPUT_SIZE;
    } else if (region == 1) {
        start = (uint8_t *)(uintptr_t)engine_output();
        size = KILN_MODEL_OUTPUT_SIZE;
    } else if (region == 2) {
        start = engine_arena();
        size = engine_arena_size();
    } else {
        return NULL;
    }
    return offset <= size && n <= size - offset ? start + offset : NULL;
}

static int read_memory(struct frame_id id, const uint8_t *request, size_t n)
{
    uint32_t offset = frame_get32(request + 1);
    uint32_t size = frame_get32(request + 5);
    const uint8_t *memory = n == 9 ? memory_at(request[0], offset, size) : NULL;
    if (memory == NULL) {
        return -1;
    }
    if (id.type == CHECK) {
        uint8_t answer[4];
        (void)frame_put32(answer, crc32(memory, size));
        send(id, answer, sizeof answer);
        return 0;
    }
    id.type |= ANSWER;
    do {
        uint8_t place[4];
        uint32_t part_size = size < chunk ? size : chunk;
        (void)frame_put32(place, offset);
        frame_send(id, place, sizeof place, memory, part_size);
        memory += part_size;
        offset += part_size;
        size -= part_size;
    } while (size > 0);
    return 0;
}

static int write_memory(struct frame_id id, const uint8_t *request, size_t n)
{
    uint32_t size = (uint32_t)n - 5;
    uint8_t *memory = n > 5 && request[0] != 1 ? memory_at(request[0], frame_get32(request + 1), size) : NULL;
    if (memory == NULL) {
        return -1;
    }
    memcpy(memory, request + 5, size);
    send(id, NULL, 0);
    return 0;
}

/* Answers whether it worked, and the ticks that it took. */
static int run_layers(struct frame_id id, const uint8_t *request, size_t n)
{
    uint16_t first = frame_get16(request);
    uint16_t end = frame_get16(request + 2);
    int whole = first == 0 && end == EVERY_LAYER;
    if (n != 4 || (!whole && (first > end || end > engine_layers()))) {
        return -1;
    }
    uint8_t answer[9];
    uint64_t start = port_ticks();
    answer[0] = (uint8_t)(whole ? engine_invoke() : engine_invoke_layers(first, end));
    uint64_t ticks = port_ticks() - start;
    (void)frame_put32(frame_put32(answer + 1, (uint32_t)ticks), (uint32_t)(ticks >> 32));
    keep(id, answer, sizeof answer);
    return 0;
}

static void set_baud(struct frame_id id, uint32_t baud)
{
    uint8_t possible = fast || port_set_baud(0); /* a speed that it has: nothing changes */
    keep(id, &possible, 1);
    if (possible && port_set_baud(baud)) {
        fast = 1;
    }
}

static uint8_t *put_text(uint8_t *to, const char *text)
{
    while (*text != '\0') {
        *to++ = (uint8_t)*text++;
    }
    return to;
}

/* In the frame's own buffer, of which the request is not needed any more. */
static void describe(struct frame_id id)
{
    static const char names[] = KILN_MODEL_HASH "," KILN_MODEL_PLAN "," KILN_BUILD_ID ",";
    uint8_t *start = frame.bytes + FRAME_HEADER;
    uint8_t *to = start;
    *to++ = VERSION;
    *to++ = (uint8_t)engine_ready;
    to = frame_put16(frame_put16(to, FRAME_PAYLOAD), WINDOW);
    to = frame_put16(frame_put16(to, KILN_PORT_BUFFER), (uint16_t)(engine_ready ? engine_layers() : 0));
    to = frame_put32(frame_put32(to, KILN_MODEL_INPUT_SIZE), KILN_MODEL_OUTPUT_SIZE);
    to = frame_put32(frame_put32(to, engine_arena_size()), engine_ready ? engine_arena_used() : 0);
    to = frame_put32(frame_put32(to, port_tick_hz()), port_core_hz());
    to = frame_put32(to, stack_size());
    to = put_text(put_text(to, names), engine_name);
    send(id, start, (size_t)(to - start));
}

static void describe_stream(struct frame_id id)
{
    uint8_t facts[12] = {stream_facts.kind, stream_facts.channels};
    uint8_t *to = frame_put16(facts + 2, stream_facts.result_size);
    (void)frame_put32(frame_put32(to, stream_facts.sample_rate), stream_facts.spec_hash);
    send(id, facts, sizeof facts);
}

/* Bytes of results behind those that the last answer has already. */
static size_t take_samples(const uint8_t *samples, size_t n, size_t before)
{
    uint16_t size = stream_facts.result_size;
    uint16_t most = (uint16_t)((sizeof last_answer - 4 - before) / size);
    fed += (uint32_t)n;
    return before + (size_t)size * stream_feed(samples, (uint16_t)n, last_answer + 4 + before, most);
}

static size_t take_packed(struct packed *packed)
{
    uint8_t samples[UNPACKED];
    size_t results = 0;
    while (packed->samples > 0) {
        uint8_t *end = samples;
        while (packed->samples > 0 && end < samples + sizeof samples) {
            end = frame_put16(end, packed_next(packed));
        }
        results = take_samples(samples, (size_t)(end - samples), results);
    }
    return results;
}

static int feed_stream(struct frame_id id, const uint8_t *request, size_t n)
{
    struct packed packed;
    size_t results;
    if (stream_facts.kind == STREAM_NONE || n == 0 || n > FEED_MOST) {
        return -1;
    }
    if (id.type == FEED) {
        results = take_samples(request, n, 0);
    } else if (n >= PACKED_HEAD && packed_start(&packed, request, n) == 0 && packed.samples <= PACKED_MOST) {
        results = take_packed(&packed);
    } else {
        return -1;
    }
    (void)frame_put32(last_answer, fed);
    send_kept(id, 4 + results);
    return 0;
}

static int reset(struct frame_id id)
{
    uint8_t status = (uint8_t)engine_init();
    stream_reset();
    fed = 0;
    keep(id, &status, 1);
    return 0;
}

static void greet(struct frame_id id, const uint8_t *request, size_t n)
{
    if (n != 3 || request[0] != VERSION || id.session == 0) {
        refuse(id, BAD_REQUEST);
        return;
    }
    uint32_t wanted = frame_get16(request + 1);
    if (session != id.session) {
        session = id.session;
        next = 1;
        last.type = 0;
        complained = 0;
        chunk = (wanted >= 16 && wanted < FRAME_PAYLOAD ? wanted : FRAME_PAYLOAD) - 4;
    }
    describe(id);
}

/* Returns 0, or -1 where the request is not one. */
static int answer_board(struct frame_id id, const uint8_t *request, size_t n)
{
    if (id.type == STACK) {
        uint8_t used[4];
        (void)frame_put32(used, stack_used());
        keep(id, used, sizeof used);
    } else if (id.type == BAUD && n == 4) {
        set_baud(id, frame_get32(request));
    } else if (id.type == STREAM) {
        describe_stream(id);
    } else if (id.type == BYE) {
        send(id, NULL, 0);
        part();
    } else {
        return -1;
    }
    return 0;
}

static int answer_model(struct frame_id id, const uint8_t *request, size_t n)
{
    if (id.type == READ || id.type == CHECK) {
        return read_memory(id, request, n);
    }
    if (id.type == WRITE) {
        return write_memory(id, request, n);
    }
    if (id.type == RUN) {
        return run_layers(id, request, n);
    }
    if (id.type == FEED || id.type == PACKED) {
        return feed_stream(id, request, n);
    }
    return reset(id);
}

static int needs_model(uint8_t type)
{
    return (type >= READ && type <= RESET) || type == FEED || type == PACKED;
}

static void answer(struct frame_id id)
{
    const uint8_t *request = frame_payload(&frame);
    size_t n = frame_payload_size(&frame);
    if (!needs_model(id.type)) {
        if (answer_board(id, request, n) != 0) {
            refuse(id, BAD_REQUEST);
        }
    } else if (!engine_ready) {
        refuse(id, NO_MODEL);
    } else if (answer_model(id, request, n) != 0) {
        refuse(id, BAD_REQUEST);
    }
}

/* A request whose answer the host has not seen: nothing is done twice. */
static void answer_again(struct frame_id id)
{
    if (id.type == READ || id.type == CHECK || id.type == STREAM) {
        answer(id);
    } else if (id.type == WRITE) {
        send(id, NULL, 0);
    } else if (id.type == last.type && id.sequence == last.sequence) {
        send(id, last_answer, last_size);
    }
}

static void complain(struct frame_id id)
{
    if (!complained) {
        complained = 1;
        refuse(id, GAP);
    }
}

static void handle(void)
{
    struct frame_id id = frame_id(&frame);
    int16_t ahead = (int16_t)(id.sequence - next);
    if (id.type == HELLO) {
        greet(id, frame_payload(&frame), frame_payload_size(&frame));
    } else if (id.session != session) {
        refuse(id, NO_SESSION);
    } else if (ahead > 0) {
        complain(id);
    } else if (ahead < 0) {
        answer_again(id);
    } else {
        next++;
        complained = 0;
        answer(id);
    }
}

void transfer_start(int engine_status)
{
    engine_ready = engine_status == 0;
}

/* In a session, whatever is not printable is part of a frame, and so is all that follows it up to the next zero; unless
 * the host died in its middle. */
static int belongs_to_frame(int c)
{
    if (foreign && passed(received, KILN_FRAME_SECONDS)) {
        part();
    }
    if (session == 0) {
        return 0;
    }
    received = port_ticks();
    if (c == 0) {
        foreign = 0;
        return 1;
    }
    foreign |= (c < ' ' && c != '\r' && c != '\n') || c > '~';
    return foreign;
}

int transfer_take(int c)
{
    enum frame_state state = frame_take(&frame, c);
    if (state == FRAME_WHOLE) {
        foreign = 0;
        handle();
        heard = port_ticks();
        return 1;
    }
    if (state == FRAME_DAMAGED && session != 0) {
        complain((struct frame_id){.type = 0, .session = session, .sequence = next});
    }
    return belongs_to_frame(c);
}

void transfer_idle(void)
{
    if (passed(heard, SPEED_S)) {
        slow_down();
    }
}

/* Of ports that have none. */
__attribute__((weak)) int port_set_baud(uint32_t baud)
{
    (void)baud;
    return 0;
}
