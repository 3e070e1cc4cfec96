import type { Run } from '../command.js';
import { ClipStore, checkedName } from '../clip_store.js';
import { recordingsAt } from '../data_sources.js';
import { openProject } from '../project.js';
import { clipLength, cut } from '../../trainer/clip_audio.js';
import { clipAround, utterancesOf } from '../../trainer/datasets/utterances.js';

export const run: Run = async (args, context) => {
  const { reporter } = context;
  const project = openProject(context.project);
  const { sampleRate } = project.config.frontend;
  const [label, speaker] = [
    checkedName(String(args['label']), '--label'),
    checkedName(String(args['speaker']), '--speaker'),
  ];
  const store = new ClipStore(project);
  const clips: string[] = [];
  const samples = new Int16Array(clipLength(sampleRate));
  for await (const source of recordingsAt(sampleRate, String(args['recordings']), context)) {
    const found = utterancesOf(source.samples, sampleRate);
    for (const utterance of found) {
      cut(source.samples, clipAround(utterance, source.samples, samples.length), samples);
      clips.push(store.add({ label, word: label, speaker, sampleRate, samples }));
    }
    reporter.line(`${source.name}: ${found.length} times ${label}`);
  }
  const manifest = store.close();
  reporter.line(
    `${clips.length} clips in ${store.root}${manifest ? `, listed in ${manifest}` : ''}; listen to them before you train`,
  );
  reporter.result({ label, speaker, root: store.root, ...(manifest && { manifest }), clips });
  return clips.length > 0 ? 0 : 1;
};
