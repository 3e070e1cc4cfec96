// The features of MLPerf Tiny's keyword spotter, in floats: for its ready-made model as a teacher, never for the device.

const WINDOW = 480;
const STRIDE = 320;
const FFT_SIZE = 512;
const SAMPLE_RATE = 16000;
const MEL_BINS = 40;
const LOWEST_HZ = 20;
const HIGHEST_HZ = 4000;
const COEFFICIENTS = 10;
const FLOOR = 1e-6;

/** [frames, coefficients] of one second. */
export const MLPERF_MFCC_SHAPE = [49, COEFFICIENTS] as const;
/** That of the model's input. */
const QUANTIZATION = { scale: 0.5847029089927673, zeroPoint: 83 };

export class MlperfMfcc {
  private readonly window = Float64Array.from(
    { length: WINDOW },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW),
  );
  private readonly twiddles = Float64Array.from({ length: FFT_SIZE }, (_, i) => {
    const angle = (-2 * Math.PI * (i >> 1)) / FFT_SIZE;
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  private readonly weights = melWeights();
  private readonly cosines = cosineTransform();
  private readonly re = new Float64Array(FFT_SIZE);
  private readonly im = new Float64Array(FFT_SIZE);
  private readonly mels = new Float64Array(MEL_BINS);

  /** Writes the features of a second at 16 kHz: x / max x, 30 ms every 20 ms, Hann, magnitudes, 40 HTK mel bins, ln, DCT-II. */
  extract(samples: Int16Array, output: Int8Array): void {
    const peak = samples.reduce((most, x) => Math.max(most, x), 1);
    for (let frame = 0; frame < MLPERF_MFCC_SHAPE[0]; frame++) {
      this.transform(samples, frame * STRIDE, peak);
      this.gather();
      this.emit(output, frame * COEFFICIENTS);
    }
  }

  /** Radix-2 FFT, decimation in time, of one windowed frame. */
  private transform(samples: Int16Array, start: number, peak: number): void {
    const { re, im, window, twiddles } = this;
    im.fill(0);
    for (let i = 0, j = 0; i < FFT_SIZE; i++) {
      re[j] = i < WINDOW ? (window[i]! * samples[start + i]!) / peak : 0;
      let bit = FFT_SIZE >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j |= bit;
    }
    for (let size = 2; size <= FFT_SIZE; size *= 2) {
      const [half, step] = [size / 2, FFT_SIZE / size];
      for (let first = 0; first < FFT_SIZE; first += size) {
        for (let k = first; k < first + half; k++) {
          const w = 2 * (k - first) * step;
          const tx = re[k + half]! * twiddles[w]! - im[k + half]! * twiddles[w + 1]!;
          const ty = re[k + half]! * twiddles[w + 1]! + im[k + half]! * twiddles[w]!;
          re[k + half] = re[k]! - tx;
          im[k + half] = im[k]! - ty;
          re[k]! += tx;
          im[k]! += ty;
        }
      }
    }
  }

  /** Magnitudes into the mel bins, and their logarithms. */
  private gather(): void {
    const { re, im, mels, weights } = this;
    mels.fill(0);
    for (let bin = 0; bin <= FFT_SIZE / 2; bin++) re[bin] = Math.sqrt(re[bin]! ** 2 + im[bin]! ** 2);
    for (const { bin, mel, weight } of weights) mels[mel]! += weight * re[bin]!;
    for (let m = 0; m < MEL_BINS; m++) mels[m] = Math.log(mels[m]! + FLOOR);
  }

  private emit(output: Int8Array, at: number): void {
    const { scale, zeroPoint } = QUANTIZATION;
    for (let c = 0; c < COEFFICIENTS; c++) {
      let sum = 0;
      for (let m = 0; m < MEL_BINS; m++) sum += this.mels[m]! * this.cosines[c * MEL_BINS + m]!;
      output[at + c] = Math.max(-128, Math.min(127, Math.round(sum / scale) + zeroPoint));
    }
  }
}

interface Weight {
  bin: number;
  mel: number;
  weight: number;
}

/** TensorFlow's linear_to_mel_weight_matrix: triangles that are linear on HTK's mel scale, without the bin of 0 Hz. */
function melWeights(): Weight[] {
  const mel = (hz: number) => 1127 * Math.log1p(hz / 700);
  const edge = (i: number) => mel(LOWEST_HZ) + (i * (mel(HIGHEST_HZ) - mel(LOWEST_HZ))) / (MEL_BINS + 1);
  const weights: Weight[] = [];
  for (let bin = 1; bin <= FFT_SIZE / 2; bin++) {
    const place = mel((bin * SAMPLE_RATE) / FFT_SIZE);
    for (let m = 0; m < MEL_BINS; m++) {
      const [low, peak, high] = [edge(m), edge(m + 1), edge(m + 2)];
      const weight = Math.min((place - low) / (peak - low), (high - place) / (high - peak));
      if (weight > 0) weights.push({ bin, mel: m, weight });
    }
  }
  return weights;
}

/** DCT-II scaled by 2 / √(2N), as tf.signal.mfccs_from_log_mel_spectrograms has it. */
function cosineTransform(): Float64Array {
  const scale = 2 / Math.sqrt(2 * MEL_BINS);
  return Float64Array.from({ length: COEFFICIENTS * MEL_BINS }, (_, i) => {
    const [c, m] = [Math.floor(i / MEL_BINS), i % MEL_BINS];
    return scale * Math.cos((Math.PI * c * (m + 0.5)) / MEL_BINS);
  });
}
