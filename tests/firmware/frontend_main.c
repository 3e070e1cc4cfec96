/* A front end on this computer: chunks of samples from stdin, each behind its length, to features on stdout. A length of 0
 * resets it. */
#include <stdio.h>

#include "frontend.h"

enum { MOST = 5000 };

static int16_t samples[MOST];

static void push(int32_t count) {
  uint16_t features[NET_FRONTEND_CHANNELS];
  for (int32_t at = 0; at < count;) {
    at += net_frontend_feed(samples + at, count - at);
    if (net_frontend_frame(features)) fwrite(features, sizeof features, 1, stdout);
  }
}

int main(void) {
  int32_t count;
  net_frontend_reset();
  while (fread(&count, sizeof count, 1, stdin) == 1) {
    if (count < 0 || count > MOST) return 1;
    if (fread(samples, sizeof *samples, (size_t)count, stdin) != (size_t)count) return 1;
    if (count == 0) net_frontend_reset();
    push(count);
  }
  return 0;
}
