/* A detector on this computer. From stdin, step by step: the number of its samples, the samples, the posteriors; to stdout,
 * five words each: whether the model was to run, whether a keyword was detected, and then its step, its class, its score. A
 * negative number of samples resets it. */
#include <stdio.h>

#include "detection.h"

enum { MOST = 1 << 17 };

static int16_t samples[MOST];

/* In two parts, as samples come. */
static void listen(int32_t count) {
  net_detection_listen(samples, count / 3);
  net_detection_listen(samples + count / 3, count - count / 3);
}

int main(void) {
  int8_t posteriors[NET_DETECTION_CLASSES];
  int32_t count;
  net_detection_reset();
  while (fread(&count, sizeof count, 1, stdin) == 1) {
    if (count < 0) {
      net_detection_reset();
      continue;
    }
    if (count > MOST || fread(samples, sizeof *samples, (size_t)count, stdin) != (size_t)count) return 1;
    if (fread(posteriors, sizeof posteriors, 1, stdin) != 1) return 1;
    listen(count);
    net_detection found = {0, 0, 0};
    const uint32_t awake = (uint32_t)net_detection_awake();
    const uint32_t detected = (uint32_t)net_detection_push(awake ? posteriors : NULL, &found);
    const uint32_t words[] = {awake, detected, found.step, (uint32_t)found.keyword, found.score};
    fwrite(words, sizeof words, 1, stdout);
  }
  return 0;
}
