// Ranking by machine: a model may know one machine of a kind well and another badly, and their mean hides it.
import { auc, partialAuc } from './roc.js';

export interface Ranking {
  auc: number;
  /** McClish-standardised. */
  partialAuc: number;
}

export interface RankingByMachine {
  machines: Map<string, Ranking>;
  /** Of the machines, each with the same weight. */
  mean: Ranking;
}

export interface ScoredExample {
  machine: string;
  /** Higher is more anomalous. */
  score: number;
  /** 1 for an anomaly, 0 for a normal example. */
  label: number;
}

/**
 * @param maxFalsePositiveRate of the partial area, above 0, at most 1
 * @throws KilnError `labels-one-class` where a machine has examples of one kind alone, `score-invalid`
 */
export function rankByMachine(examples: readonly ScoredExample[], maxFalsePositiveRate = 0.1): RankingByMachine {
  const names = [...new Set(examples.map(({ machine }) => machine))].sort();
  const machines = new Map(names.map((name) => [name, rank(examples, name, maxFalsePositiveRate)]));
  const meanOf = (key: keyof Ranking) => [...machines.values()].reduce((sum, own) => sum + own[key], 0) / machines.size;
  return { machines, mean: { auc: meanOf('auc'), partialAuc: meanOf('partialAuc') } };
}

function rank(examples: readonly ScoredExample[], name: string, maxFalsePositiveRate: number): Ranking {
  const own = examples.filter(({ machine }) => machine === name);
  const scores = own.map(({ score }) => score);
  const labels = own.map(({ label }) => label);
  return { auc: auc(scores, labels), partialAuc: partialAuc(scores, labels, maxFalsePositiveRate) };
}
