/* Assembles commands out of single characters: up to COMMAND_SIZE of them, ended by '%'. */
#ifndef KILN_COMMAND_H
#define KILN_COMMAND_H

#include <stdint.h>

#define COMMAND_SIZE 80u /* MLPerf Tiny's limit, without the '%' */

struct command {
    char text[COMMAND_SIZE + 1]; /* ended by NUL */
    uint32_t length;             /* characters received, which may exceed COMMAND_SIZE; saturates */
};

/* Takes one character; returns 1 when it completes the command, which is to be handled before the next call.
 * CR and LF are skipped, so that a person at a terminal may type them. */
int command_take(struct command *command, int c);

/* Whether the completed command was longer than COMMAND_SIZE: its text is then cut. */
int command_overlong(const struct command *command);

/* Begins anew. */
void command_clear(struct command *command);

/* The next word after *cursor, ended by NUL in place, or an empty string; moves *cursor behind it. */
char *command_word(char **cursor);

/* A decimal number of at most 9 digits, or -1 where `word` is anything else. */
int32_t command_number(const char *word);

#endif
