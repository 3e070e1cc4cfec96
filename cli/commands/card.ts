import { resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { renderCard } from '../../report/card.js';
import { collectCard } from '../card.js';
import type { Run } from '../command.js';
import { isAnomaly, openAnyProject, openProject } from '../project.js';

export const run: Run = async (args, context) => {
  const { cwd, reporter } = context;
  const project = openAnyProject(context.project);
  const output = typeof args['output'] === 'string' ? resolve(cwd, args['output']) : project.paths.card;
  const card = isAnomaly(project)
    ? (await import('../anomaly/card.js')).collectDetectorCard(project)
    : collectCard(openProject(context.project), context);
  const json = `${output.replace(/\.md$/, '')}.json`;
  writeAtomic(output, renderCard(card));
  writeAtomic(json, `${JSON.stringify(card, null, 2)}\n`);
  reporter.line(`${output}, ${json}`);
  reporter.result({ output, json, card });
  return 0;
};
