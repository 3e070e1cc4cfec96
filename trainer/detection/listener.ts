// From samples to detections: front end, feature window, model and detector, as app/stream_audio.c runs them.
import { FeatureWindow } from '../frontend/feature_window.js';
import { MicroFrontend, frameSizes, type FrontendSpec } from '../frontend/micro_frontend.js';
import { modelFeatures } from '../frontend/model_features.js';
import { Detector, type Detection } from './detector.js';
import type { DetectionSpec } from './spec.js';

export interface ListenerSpec {
  frontend: FrontendSpec;
  detection: DetectionSpec;
  /** Of the model's input. */
  frames: number;
  /** Frames from one step to the next. */
  framesPerStep: number;
}

/** A model at work. */
export interface Inference {
  /** int8 frames × features in, a posterior for each class out, valid until the next call. */
  infer(input: Int8Array): Int8Array;
  /** Clears the model's state, where it has one. */
  reset?(): void;
}

/** What the listener has to say every few frames. */
export interface Step {
  /** Samples heard by then: its time stamp. */
  samples: number;
  /** The model's output; undefined where it did not run. */
  posteriors: Int8Array | undefined;
  detection: Detection | undefined;
}

export class Listener {
  private readonly frontend: MicroFrontend;
  private readonly window: FeatureWindow;
  private readonly detector: Detector;
  private readonly sizes: { window: number; stride: number };
  /** Samples until the next frame is full, and frames so far. */
  private lacking: number;
  private frames = 0;
  private samples = 0;

  /** @throws KilnError `frontend-invalid`, `detection-invalid` */
  constructor(
    private readonly spec: ListenerSpec,
    private readonly model: Inference,
  ) {
    this.frontend = new MicroFrontend(spec.frontend);
    this.detector = new Detector(spec.detection);
    this.window = new FeatureWindow(spec.frames, modelFeatures(spec.frontend));
    this.sizes = frameSizes(spec.frontend);
    this.lacking = this.sizes.window;
  }

  /** Forgets the stream: the next sample is the first. */
  reset(): void {
    this.frontend.reset();
    this.detector.reset();
    this.window.reset();
    this.model.reset?.();
    this.lacking = this.sizes.window;
    this.frames = 0;
    this.samples = 0;
  }

  /** @returns what these samples complete, the same for any division into feeds */
  feed(samples: Int16Array): Step[] {
    const steps: Step[] = [];
    for (let at = 0; at < samples.length;) {
      const part = samples.subarray(at, at + this.lacking);
      at += part.length;
      this.lacking -= part.length;
      this.samples += part.length;
      this.detector.listen(part);
      const step = this.take(part);
      if (step) steps.push(step);
    }
    return steps;
  }

  /** Samples of one frame at most; a step where they fill one and it is its turn. */
  private take(samples: Int16Array): Step | undefined {
    for (const frame of this.frontend.push(samples)) {
      this.lacking = this.sizes.stride;
      this.window.push(frame);
      if (++this.frames % this.spec.framesPerStep === 0) return this.step();
    }
    return undefined;
  }

  private step(): Step {
    const input = this.detector.awake() ? this.window.input() : undefined;
    const posteriors = input && this.model.infer(input).slice();
    return { samples: this.samples, posteriors, detection: this.detector.push(posteriors) };
  }
}

export function detectionsOf(steps: readonly Step[]): Detection[] {
  return steps.flatMap(({ detection }) => detection ?? []);
}
