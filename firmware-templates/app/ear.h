/* What the firmware does of itself: one of ear_microphone.c and ear_none.c, chosen when the project is made. */
#ifndef KILN_EAR_H
#define KILN_EAR_H

void ear_start(void);

/* Somebody speaks to the firmware: the stream and the model are theirs, until ten seconds of silence. */
void ear_pause(void);

/* Hears some of what is waiting; returns whether there may be more. */
int ear_step(void);

#endif
