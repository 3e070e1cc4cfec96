/* A front end on this computer: chunks of samples from stdin, each behind its length, to frames on stdout: logarithms, then a
 * model's features. A length of 0 resets it; behind one of -1 come a frame's logarithms instead. */
#include <stdio.h>

#include "frontend.h"

enum { MOST = 5000 };

static int16_t samples[MOST];

static uint16_t logs[NET_FRONTEND_CHANNELS];

static void put(void) {
  int8_t features[NET_FRONTEND_FEATURES];
  net_frontend_features(logs, features);
  fwrite(logs, sizeof logs, 1, stdout);
  fwrite(features, sizeof features, 1, stdout);
}

static void push(int32_t count) {
  for (int32_t at = 0; at < count;) {
    at += net_frontend_feed(samples + at, count - at);
    if (net_frontend_frame(logs)) put();
  }
}

int main(void) {
  int32_t count;
  net_frontend_reset();
  while (fread(&count, sizeof count, 1, stdin) == 1) {
    if (count == -1) {
      if (fread(logs, sizeof logs, 1, stdin) != 1) return 1;
      put();
      continue;
    }
    if (count < 0 || count > MOST) return 1;
    if (fread(samples, sizeof *samples, (size_t)count, stdin) != (size_t)count) return 1;
    if (count == 0) net_frontend_reset();
    push(count);
  }
  return 0;
}
