// Trains the tiny model from the built package, for tests that kill it: prints a line after each step, at the end the weights' hash.
import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { train } from '../../dist/trainer/train.js';

const request = JSON.parse(process.argv[2]);
const int8 = (text) => new Int8Array(Buffer.from(text, 'base64'));
for (const examples of Object.values(request.features.splits)) {
  examples.x = int8(examples.x);
  examples.y = new Uint8Array(int8(examples.y));
}
const say = (text) => writeSync(1, `${text}\n`);
const result = await train({
  ...request,
  onProgress: ({ epoch, step }) => say(`step ${epoch} ${step}`),
  onNotice: (text) => say(`notice ${text}`),
});
say(`sha256 ${result.sha256} ${result.resumedSteps}`);
