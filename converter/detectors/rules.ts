// Hand-written rules: what speaks for a conclusion and what against it, combined as MYCIN did.
// Source: E. H. Shortliffe, B. G. Buchanan, "A Model of Inexact Reasoning in Medicine", Mathematical Biosciences 23 (1975).
import { KilnError } from '../../base/errors.js';
import type { Rule, RuleCondition, RulesModel } from '../../base/detector_models.js';
import { clamp, INT16_MAX, INT16_MIN, roundShift } from '../../base/fixed_point.js';
import type { Detector, Scorer, StageC } from './detector.js';

/** Fraction bits of certainties, of degrees, and of the score. */
const CERTAINTY_BITS = 14;
const CERTAIN = 2 ** CERTAINTY_BITS;

/** Conditions of all rules, one after the other. */
interface Fixed {
  features: number;
  conclusions: number;
  counts: Uint8Array;
  targets: Uint8Array;
  certainties: Int16Array;
  tested: Uint8Array;
  from: Int16Array;
  to: Int16Array;
}

/** The outputs are the certainties of the conclusions, −1 to 1. @throws KilnError `detector-invalid` */
export function rules(model: RulesModel): Detector {
  checkSizes(model);
  model.rules.forEach((rule, number) => checkRule(rule, number, model));
  const fixed = quantize(model);
  return {
    input: { type: 'int16_t', count: model.features },
    outputs: model.conclusions,
    scoreBits: CERTAINTY_BITS,
    start: () => scorer(fixed),
    c: stage(fixed),
  };
}

/** Features and conclusions that a byte counts. */
const MOST = 256;

function checkSizes({ features, conclusions }: RulesModel): void {
  if (features <= MOST && conclusions <= MOST) return;
  const what = `${features} features and ${conclusions} conclusions, and at most ${MOST} are possible`;
  throw new KilnError('detector-invalid', { where: 'rules', what, todo: 'Leave out what no rule needs.' });
}

function checkRule({ conditions, conclusion, certainty }: Rule, number: number, model: RulesModel): void {
  const wrong = [
    [conditions.length > 0 && conditions.length < 256, `${conditions.length} conditions, and 1 to 255 are possible`],
    [conditions.every(({ feature }) => feature < model.features), `a feature beyond the last, ${model.features - 1}`],
    [conditions.every(isRamp), 'a condition that is met and not met at the same integer'],
    [conclusion < model.conclusions, `conclusion ${conclusion}, and the last is ${model.conclusions - 1}`],
    [Math.abs(certainty) <= 1, `a certainty of ${certainty}, and −1 to 1 are possible`],
  ].find(([right]) => !right);
  if (!wrong) return;
  throw new KilnError('detector-invalid', {
    where: `rule ${number}`,
    what: String(wrong[1]),
    todo: 'Correct the rule.',
  });
}

const bound = (value: number) => clamp(Math.round(value), INT16_MIN, INT16_MAX);

function isRamp({ from, to }: RuleCondition): boolean {
  return bound(from) !== bound(to);
}

function quantize({ features, conclusions, rules: all }: RulesModel): Fixed {
  const conditions = all.flatMap((rule) => rule.conditions);
  return {
    features,
    conclusions,
    counts: Uint8Array.from(all, (rule) => rule.conditions.length),
    targets: Uint8Array.from(all, ({ conclusion }) => conclusion),
    certainties: Int16Array.from(all, ({ certainty }) => Math.round(certainty * CERTAIN)),
    tested: Uint8Array.from(conditions, ({ feature }) => feature),
    from: Int16Array.from(conditions, ({ from }) => bound(from)),
    to: Int16Array.from(conditions, ({ to }) => bound(to)),
  };
}

function scorer({ counts, targets, certainties, tested, from, to }: Fixed): Scorer {
  return (input, output) => {
    output.fill(0);
    let condition = 0;
    counts.forEach((count, rule) => {
      let degree = CERTAIN;
      for (const end = condition + count; condition < end; condition++) {
        degree = Math.min(degree, degreeOf(input[tested[condition]!]!, from[condition]!, to[condition]!));
      }
      const certainty = roundShift(certainties[rule]! * degree, CERTAINTY_BITS);
      output[targets[rule]!] = combine(output[targets[rule]!]!, certainty);
    });
  };
}

/** How far on the way from one bound to the other, rounded towards 0. */
function degreeOf(value: number, from: number, to: number): number {
  return clamp(Math.trunc(((value - from) * CERTAIN) / (to - from)), 0, CERTAIN);
}

/** What two pieces of evidence say together: more than either, where both speak for it or both against it. */
function combine(a: number, b: number): number {
  if (a >= 0 && b >= 0) return a + roundShift(b * (CERTAIN - a), CERTAINTY_BITS);
  if (a < 0 && b < 0) return a + roundShift(b * (CERTAIN + a), CERTAINTY_BITS);
  const weaker = Math.min(Math.abs(a), Math.abs(b));
  return weaker === CERTAIN ? 0 : Math.trunc(((a + b) * CERTAIN) / (CERTAIN - weaker));
}

function stage({ conclusions, counts, targets, certainties, tested, from, to }: Fixed): StageC {
  return {
    kernel: 'tk_rules',
    params: {
      rules: counts.length,
      conclusions,
      counts: { array: 'counts' },
      targets: { array: 'targets' },
      certainties: { array: 'certainties' },
      tested: { array: 'tested' },
      from: { array: 'from' },
      to: { array: 'to' },
    },
    arrays: [
      { name: 'counts', type: 'uint8_t', values: counts },
      { name: 'targets', type: 'uint8_t', values: targets },
      { name: 'certainties', type: 'int16_t', values: certainties },
      { name: 'tested', type: 'uint8_t', values: tested },
      { name: 'from', type: 'int16_t', values: from },
      { name: 'to', type: 'int16_t', values: to },
    ],
  };
}
