/* The channels of a frame as a model's int8 features, each by itself. */
#ifndef TK_LOG_FEATURES_H
#define TK_LOG_FEATURES_H

#include <stdint.h>

#include "tk_inline.h"

/* By micro_speech's mapping: 0 to 666 goes to -128 to 127. */
static TK_INLINE int8_t tk_quantize_feature(uint16_t feature) {
  const int32_t q = (int32_t)(((uint32_t)feature * 256 + 333) / 666) - 128;
  return (int8_t)(q > 127 ? 127 : q);
}

static TK_INLINE void tk_log_features(const uint16_t *logs, int32_t channels, int8_t *features) {
  for (int32_t i = 0; i < channels; i++) features[i] = tk_quantize_feature(logs[i]);
}

#endif
