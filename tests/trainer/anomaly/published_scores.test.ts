// Our AUC and pAUC are those that MLPerf Tiny's reference wrote down for its five autoencoders.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { rankByMachine, type RankingByMachine } from '../../../trainer/anomaly/metrics/machines.js';
import { sharedData } from '../../shared.js';

const folder = sharedData('mlperf-ad01-scores');

function table(name: string): Record<string, string>[] {
  return parse(readFileSync(join(folder!, name)), { columns: true });
}

function rankings(): Map<string, RankingByMachine> {
  const clips = table('scores.csv');
  const models = [...new Set(clips.map(({ model }) => model!))];
  return new Map(
    models.map((name) => {
      const own = clips.filter(({ model }) => model === name);
      const examples = own.map((clip) => ({
        machine: clip['machine_id']!,
        score: Number(clip['score']),
        label: Number(clip['label']),
      }));
      return [name, rankByMachine(examples)];
    }),
  );
}

describe.skipIf(!folder)('published scores of ad01', () => {
  const published = folder ? table('published.csv') : [];
  const found = folder ? rankings() : new Map<string, RankingByMachine>();

  it('has four machines and their mean of each model', () => expect(published).toHaveLength(25));

  it.each(published)('$model on machine $machine_id', (row) => {
    const { machines, mean } = found.get(row['model']!)!;
    const ranking = machines.get(row['machine_id']!) ?? mean;
    expect(Math.abs(ranking.auc - Number(row['auc']))).toBeLessThan(1e-6);
    expect(Math.abs(ranking.partialAuc - Number(row['pauc_0_1']))).toBeLessThan(1e-6);
  });
});
