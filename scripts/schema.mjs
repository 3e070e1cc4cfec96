// Writes docs/kiln.schema.json from the schema in cli/config.ts; a test holds the two equal.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/cli/config.js';

writeFileSync(new URL('../docs/kiln.schema.json', import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
