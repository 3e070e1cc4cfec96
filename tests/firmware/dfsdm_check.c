/* Words of a DFSDM's data register from stdin, samples to stdout; then dividers of clocks. */
#include <stdio.h>

#include "dfsdm_pcm.h"

int main(void) {
  int32_t word;
  while (fread(&word, sizeof word, 1, stdin) == 1) printf("%d\n", dfsdm_pcm(word));
  const uint32_t bits = 16000 * DFSDM_RATIO;
  const uint32_t clocks[] = {80000000, 4000000, 2000000, 72000000, 75000000, 1024000000};
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) printf("%u\n", (unsigned)dfsdm_divider(clocks[i], bits));
  printf("%u\n", (unsigned)dfsdm_divider(80000000, 0));
  return 0;
}
