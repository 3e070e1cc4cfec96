// Our AUC and pAUC are those that MLPerf Tiny's reference wrote down for its five autoencoders.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { auc, partialAuc } from '../../../trainer/anomaly/metrics/roc.js';
import { sharedData } from '../../shared.js';

const folder = sharedData('mlperf-ad01-scores');

function table(name: string): Record<string, string>[] {
  return parse(readFileSync(join(folder!, name)), { columns: true });
}

describe.skipIf(!folder)('published scores of ad01', () => {
  const published = folder ? table('published.csv').filter(({ machine_id: id }) => id !== 'Average') : [];
  const clips = folder ? table('scores.csv') : [];

  it('has all pairs', () => expect(published).toHaveLength(20));

  it.each(published)('$model on machine $machine_id', (row) => {
    const own = clips.filter(({ model, machine_id: id }) => model === row['model'] && id === row['machine_id']);
    const scores = own.map(({ score }) => Number(score));
    const labels = own.map(({ label }) => Number(label));
    expect(Math.abs(auc(scores, labels) - Number(row['auc']))).toBeLessThan(1e-6);
    expect(Math.abs(partialAuc(scores, labels, 0.1) - Number(row['pauc_0_1']))).toBeLessThan(1e-6);
  });
});
