/* Trees, whose leaves' values are added up: isolation forest, decision tree, random forest.
 * The same integers as in converter/detectors/forest.ts. */
#ifndef TK_FOREST_H
#define TK_FOREST_H

#include <stdint.h>

#include "tk_integer.h"

/* In the place of a feature: a leaf. */
enum { TK_FOREST_LEAF = 255 };

typedef struct {
  int32_t trees;
  int32_t outputs;
  /* [trees] */
  const uint16_t *roots;
  /* Of each node: the feature that it looks at, and up to which value it goes on with the node after it. */
  const uint8_t *cuts;
  const int16_t *thresholds;
  /* Of each node: where it goes on otherwise; of a leaf its number. */
  const uint16_t *next;
  /* [leaves, outputs], Q8 */
  const int16_t *values;
} tk_forest_params;

static inline int32_t tk_forest_leaf(const tk_forest_params *p, int32_t node, const int16_t *input) {
  while (p->cuts[node] != TK_FOREST_LEAF) {
    node = input[p->cuts[node]] <= p->thresholds[node] ? node + 1 : p->next[node];
  }
  return p->next[node];
}

/* output: [outputs], Q8 */
static inline void tk_forest(const tk_forest_params *p, const int16_t *input, int32_t *output) {
  for (int32_t i = 0; i < p->outputs; i++) output[i] = 0;
  for (int32_t tree = 0; tree < p->trees; tree++) {
    const int16_t *const values = p->values + tk_forest_leaf(p, p->roots[tree], input) * p->outputs;
    for (int32_t i = 0; i < p->outputs; i++) output[i] = tk_saturate((int64_t)output[i] + values[i]);
  }
}

#endif
