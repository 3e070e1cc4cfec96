/* The firmware's main loop on this computer: chunks of samples from stdin, each behind its length, to detections on stdout. */
#include <stdio.h>
#include <string.h>

#include "detection.h"
#include "frontend.h"
#include "model.h"
#include "tk_feature_window.h"

enum { MOST = 5000 };

static int16_t samples[MOST];
static int8_t frames[FRAMES * KEYWORDS_FRONTEND_FEATURES];
static tk_feature_window window = {frames, FRAMES, KEYWORDS_FRONTEND_FEATURES, 0, 0};
static uint32_t taken_frames;

static void step(void) {
  keywords_detection found;
  const int8_t *posteriors = NULL;
  if (keywords_detection_awake() && tk_feature_window_copy(&window, keywords_input())) {
    keywords_invoke();
    posteriors = keywords_output();
  }
  if (keywords_detection_push(posteriors, &found)) fwrite(&found, sizeof found, 1, stdout);
}

static void take(int32_t count) {
  uint16_t logs[KEYWORDS_FRONTEND_CHANNELS];
  for (int32_t at = 0; at < count;) {
    const int32_t taken = keywords_frontend_feed(samples + at, count - at);
    keywords_detection_listen(samples + at, taken);
    at += taken;
    if (!keywords_frontend_frame(logs)) continue;
    keywords_frontend_features(logs, tk_feature_window_push(&window));
    if (++taken_frames % FRAMES_PER_STEP == 0) step();
  }
}

int main(void) {
  int32_t count;
  keywords_init();
  keywords_frontend_reset();
  keywords_detection_reset();
  while (fread(&count, sizeof count, 1, stdin) == 1) {
    if (count < 0 || count > MOST) return 1;
    if (fread(samples, sizeof *samples, (size_t)count, stdin) != (size_t)count) return 1;
    take(count);
  }
  return 0;
}
