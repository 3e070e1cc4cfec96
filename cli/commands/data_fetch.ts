import { relative, resolve } from 'node:path';
import type { Run } from '../command.js';
import { fetchData, publishedSet } from '../data_fetching.js';

export const run: Run = async (args, context) => {
  const { cwd, project, reporter } = context;
  const name = String(args['name']);
  const set = publishedSet(name);
  const folder = typeof args['output'] === 'string' ? resolve(cwd, args['output']) : resolve(project, 'data');
  const from = args['from'] as string | undefined;
  const { files } = await fetchData({ set, folder, from, keep: args['keep'] === true }, context);
  const place = relative(cwd, folder) || folder;
  reporter.line(files === 0 ? `${place} holds ${set.title} already` : `${place}: ${set.title}, ${files} files`);
  reporter.line(`${set.licence}; cite ${set.citation}`);
  reporter.result({ name, folder, files, ...set });
  return 0;
};
