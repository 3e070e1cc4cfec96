import type { Run } from '../command.js';
import { feed, talk } from '../console.js';

/** A prompt where a person sits at it; otherwise the lines of the pipe. */
export const run: Run = (args, context) => {
  const person = context.stdin?.isTTY === true && context.stdout.isTTY === true && args['json'] !== true;
  return person && args['once'] !== true ? talk(args, context) : feed(args, context);
};
