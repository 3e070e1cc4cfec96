/* The serial protocol: MLPerf Tiny's performance mode as its public runner speaks it, and the `kiln` commands.
 * Answers are those of EEMBC's API (mlcommons/tiny, benchmark/api/internally_implemented.cpp); `kiln` is our own. */
#include "protocol.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "crc32.h"
#include "bootloader.h"
#include "engine.h"
#include "input_buffer.h"
#include "kiln_config.h"
#include "port.h"
#include "text.h"

static int engine_ready;
static uint64_t last_ticks; /* of the last inference */

static void line(const char *text)
{
    text_string(text);
    text_end();
}

static void bracketed(const char *before, const char *content)
{
    text_string(before);
    text_string(content);
    line("]");
}

static void lap(void)
{
    uint64_t ticks = port_ticks();
    uint32_t hz = port_tick_hz();
    text_string("m-lap-us-");
    text_decimal(ticks / hz * 1000000u + ticks % hz * 1000000u / hz);
    text_end();
}

static void results(void)
{
    text_string("m-results-[");
    for (uint32_t i = 0; i < engine_results(); i++) {
        if (i > 0) {
            text_string(",");
        }
        text_thousandths(engine_result(i));
    }
    line("]");
}

static int infer_once(void)
{
    input_buffer_copy();
    uint64_t start = port_ticks();
    int status = engine_invoke();
    last_ticks = port_ticks() - start;
    return status;
}

static int infer_times(int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        if (infer_once() != 0) {
            line("e-[Inference failed]");
            return -1;
        }
    }
    return 0;
}

static void counted(const char *before, int32_t n)
{
    text_string(before);
    text_decimal((uint32_t)n);
    text_end();
}

static void infer(char *arguments)
{
    const char *count = command_word(&arguments);
    const char *warmup = command_word(&arguments);
    int32_t n = *count != '\0' ? command_number(count) : 1;
    int32_t w = *warmup != '\0' ? command_number(warmup) : 10; /* EEMBC's default */
    if (n <= 0) {
        line("e-[Inference iterations must be >0]");
        return;
    }
    if (w < 0) {
        line("e-[Inference warmup must be >=0]");
        return;
    }
    counted("m-warmup-start-", w);
    if (infer_times(w) != 0) {
        return;
    }
    line("m-warmup-done");
    counted("m-infer-start-", n);
    lap();
    if (infer_times(n) != 0) {
        return;
    }
    lap();
    line("m-infer-done");
    results();
}

static void field(const char *name, uint32_t value)
{
    text_string(name);
    text_decimal(value);
}

static void kiln_info(void)
{
    text_string("m-kiln-[model=" KILN_MODEL_HASH);
    field(",input=", KILN_MODEL_INPUT_SIZE);
    field(",output=", KILN_MODEL_OUTPUT_SIZE);
    field(",arena=", engine_arena_size());
    field(",tick-hz=", port_tick_hz());
    field(",core-hz=", port_core_hz());
    text_string(",runtime=");
    text_string(engine_name);
    line(",build=" KILN_BUILD_ID "]");
}

static void kiln_output(void)
{
    const int8_t *output = engine_output();
    text_string("m-kiln-output-[");
    text_bytes(output, KILN_MODEL_OUTPUT_SIZE);
    line("]");
    text_string("m-kiln-crc-[");
    input_buffer_print_crc();
    text_string(",");
    text_hex(crc32(output, KILN_MODEL_OUTPUT_SIZE), 8);
    line("]");
    text_string("m-kiln-ticks-");
    text_decimal(last_ticks);
    text_end();
}

static void kiln(char *arguments)
{
    const char *word = command_word(&arguments);
    if (strcmp(word, "info") == 0) {
        kiln_info();
    } else if (strcmp(word, "output") == 0) {
        kiln_output();
    } else if (strcmp(word, "frames") == 0) {
        line("m-kiln-frames-1"); /* the version of what transfer.c understands */
    } else if (strcmp(word, "bootloader") == 0) {
        bootloader_command();
    } else {
        bracketed("e-[Unknown command: kiln ", word);
    }
}

/* What needs no model. Returns whether the command was one of these. */
static int answer_board(const char *word)
{
    if (strcmp(word, "name") == 0) {
        line("m-name-dut-[" KILN_VENDOR "]");
    } else if (strcmp(word, "profile") == 0) {
        line("m-profile-[ULPMark for tinyML Firmware V0.0.1]");
        line("m-model-[" KILN_MODEL_ID "]");
    } else if (strcmp(word, "timestamp") == 0) {
        lap();
    } else {
        return 0;
    }
    return 1;
}

static int answer_model(const char *word, char *arguments)
{
    void (*handler)(char *) = strcmp(word, "db") == 0      ? input_buffer_command
                              : strcmp(word, "infer") == 0 ? infer
                              : strcmp(word, "kiln") == 0  ? kiln
                                                           : NULL;
    if (handler == NULL && strcmp(word, "results") != 0) {
        return 0;
    }
    if (!engine_ready) {
        line("e-[The model cannot run: its arena is too small or an op is missing]");
    } else if (handler != NULL) {
        handler(arguments);
    } else {
        results();
    }
    return 1;
}

void protocol_answer(struct command *command)
{
    char *cursor = command->text;
    if (command_overlong(command)) {
        line("e-[Command is longer than 80 characters]");
    } else {
        const char *word = command_word(&cursor);
        if (!answer_board(word) && !answer_model(word, cursor)) {
            bracketed("e-[Unknown command: ", word);
        }
    }
    line("m-ready");
}

void protocol_start(int engine_status)
{
    engine_ready = engine_status == 0;
    line("m-timestamp-mode-performance");
    lap();
    line("m-init-done");
    line("m-ready");
}
