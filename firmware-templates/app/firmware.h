/* The whole application, for a main() or a sketch of any kind. */
#ifndef KILN_FIRMWARE_H
#define KILN_FIRMWARE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Board, model and console; called once, before anything else here. */
void firmware_start(void);

/* Takes one character, or sleeps until there is one. Called for ever. */
void firmware_step(void);

#ifdef __cplusplus
}
#endif

#endif
