/* The input as the host loads it by `db` commands. It is kept apart from the engine's input, which an inference may
 * overwrite, so that `infer 100` runs the same input a hundred times. */
#ifndef KILN_INPUT_BUFFER_H
#define KILN_INPUT_BUFFER_H

/* `db load N`, `db HEX`, `db print`: `arguments` is what follows `db`. Answers, without `m-ready`. */
void input_buffer_command(char *arguments);

/* Copies the buffer to the engine's input. */
void input_buffer_copy(void);

/* Prints the CRC-32 of the whole buffer, 8 hexadecimal digits. */
void input_buffer_print_crc(void);

#endif
