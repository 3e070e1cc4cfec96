import { resolve } from 'node:path';
import type { Arguments, Run } from '../command.js';
import type { Context } from '../context.js';
import { readDetectorModel } from '../detector_model.js';
import { projectEar } from '../ear.js';
import { modelOf } from '../model.js';
import { audioKind } from '../monitor/audio.js';
import { faceOf } from '../monitor/faces.js';
import type { Shown, StreamKind } from '../monitor/kind.js';
import { sensorsKind } from '../monitor/sensors.js';
import { hearBoard, listenHere, listenOnBoard, namesBoard } from '../monitoring.js';
import { detectorPath } from '../subject.js';

export const run: Run = async (args, context) => {
  const { reporter } = context;
  const kind = kindOf(args, context);
  const json = args['json'] === true;
  const face = faceOf(json, context);
  let events = 0;
  const show = (shown: Shown) => {
    if (shown.event) events++;
    face.show(shown);
  };
  const started = performance.now();
  try {
    const seconds = await listen(kind, show, args, context);
    face.close();
    const taken = (performance.now() - started) / 1000;
    reporter.line(`${seconds.toFixed(1)} s heard in ${taken.toFixed(1)} s: ${events} ${kind.events}`);
    return 0;
  } finally {
    face.close();
  }
};

/** To what the board's own microphone hears, or to samples: on the board, or here. @returns seconds of the stream */
function listen(kind: StreamKind, show: (shown: Shown) => void, args: Arguments, context: Context): Promise<number> {
  if (args['microphone'] === true) return hearBoard(kind, show, args, context);
  const samples = kind.samples(args['source'], context);
  return namesBoard(args)
    ? listenOnBoard(kind, samples, show, args, context)
    : listenHere(kind, samples, show, context);
}

/** Of a detector where the project, or the command line, has one; else of a keyword spotter. */
function kindOf(args: Arguments, context: Context): StreamKind {
  const { cwd, project } = context;
  const detector = detectorPath(args, context);
  const metrics = args['prometheus'];
  if (detector !== undefined) {
    return sensorsKind(readDetectorModel(detector), metrics === undefined ? undefined : resolve(cwd, String(metrics)));
  }
  const model = modelOf(args, context);
  return audioKind(model, projectEar(model, project));
}
