import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { plainFigure, wallFigure, type Figure } from '../figure.ts';
import type { Flow } from '../lab/flow.ts';
import { publishAnew, type Lab } from '../lab/lab.ts';
import type { Usage } from '../lab/meter.ts';
import { writePlugin } from '../lab/payload.ts';
import { processCpuMs } from '../lab/process-cpu.ts';
import { measurePairs, medianOf, ratioOf, type Pairs } from '../pairs.ts';
import type { Experiment } from './experiment.ts';

interface Nodes {
  readonly nodes: number;
  readonly atOnce: number;
}

interface LoadUsage extends Usage {
  readonly registryCpuMs: number;
}

/** The same plugin onto many nodes, each a process with a Lua root of its own. */
async function installOnNodes(
  { lab, flow, reference }: { lab: Lab; flow: Flow; reference: string },
  { nodes, atOnce }: Nodes,
): Promise<LoadUsage> {
  const work = lab.directory();
  const tasks = Array.from({ length: nodes }, (_, node) =>
    flow.install([reference], join(work, `${node}`)),
  );
  const before = processCpuMs(lab.registry.pid);
  const usage = await lab.meter.runAll(tasks, atOnce);
  const registryCpuMs = processCpuMs(lab.registry.pid) - before;
  rmSync(work, { recursive: true });
  return { ...usage, registryCpuMs };
}

async function measureLoad(lab: Lab, count: number, nodes: Nodes): Promise<Pairs<LoadUsage>> {
  const plugin = writePlugin(lab.directory(), 'S');
  const ours = (await publishAnew(lab, lab.ours, { plugin })).reference;
  const theirs = (await publishAnew(lab, lab.seed, { plugin })).reference;
  return measurePairs(
    count,
    () => installOnNodes({ lab, flow: lab.ours, reference: ours }, nodes),
    () => installOnNodes({ lab, flow: lab.seed, reference: theirs }, nodes),
  );
}

function registryFigure(
  name: 'registry-cpu' | 'fleet-200-registry-cpu',
  pairs: Pairs<LoadUsage>,
  nodes: number,
): Figure {
  const cpuOf = ({ registryCpuMs }: LoadUsage): number => registryCpuMs;
  const each = (usages: readonly LoadUsage[]): string =>
    (medianOf(usages, cpuOf) / nodes).toFixed(1);
  const note = `${each(pairs.ours)} / ${each(pairs.theirs)} ms an install`;
  const { median, least, most } = ratioOf(pairs, cpuOf);
  return { ...plainFigure(name, median, note), least, most };
}

async function measureOneByOne(lab: Lab, count: number): Promise<readonly Figure[]> {
  const pairs = await measureLoad(lab, count, { nodes: 20, atOnce: 1 });
  return [registryFigure('registry-cpu', pairs, 20)];
}

async function measureFleet(lab: Lab, count: number): Promise<readonly Figure[]> {
  const pairs = await measureLoad(lab, count, { nodes: 200, atOnce: 20 });
  return [wallFigure('fleet-200', pairs), registryFigure('fleet-200-registry-cpu', pairs, 200)];
}

export const REGISTRY_LOAD: readonly Experiment[] = [
  { name: 'registry-cpu', place: 'memory', pairs: 5, measure: measureOneByOne },
  { name: 'fleet-200', place: 'memory', pairs: 2, measure: measureFleet },
];
