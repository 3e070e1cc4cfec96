/* The input as the host loads it by `db` commands. */
#include "input_buffer.h"

#include <stdint.h>
#include <string.h>

#include "command.h"
#include "crc32.h"
#include "engine.h"
#include "kiln_config.h"
#include "text.h"

static uint8_t buffer[KILN_MODEL_INPUT_SIZE];
static size_t expected; /* bytes announced by `db load` */
static size_t loaded;

static void error(const char *what)
{
    text_string("e-[");
    text_string(what);
    text_string("]");
    text_end();
}

static void load(const char *word)
{
    int32_t n = command_number(word);
    if (n <= 0) {
        error("Command 'db load' must be >0 bytes");
        return;
    }
    if ((size_t)n > sizeof buffer) {
        text_string("e-[Supplied buffer size ");
        text_decimal((uint32_t)n);
        text_string(" exceeds maximum of ");
        text_decimal(sizeof buffer);
        text_string("]");
        text_end();
        return;
    }
    memset(buffer, 0, sizeof buffer);
    expected = (size_t)n;
    loaded = 0;
    text_string("m-[Expecting ");
    text_decimal(expected);
    text_string(" bytes]");
    text_end();
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Nothing is loaded unless every digit is right. */
static int hex_valid(const char *word)
{
    size_t n = strlen(word);
    if (n % 2 != 0) {
        error("Insufficient number of hex digits");
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (hex_digit(word[i]) < 0) {
            text_string("e-[Invalid hex digit '");
            text_string((const char[]){word[i], '\0'});
            text_string("']");
            text_end();
            return 0;
        }
    }
    return 1;
}

static void append(const char *word)
{
    if (!hex_valid(word)) {
        return;
    }
    if (loaded == expected) {
        error("No bytes expected: use 'db load' first");
        return;
    }
    /* As in MLPerf's own firmware, digits beyond the announced size are disregarded. */
    for (; *word != '\0' && loaded < expected; word += 2) {
        buffer[loaded++] = (uint8_t)(hex_digit(word[0]) << 4 | hex_digit(word[1]));
    }
    if (loaded == expected) {
        text_string("m-load-done");
        text_end();
    }
}

static void print(void)
{
    for (size_t i = 0; i < expected; i++) {
        text_string(i % 8 == 0 ? "m-buffer-" : "-");
        text_hex(buffer[i], 2);
        if (i % 8 == 7 || i + 1 == expected) {
            text_end();
        }
    }
}

void input_buffer_command(char *arguments)
{
    char *word = command_word(&arguments);
    if (*word == '\0') {
        error("Command 'db' requires a subcommand");
    } else if (strcmp(word, "load") == 0) {
        load(command_word(&arguments));
    } else if (strcmp(word, "print") == 0) {
        print();
    } else {
        append(word);
    }
}

void input_buffer_copy(void)
{
    memcpy(engine_input(), buffer, sizeof buffer);
}

void input_buffer_print_crc(void)
{
    text_hex(crc32(buffer, sizeof buffer), 8);
}
