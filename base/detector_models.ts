// What training finds, in real numbers per unit of the detector's integer input: the trainer writes it, the converter turns it
// into the integers of the chip.

/** An affine map of the input: row r gives the sum over its entries of entries[r][i] × (input[starts[r] + i] − centre). */
export interface QuadraticForm {
  /** By feature. */
  centre: number[];
  /** Every feature outside a row's entries has weight 0. */
  rows: { start: number; entries: number[] }[];
  /** Added to the sum of the rows' squares. */
  offset: number;
}

/**
 * Sums of squares of affine maps, and what of them is the output: the least (distance to the nearest of several
 * distributions), the greatest (the worst of several tests), each with its sign changed (twice the log-likelihoods of
 * classes), or by how much the first is above the least of the others (the odds that an example is none of the first class).
 */
export interface QuadraticModel {
  kind: 'quadratic';
  output: 'least' | 'greatest' | 'likelihoods' | 'odds';
  forms: QuadraticForm[];
}

/** Control charts: channels smoothed exponentially, and the largest of their deviations in units of its spread. */
export interface EwmaChartModel {
  kind: 'ewma-chart';
  /** Share of a new sample in the smoothed value, 0 to 1. */
  smoothing: number;
  /** Spreads that the deviation of a sample counts at most, so that the chart comes back soon after a large fault. */
  limit: number;
  /** By channel: 0 spread takes a channel out. */
  channels: { mean: number; spread: number }[];
}

/** New extremes of a series, of its band-pass and of its mean change, relative to the range seen so far. */
export interface RecordModel {
  kind: 'record';
  /** Samples before the first score. */
  warmUp: number;
  /** Averages are over about 2^n samples: the fast and the slow one of the band-pass, and that of the change. */
  fastBits: number;
  slowBits: number;
  changeBits: number;
  /** What a record of each is worth, against 1 for the series itself. */
  bandWeight: number;
  changeWeight: number;
  /** Samples after a score in which only a higher one is reported. */
  holdOff: number;
}

/** An int8 network of standardised features. */
export interface NetworkModel {
  kind: 'network';
  /** The sum of the squares by which it misses the features that it is given, in spreads; or the one value that it gives. */
  output: 'reconstruction' | 'logit';
  /** By feature. */
  channels: { mean: number; spread: number }[];
  /** The int8 .tflite in base64; a step of its input is 1/16 of a spread. */
  tflite: string;
}

/** When scores become an alarm. */
export interface AlarmModel {
  /** A score above `raise` raises an alarm, one not above `clear` ends it; `clear` is not above `raise`. */
  raise: number;
  clear: number;
  /** Scores in a row that it takes to raise one: 1 is the first. */
  confirm: number;
  /** Scores after the end of an alarm that are not looked at. */
  holdOff: number;
}

/** What the first windows on a new machine set: the threshold of the alarm. */
export interface ThresholdCalibration {
  kind: 'threshold';
  /** How many; there is no alarm meanwhile. */
  windows: number;
  /** Which of their highest scores, 1 the highest, and what the threshold is to it. */
  rank: number;
  factor: number;
  /** What ends an alarm, as a share of what raises it. */
  clear: number;
}

/** Or where each feature lies and how it spreads, against training. */
export interface StatisticsCalibration {
  kind: 'statistics';
  /** 2 to 1024. */
  windows: number;
  features: { mean: number; spread: number }[];
}

export type CalibrationModel = ThresholdCalibration | StatisticsCalibration;

/** The tables of a sensor front end, beside what its user chose. */
export interface SensorFrontEndModel {
  /** In a window, and channels of each. */
  samples: number;
  axes: number;
  detrend: 'mean' | 'line';
  /** Whether each of them is a feature, in the order of the features of an axis. */
  statistics: { rms: boolean; differenceRms: boolean; mad: boolean; kurtosis: boolean; crest: boolean };
  differenceLag: number;
  /** log₂ of the number of samples, Q10. */
  logSamples: number;
  bands: BandTables | undefined;
  /** Of all axes. */
  features: number;
}

/** What bands of a sensor front end look up. */
export interface BandTables {
  /** First bin of each, and the end of the last. */
  edges: readonly number[];
  /** Q12, one for each sample. */
  window: Int16Array;
  fft: FftTables;
}

/** What a real FFT of int16 samples, done as a complex one of half the size, looks up. */
export interface FftTables {
  /** Real points. */
  size: number;
  /** Which complex point each pair of samples begins as. */
  places: Uint16Array;
  /**
   * Q15, real and imaginary parts alternating: of the stages, and of the split into even and odd samples, for bins
   * 1 … size / 4.
   */
  twiddles: Int16Array;
  splitTwiddles: Int16Array;
}

/** A cut: values of the feature up to the threshold go low. A leaf: what it adds to each output. */
export type TreeNode = { feature: number; threshold: number; low: TreeNode; high: TreeNode } | { values: number[] };

/** Trees, whose leaves' values are added up. */
export interface ForestModel {
  kind: 'forest';
  outputs: number;
  trees: TreeNode[];
}

/** Sums, one up and one down for each channel, of deviations in spreads beyond a slack; the largest is the score. */
export interface CusumModel {
  kind: 'cusum';
  slack: number;
  limit: number;
  channels: { mean: number; spread: number }[];
}

/** How unusual a sample is among those before it: its squared deviation from their mean, in their variance. */
export interface WindowedGaussianModel {
  kind: 'windowed-gaussian';
  /** Samples that are remembered, 2 to 512. */
  window: number;
}

/** A condition is met to the degree that the feature is on the way from `from` (0) to `to` (1), whichever is larger. */
export interface RuleCondition {
  feature: number;
  from: number;
  to: number;
}

/** If all conditions, then the conclusion with this certainty, −1 to 1: what is against it counts below 0. */
export interface Rule {
  conditions: RuleCondition[];
  conclusion: number;
  certainty: number;
}

/** Hand-written knowledge; certainties of one conclusion are combined as MYCIN did. */
export interface RulesModel {
  kind: 'rules';
  features: number;
  conclusions: number;
  rules: Rule[];
}

export type DetectorModel =
  | QuadraticModel
  | EwmaChartModel
  | RecordModel
  | ForestModel
  | CusumModel
  | WindowedGaussianModel
  | RulesModel
  | NetworkModel;

/** Something whose drift is watched: what it was in training, in units of its integers. */
export interface DriftQuantity {
  name: string;
  /** Which feature of the detector's input, or of which axis of a window the mean; without either, it is the score. */
  feature?: number | undefined;
  axis?: number | undefined;
  mean: number;
  spread: number;
  /** First value of each bin but the first. */
  cuts: number[];
  /** Of training in each bin. */
  shares: number[];
  /**
   * Beyond which it has moved: population stability index, mean in spreads, spread in octaves, windows without any change.
   */
  limits: { psi: number; shift: number; spread: number; stuck: number };
}

/** What drift is measured against. */
export interface DriftModel {
  /** Statistics forget over about 2^n windows. */
  memoryBits: number;
  quantities: DriftQuantity[];
}
