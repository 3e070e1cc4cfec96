/* Assembles commands out of single characters: up to COMMAND_SIZE of them, ended by '%'. */
#include "command.h"

int command_take(struct command *command, int c)
{
    if (c == '%') {
        command->text[command_overlong(command) ? COMMAND_SIZE : command->length] = '\0';
        return 1;
    }
    if (c == '\r' || c == '\n') {
        return 0;
    }
    if (command->length < COMMAND_SIZE) {
        /* What is not printable would break the line that echoes it. */
        command->text[command->length] = c >= ' ' && c <= '~' ? (char)c : '?';
    }
    command->length += command->length <= COMMAND_SIZE;
    return 0;
}

int command_overlong(const struct command *command)
{
    return command->length > COMMAND_SIZE;
}

void command_clear(struct command *command)
{
    command->length = 0;
}

char *command_word(char **cursor)
{
    char *start = *cursor;
    while (*start == ' ') {
        start++;
    }
    char *end = start;
    while (*end != '\0' && *end != ' ') {
        end++;
    }
    *cursor = *end == '\0' ? end : end + 1;
    *end = '\0';
    return start;
}

int32_t command_number(const char *word)
{
    int32_t n = 0;
    int digits = 0;
    while (word[digits] >= '0' && word[digits] <= '9' && digits < 9) {
        n = 10 * n + (word[digits++] - '0');
    }
    return digits > 0 && word[digits] == '\0' ? n : -1;
}
