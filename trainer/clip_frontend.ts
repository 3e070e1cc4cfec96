// From the samples of a clip to its int8 features: the front end of the device, or that of a teacher from elsewhere.
import { clipLength } from './clip_audio.js';
import { MicroFrontend, frameCount, quantizeFeature, type FrontendSpec } from './frontend/micro_frontend.js';
import { MLPERF_MFCC_SHAPE, MlperfMfcc } from './frontend/mlperf_mfcc.js';

export type ClipFeatures = FrontendSpec | 'mlperf-mfcc';

export function sampleRateOf(features: ClipFeatures): number {
  return features === 'mlperf-mfcc' ? 16000 : features.sampleRate;
}

/** [frames, channels] of a clip. */
export function clipShape(features: ClipFeatures): [frames: number, channels: number] {
  if (features === 'mlperf-mfcc') return [...MLPERF_MFCC_SHAPE];
  return [frameCount(features, clipLength(features.sampleRate)), features.channels];
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

  constructor(private readonly features: ClipFeatures) {
    const [frames, channels] = clipShape(features);
    this.size = frames * channels;
  }

  /** @param warp factor of the mel scale's ends: what another vocal tract would give. A teacher hears every clip unwarped */
  extract(samples: Int16Array, warp: number, output: Int8Array): void {
    if (this.features === 'mlperf-mfcc') return this.mfcc.extract(samples, output);
    const frontend = this.frontend(this.features, Math.round(warp * WARP_STEPS) / WARP_STEPS);
    let at = 0;
    frontend.reset();
    frontend.process(samples, (frame) => {
      for (let i = 0; i < frame.length; i++) output[at++] = quantizeFeature(frame[i]!);
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
