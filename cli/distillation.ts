// Who teaches the model, as the config's `train.distill` says: a ready-made model, or larger ones that are trained first.
import { join, resolve } from 'node:path';
import type { TeacherScores } from '../trainer/batch.js';
import { meanLogits, trainTeacher } from '../trainer/own_teacher.js';
import type { TrainRequest } from '../trainer/train.js';
import type { Config } from './config.js';
import type { Context } from './context.js';
import type { ProjectFeatures } from './data.js';
import type { Project } from './project.js';
import { readTeacher, teacherLogits } from './teacher.js';

type Distill = NonNullable<Config['train']['distill']>;

/** @param request the student's training: its own teachers are trained in the same way */
export async function teacherOf(
  project: Project,
  features: ProjectFeatures,
  request: TrainRequest,
  context: Context,
): Promise<TeacherScores | undefined> {
  const { distill } = project.config.train;
  if (!distill) return undefined;
  const { weight, temperature, teacher } = distill;
  const logits = await (teacher === undefined
    ? ownTeachers(distill, request, context)
    : readyMade(resolve(project.folder, teacher), project, features, context));
  return { logits, weight, temperature };
}

async function readyMade(path: string, { paths }: Project, features: ProjectFeatures, { reporter }: Context) {
  const teacher = readTeacher(path);
  const heard = teacher.features ? await features.heardBy(teacher.features) : features;
  const { n, variants } = heard.splits.train;
  let done = 0;
  return teacherLogits(teacher, heard, paths.cache, () => reporter.progress('teacher', ++done, n * variants));
}

async function ownTeachers({ model, count }: Distill, request: TrainRequest, { reporter }: Context) {
  const { seed = 0 } = request.options ?? {};
  const scores: Float32Array[] = [];
  for (let i = 0; i < count; i++) {
    reporter.line(`teacher ${i + 1} of ${count}`);
    const options = { ...request.options, seed: seed + i, quantizationAware: false as const };
    const directory = join(request.directory, `teacher-${i + 1}`);
    scores.push(await trainTeacher({ ...request, model: model!, options, directory }));
  }
  return meanLogits(scores);
}
