import type { Run } from '../commands.js';
import { projectEar } from '../ear.js';
import { modelOf } from '../model.js';
import { audioKind } from '../monitor/audio.js';
import { faceOf } from '../monitor/faces.js';
import type { Shown } from '../monitor/kind.js';
import { samplesOf } from '../monitor/source.js';
import { listenHere, listenOnBoard, namesBoard } from '../monitoring.js';

export const run: Run = async (args, context) => {
  const { project, reporter } = context;
  const model = modelOf(args, context);
  const kind = audioKind(model, projectEar(model, project));
  const samples = samplesOf(args['source'], kind.sampleRate, context);
  const json = args['json'] === true;
  const face = faceOf(json, context);
  let events = 0;
  const show = (shown: Shown) => {
    if (shown.event) events++;
    face.show(shown);
  };
  const started = performance.now();
  try {
    const seconds = namesBoard(args)
      ? await listenOnBoard(kind, samples, show, args, context)
      : await listenHere(kind, samples, show, context);
    face.close();
    const taken = (performance.now() - started) / 1000;
    reporter.line(`${seconds.toFixed(1)} s heard in ${taken.toFixed(1)} s: ${events} detections`);
    return 0;
  } finally {
    face.close();
  }
};
