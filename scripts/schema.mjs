// Writes docs/kiln.schema.json and docs/board.schema.json from the schemas in the sources; tests hold them equal.
import { writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/cli/config.js';
import { sheetJsonSchema } from '../dist/firmware-templates/index.js';

write('kiln', configJsonSchema());
write('board', sheetJsonSchema());

function write(name, schema) {
  writeFileSync(new URL(`../docs/${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
