// What a user chooses of a detector: its kind, and the few figures that each has.

/** Learns from normal examples alone. */
export type NoveltySpec =
  | { kind: 'mahalanobis' }
  | { kind: 'pca'; explained: number; coverage: number }
  | { kind: 'gaussian-mixture'; components: number; shrinkage: number; regularisation: number }
  | { kind: 'k-means'; centres: number }
  | { kind: 'isolation-forest'; trees: number; sample: number }
  | { kind: 'ewma'; smoothing: number; coverage: number; limit: number; ignore: readonly string[] }
  | { kind: 'cusum'; slack: number; limit: number }
  | { kind: 'windowed-gaussian'; window: number }
  | ({ kind: 'record' } & RecordOptions);

export interface RecordOptions {
  warmUp: number;
  fastBits: number;
  slowBits: number;
  changeBits: number;
  bandWeight: number;
  changeWeight: number;
  holdOff: number;
}

/** Learns from labelled faults too: the score is how sure it is that the machine is not normal. */
export type ClassifierSpec =
  | { kind: 'decision-tree'; depth: number; leaf: number }
  | { kind: 'random-forest'; trees: number; depth: number; leaf: number }
  | { kind: 'naive-bayes' };

/** Learns nothing: what a person knows, by the names of features. */
export interface RulesSpec {
  kind: 'rules';
  rules: readonly {
    /** All of them: a feature on its way from one value to the other, in the feature's own unit. */
    when: readonly { feature: string; from: number; to: number }[];
    /** How sure it is then, −1 (normal) to 1 (not normal). */
    certainty: number;
  }[];
}

/** An int8 network: one that gives normal features back, or one that tells faults. */
export type NetworkSpec =
  | {
      kind: 'autoencoder';
      /** Dense throughout, or convolutions along the features of each axis first. */
      layers: 'dense' | 'convolution';
      hidden: number;
      bottleneck: number;
      epochs: number;
      learningRate: number;
    }
  | { kind: 'neural-network'; hidden: number; epochs: number; learningRate: number };

/** Fitted in closed form or by few rounds: all but networks. */
export type ClassicalSpec = NoveltySpec | ClassifierSpec | RulesSpec;
export type DetectorSpec = ClassicalSpec | NetworkSpec;

const CLASSIFIERS: readonly DetectorSpec['kind'][] = [
  'decision-tree',
  'random-forest',
  'naive-bayes',
  'neural-network',
];

export function isNetwork(spec: DetectorSpec): spec is NetworkSpec {
  return spec.kind === 'autoencoder' || spec.kind === 'neural-network';
}

/** Whether it needs examples of faults. */
export function learnsFaults({ kind }: Pick<DetectorSpec, 'kind'>): boolean {
  return CLASSIFIERS.includes(kind);
}
