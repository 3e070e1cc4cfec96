import { resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { renderCard } from '../../report/card.js';
import { collectCard } from '../card.js';
import type { Run } from '../commands.js';
import { openProject } from '../project.js';

export const run: Run = (args, context) => {
  const { cwd, reporter } = context;
  const project = openProject(context.project);
  const output = typeof args['output'] === 'string' ? resolve(cwd, args['output']) : project.paths.card;
  const card = collectCard(project, context);
  const json = `${output.replace(/\.md$/, '')}.json`;
  writeAtomic(output, renderCard(card));
  writeAtomic(json, `${JSON.stringify(card, null, 2)}\n`);
  reporter.line(`${output}, ${json}`);
  reporter.result({ output, json, card });
  return Promise.resolve(0);
};
