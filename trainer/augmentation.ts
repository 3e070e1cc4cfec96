// How training clips are varied: the settings of the augmentation, each 0 or empty where that variation is off.

export interface Augmentation {
  /** Largest move in time, either way, in ms. */
  shiftMs: number;
  /** Share of the variants that are mixed with noise, 0 … 1. */
  noise: number;
  /** Signal-to-noise ratio of the mix in dB, uniform between the two. */
  snrDb: readonly [low: number, high: number];
  /** Largest change in loudness, either way, in dB. */
  gainDb: number;
  /** Largest change of speed, and with it of pitch, either way, as a share. */
  speed: number;
  /** Largest change of the mel scale's ends, either way, as a share: another length of the vocal tract (Jaitly and Hinton, 2013). */
  vocalTract: number;
  /** Largest gain of each band of the equalizer, either way, in dB: another microphone. */
  equalizerDb: number;
  /** Share of the variants that sound in a room, 0 … 1. */
  reverberation: number;
}

export const DEFAULT_AUGMENTATION: Readonly<Augmentation> = {
  shiftMs: 100,
  noise: 0.4,
  snrDb: [8, 30],
  gainDb: 6,
  speed: 0.1,
  vocalTract: 0.1,
  equalizerDb: 6,
  reverberation: 0.15,
};

/** What changes nothing. */
export const NO_AUGMENTATION: Readonly<Augmentation> = {
  shiftMs: 0,
  noise: 0,
  snrDb: [0, 0],
  gainDb: 0,
  speed: 0,
  vocalTract: 0,
  equalizerDb: 0,
  reverberation: 0,
};
