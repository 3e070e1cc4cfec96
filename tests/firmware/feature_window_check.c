/* The feature window, driven by stdin: int8 features of frames of 3; after each, the newest 4 frames on stdout, or
 * nothing while there are fewer. */
#include <stdio.h>

#include "tk_feature_window.h"

int main(void) {
  int8_t bytes[12], input[12], features[3];
  tk_feature_window window = {bytes, 4, 3, 0, 0};
  tk_feature_window_reset(&window);
  while (fread(features, sizeof features, 1, stdin) == 1) {
    memcpy(tk_feature_window_push(&window), features, sizeof features);
    if (tk_feature_window_copy(&window, input)) fwrite(input, sizeof input, 1, stdout);
  }
  return 0;
}
