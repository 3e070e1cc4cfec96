// Every run is a folder under .kiln/runs: what went in, what came out. It appears whole or not at all.
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { KilnError, messageOf } from '../base/errors.js';
import { packageVersion, readBytes, sha256 } from '../base/files.js';
import type { AnyConfig } from './config.js';
import { isAnomaly, type Project } from './project.js';
import { RUN_METRICS, hashThere, metricsOf } from './run_metrics.js';
import { dataRecord, fitRecord, readRecord, validationRecord } from './records.js';

const RECORD = 'run.json';
/** What an interrupted recording leaves is removed after an hour: nobody writes it any more. */
const STALE_MS = 3_600_000;

export const runRecord = z.object({
  format: z.literal('tinykiln-run'),
  version: z.literal(1),
  id: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  command: z.enum(['train', 'evaluate', 'run']),
  name: z.string(),
  verified: z.string(),
  seed: z.number(),
  versions: z.object({ tinykiln: z.string(), node: z.string(), platform: z.string() }),
  /** SHA-256 over labels, clips and the bytes of every file. */
  data: z.string().optional(),
  configSha256: z.string(),
  config: z.looseObject({}),
  metrics: z.partialRecord(z.enum(RUN_METRICS), z.number()),
  /** 95 %, of those metrics that have one. */
  intervals: z.partialRecord(z.enum(RUN_METRICS), z.tuple([z.number(), z.number()])).optional(),
  artefacts: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
});

export type RunRecord = z.output<typeof runRecord>;

/** Keeps what lies under build/ now. @returns the run's id @throws KilnError `file-unwritable` */
export function recordRun(
  project: Project<AnyConfig>,
  { command, verified }: Pick<RunRecord, 'command' | 'verified'>,
  now = new Date(),
): string {
  const { config, paths } = project;
  const id = `${now.toISOString().replace(/[-:]/g, '').slice(0, 15)}-${randomBytes(3).toString('hex')}`;
  const temporary = join(paths.runs, `.${id}.tmp`);
  try {
    mkdirSync(temporary, { recursive: true });
    const record: RunRecord = {
      ...{ format: 'tinykiln-run', version: 1, id, at: now.toISOString(), command, name: config.name, verified },
      seed: config.train.seed,
      versions: {
        tinykiln: packageVersion(),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
      data: dataOf(project),
      configSha256: sha256(JSON.stringify(config)),
      config: config as Record<string, unknown>,
      ...metricsOf(project, command),
      artefacts: keep(artefactsOf(project, command), temporary),
    };
    writeFileSync(join(temporary, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    renameSync(temporary, join(paths.runs, id));
    return id;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (error instanceof KilnError) throw error;
    const todo = 'Check that the folder can be written to and has room.';
    throw new KilnError('file-unwritable', { where: paths.runs, what: messageOf(error), todo });
  }
}

function dataOf(project: Project<AnyConfig>): string | undefined {
  const { paths } = project;
  return isAnomaly(project)
    ? readRecord(paths.fit, fitRecord)?.data.sha256
    : readRecord(paths.data, dataRecord)?.sha256;
}

function artefactsOf(project: Project<AnyConfig>, command: RunRecord['command']): string[] {
  const { paths } = project;
  const network = [paths.training, paths.data, join(paths.train, 'model.json'), join(paths.train, 'weights.bin')];
  const trained = isAnomaly(project) ? [paths.detector, paths.fit] : network;
  const converted = isAnomaly(project) ? [] : [paths.model, paths.conversion, paths.quantization];
  const judged = [...trained, ...converted, paths.evaluation];
  const made = { train: trained, evaluate: judged, run: [...judged, paths.validation, paths.report] };
  return made[command].filter((path) => existsSync(path));
}

/** How far the model that is there was verified. */
export function verifiedOf({ paths }: Project<AnyConfig>): string {
  const proof = readRecord(paths.validation, validationRecord);
  const there = [paths.model, paths.detector].map(hashThere);
  return proof !== undefined && there.includes(proof.modelHash) ? proof.support : 'not yet';
}

function keep(files: readonly string[], folder: string): RunRecord['artefacts'] {
  const entries = files.map((path) => {
    const name = basename(path);
    copyFileSync(path, join(folder, name));
    const bytes = readBytes(join(folder, name));
    return [name, { bytes: bytes.length, sha256: sha256(bytes) }] as const;
  });
  return Object.fromEntries(entries);
}

/** The oldest first. @throws KilnError `record-invalid` */
export function listRuns(folder: string): RunRecord[] {
  if (!existsSync(folder)) return [];
  const ids = readdirSync(folder).filter((name) => !name.startsWith('.') && existsSync(join(folder, name, RECORD)));
  const runs = ids.map((id) => readRecord(join(folder, id, RECORD), runRecord)).filter((run) => run !== undefined);
  return runs.sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}

/** By its id or the end of it, or `latest`. @throws KilnError `run-unknown`, `record-invalid` */
export function findRun(folder: string, wanted: string): RunRecord {
  const runs = listRuns(folder);
  const fitting = wanted === 'latest' ? runs.slice(-1) : runs.filter(({ id }) => id === wanted || id.endsWith(wanted));
  if (fitting.length === 1) return fitting[0]!;
  const known = runs.map(({ id }) => id).slice(-5);
  const what = fitting.length === 0 ? `there is no run ${wanted}` : `${wanted} is ${fitting.length} runs`;
  const todo = known.length > 0 ? `The last are ${known.join(', ')}.` : 'Make one with `kiln run`.';
  throw new KilnError('run-unknown', { where: folder, what, todo });
}

/** Deletes all but the latest. @returns the ids of those that are gone */
export function pruneRuns(folder: string, most: number, now = Date.now()): string[] {
  const gone = listRuns(folder).slice(0, -most);
  for (const { id } of gone) remove(folder, id);
  for (const left of existsSync(folder) ? readdirSync(folder) : []) {
    if (/^\..*\.tmp$/.test(left) && now - statSync(join(folder, left)).mtimeMs > STALE_MS) {
      rmSync(join(folder, left), { recursive: true, force: true });
    }
  }
  return gone.map(({ id }) => id);
}

/** Out of the list at once; what is interrupted then is removed by the next. */
function remove(folder: string, id: string): void {
  const leaving = join(folder, `.${id}.tmp`);
  renameSync(join(folder, id), leaving);
  rmSync(leaving, { recursive: true, force: true });
}
