import type { Run } from '../command.js';
import { mineNegatives } from '../data_mining.js';

export const run: Run = async (args, context) => {
  const { threshold } = args;
  const options = { recordings: String(args['recordings']), threshold: threshold as number | undefined };
  const { mined, root, manifest, seconds } = await mineNegatives(options, context);
  const { reporter } = context;
  if (mined.length > 0) {
    reporter.table(
      ['heard', 'score', 'clip'],
      mined.map(({ keyword, score, path }) => [keyword, score.toFixed(2), path]),
    );
  }
  const hours = (seconds / 3600).toFixed(2);
  reporter.line(`${mined.length} false accepts in ${hours} h${manifest ? `, listed in ${manifest}` : ''}`);
  reporter.result({ mined, root, ...(manifest && { manifest }), seconds });
  return 0;
};
