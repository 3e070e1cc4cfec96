// From the samples of a clip to its int8 features: the front end of the device, or that of a teacher from elsewhere.
import { clipLength } from './clip_audio.js';
import { MicroFrontend, featuresPerFrame, frameCount, type FrontendSpec } from './frontend/micro_frontend.js';
import { MLPERF_MFCC_SHAPE, MlperfMfcc } from './frontend/mlperf_mfcc.js';
import { modelFeatures, type ModelFeatures } from './frontend/model_features.js';

export type ClipFeatures = FrontendSpec | 'mlperf-mfcc';

export function sampleRateOf(features: ClipFeatures): number {
  return features === 'mlperf-mfcc' ? 16000 : features.sampleRate;
}

/** [frames, features] of a clip. */
export function clipShape(features: ClipFeatures): [frames: number, channels: number] {
  if (features === 'mlperf-mfcc') return [...MLPERF_MFCC_SHAPE];
  return [frameCount(features, clipLength(features.sampleRate)), featuresPerFrame(features)];
}

/** Warps are rounded to so many steps of the mel scale's ends. */
const WARP_STEPS = 50;
/** The highest frequency that a warped front end may ask for, as a share of the sample rate. */
const HIGHEST = 0.495;

export class ClipFrontend {
  /** Features in a clip. */
  readonly size: number;
  private readonly warped = new Map<number, MicroFrontend>();
  private readonly mfcc = new MlperfMfcc();
  /** Undefined for the teacher's. */
  private readonly own: { spec: FrontendSpec; features: ModelFeatures } | undefined;

  constructor(features: ClipFeatures) {
    const [frames, count] = clipShape(features);
    this.size = frames * count;
    this.own = features === 'mlperf-mfcc' ? undefined : { spec: features, features: modelFeatures(features) };
  }

  /** @param warp factor of the mel scale's ends: what another vocal tract would give. A teacher hears every clip unwarped */
  extract(samples: Int16Array, warp: number, output: Int8Array): void {
    if (!this.own) return this.mfcc.extract(samples, output);
    const { spec, features } = this.own;
    const frontend = this.frontend(spec, Math.round(warp * WARP_STEPS) / WARP_STEPS);
    let at = 0;
    frontend.reset();
    frontend.process(samples, (logs) => {
      features.write(logs, output, at);
      at += features.count;
    });
  }

  private frontend(spec: FrontendSpec, warp: number): MicroFrontend {
    const found = this.warped.get(warp) ?? new MicroFrontend(warpedSpec(spec, warp));
    this.warped.set(warp, found);
    return found;
  }
}

function warpedSpec(spec: FrontendSpec, warp: number): FrontendSpec {
  const upperHz = Math.min(spec.upperHz * warp, Math.max(spec.upperHz, HIGHEST * spec.sampleRate));
  return { ...spec, lowerHz: spec.lowerHz * warp, upperHz };
}
