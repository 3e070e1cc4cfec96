// Detection in milliseconds and shares, as steps and 1/256.
import { describe, expect, it } from 'vitest';
import { DEFAULT_DETECTION, detectionSpec, type DetectionSettings } from '../../trainer/detection/settings.js';
import { NEVER } from '../../trainer/detection/spec.js';

const units = { labels: ['yes', 'no', '_silence_', '_unknown_'], strideMs: 20 };
const specOf = (settings: Partial<DetectionSettings> = {}, more = {}) =>
  detectionSpec({ ...DEFAULT_DETECTION, ...settings }, { ...units, ...more });

describe('settings of detection', () => {
  it('are counted in steps, and leave silence and unknown out', () => {
    expect(specOf({ stepMs: 40, smoothingMs: 200, refractoryMs: 1000 })).toEqual({
      framesPerStep: 2,
      detection: {
        ...{ smoothing: 5, thresholds: [205, 205, NEVER, NEVER], refractory: 25 },
        gate: { level: 0, hold: 0 },
      },
    });
  });

  it('are one frame, and one posterior, at least', () => {
    expect(specOf({ stepMs: 1, smoothingMs: 0 })).toMatchObject({ framesPerStep: 1, detection: { smoothing: 1 } });
  });

  it('have a threshold for each keyword, and those that were chosen go first', () => {
    const { detection } = specOf({ threshold: { no: 0.5 } }, { thresholds: { yes: 230 } });
    expect(detection.thresholds).toEqual([230, 128, NEVER, NEVER]);
  });

  it('take a gate in decibels of full scale', () => {
    expect(specOf({ gate: { level: 0, holdMs: 500 } }).detection.gate).toEqual({ level: 2 ** 30, hold: 5 });
    expect(specOf({ gate: { level: -60, holdMs: 0 } }).detection.gate).toEqual({ level: 1074, hold: 0 });
  });

  it("are by the model's step where it has a state", () => {
    expect(specOf({ smoothingMs: 300 }, { stepFrames: 3 })).toMatchObject({
      framesPerStep: 3,
      detection: { smoothing: 5 },
    });
  });

  it('name a keyword that is no label', () => {
    expect(() => specOf({ keywords: ['maybe'] })).toThrow(/detection.keywords: `maybe` is no label. Name some of yes/);
  });
});
