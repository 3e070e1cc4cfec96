// `card:` in kiln.yaml: what no command can measure, for the model card.
import { z } from 'zod';

const words = z.string().min(1).max(2000);

const source = z.strictObject({
  name: words,
  licence: words,
  url: z.url().optional(),
});

export const card = z.strictObject({
  /** What the model is for, and what not. */
  intent: words.optional(),
  notFor: words.optional(),
  /** Of the model itself. */
  licence: words.optional(),
  contact: words.optional(),
  data: z.array(source).default([]),
  limits: z.array(words).default([]),
});
