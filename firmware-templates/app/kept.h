/* What a calibration on this machine has found, saved so that it outlives a reset. */
#ifndef KILN_KEPT_H
#define KILN_KEPT_H

/* After the model has been cleared: puts back what was saved for this model, if anything. */
void kept_load(void);

/* After each window: saves what is found when a calibration ends. */
void kept_follow(void);

#endif
