// Clips by themselves: what the model says at the end of each, heard from silence.
import { FeatureWindow } from '../frontend/feature_window.js';
import { MicroFrontend } from '../frontend/micro_frontend.js';
import { modelFeatures } from '../frontend/model_features.js';
import type { Inference, ListenerSpec } from './listener.js';

export class ClipScorer {
  private readonly frontend: MicroFrontend;
  private readonly window: FeatureWindow;

  constructor(
    private readonly spec: ListenerSpec,
    private readonly model: Inference,
  ) {
    this.frontend = new MicroFrontend(spec.frontend);
    this.window = new FeatureWindow(spec.frames, modelFeatures(spec.frontend));
  }

  /** @param samples a clip, at least as long as the model's input @returns int8 posteriors: the last where a model with a state gives several */
  score(samples: Int16Array): Int8Array {
    this.frontend.reset();
    this.window.reset();
    this.model.reset?.();
    const { frames } = this.spec;
    let output = new Int8Array(0);
    this.frontend.push(samples).forEach((features, i) => {
      this.window.push(features);
      if ((i + 1) % frames === 0) output = this.model.infer(this.window.input()!).slice();
    });
    return output;
  }
}
