// A worker thread that computes shards: its data is the ShardContext; it says when it is ready, then answers each job.
import { parentPort, workerData } from 'node:worker_threads';
import { Shard, type ShardContext, type ShardJob } from './shard.js';

const port = parentPort!;
const shard = await Shard.start(workerData as ShardContext);
port.postMessage('ready');
port.on('message', (job: ShardJob) => port.postMessage(shard.run(job)));
